public import VipsamKit

/// A recipe that has been checked: what the runner works from.
///
/// It holds no YAML and no open question. Every slot has its value, every name is resolved, every
/// argument is read; what is left to go wrong is in the pictures.
public struct Plan: Sendable {
    /// The recipe's file, as the user wrote it.
    public let path: String
    /// The recipe and the recipes it uses, each once: what a journal's key is made from, together
    /// with the parameters.
    public let sources: [SourceText]
    /// One sentence, for reports.
    public let about: String?
    /// The recipe's own model; a step's goes first, then the command line's.
    public let model: ModelUse?
    /// In the order of their declaration.
    public let parameters: [PlannedParameter]
    public let input: PlannedInput
    /// Defaults: what the command line says goes first.
    public let run: RunDefaults
    public let steps: [PlannedStep]
    /// The kind of every value, by `ValueID.index`. A runner's table of values has this many rows.
    public let kinds: [Kind]
    /// How the original's pixels are read.
    public let access: PlannedAccess
    /// One for every step that uses a model, in order.
    public let models: [ModelUse]
    /// Every file that a step may write, in order.
    public let outputs: [PlannedOutput]
    /// What is odd without being wrong, sorted by place.
    public let warnings: [Diagnostic]

    public var needsModel: Bool { !models.isEmpty }

    /// Whether prompts come from a table, so that a picture without a row is skipped.
    public var usesPrompts: Bool { input.prompts != nil }

    /// The steps inside blocks and used recipes too, in the order in which they first run.
    public var allOperations: [OperationStep] { steps.flatMap(\.operations) }
}

/// A value of the plan: a row of the table that a runner keeps for one item.
///
/// Numbers are unique in the whole plan. Those inside a block are written anew in every pass.
public struct ValueID: Sendable, Hashable, Comparable {
    public let index: Int

    package init(_ index: Int) { self.index = index }

    /// The input picture.
    public static let input = ValueID(0)

    public static func < (a: ValueID, b: ValueID) -> Bool { a.index < b.index }
}

/// A parameter with the value it has in this plan.
public struct PlannedParameter: Sendable, Hashable {
    public let name: String
    /// As a recipe would spell it; nil when it is optional and not set.
    public let text: String?
    /// Whether the command line, a file of parameters or a using recipe set it.
    public let isOverridden: Bool
}

/// A model that a step wants.
public struct ModelUse: Sendable, Hashable {
    /// As the recipe spells it; nil for the default.
    public let name: String?
    /// How the step wants it loaded, in a word of its operation's; nil for the usual way.
    public let form: String?
    /// Where it is named; the step where it is not.
    public let mark: Mark?
}

/// A file that a step writes.
public struct PlannedOutput: Sendable, Hashable {
    public let template: FileTemplate
    /// The passes of the blocks around, outermost first. Of a block over objects only the first is planned.
    public let passes: [Int]
    /// The value of the innermost block over values; nil outside of such a block.
    public let item: String?
    /// Whether a block over objects is around: how many files there are shows only in the picture.
    public let isPerObject: Bool
    /// The step that writes it.
    public let step: Int

    /// Whether it is written once per object or value rather than once per picture.
    public var isInsideBlock: Bool { !passes.isEmpty }
}

/// How the original's pixels are read.
public enum PlannedAccess: Sendable, Hashable {
    /// From top to bottom, in one pass or several: the file is streamed.
    case streamed
    /// In any order; the notes say which steps ask for it.
    case random(because: [Diagnostic])

    public var isStreamed: Bool { self == .streamed }
}
