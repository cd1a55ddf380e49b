public import VipsamKit
public import VipsamRecipe

/// How a run goes, beyond what the recipe says.
public struct RunSettings: Sendable {
    public var budget: Budget
    public var onError = RunDefaults.OnError.continue
    /// Seconds until no more items are taken; nil = no limit.
    public var timeLimit: Double?
    /// Seconds that items in work have once a stop was asked for.
    public var grace = 20.0
    /// Whether damaged files are read as far as they go.
    public var isLenient = false
    /// Things that are made once and used by operations: the model.
    public var services = Services()
    public var hooks = ThreadHooks()
    /// Lets pictures in as memory allows; nil = all.
    public var memory: MemoryGate?

    public init(budget: Budget) { self.budget = budget }
}
