public import VipsamKit

/// One step of a plan.
public enum PlannedStep: Sendable {
    case operation(OperationStep)
    /// `each: products`: once per object.
    case eachObject(EachObjectStep)
    /// `each: [v1, v2]`: once per value.
    case eachValue(EachValueStep)
    /// `use: ./other.yaml`: another recipe as one step.
    case use(UseStep)
}

/// An operation with its arguments read and its values found.
public struct OperationStep: Sendable {
    /// Counted from 1 over the whole plan, blocks and used recipes included.
    public let index: Int
    /// The operation's name.
    public let name: String
    /// The name of the result (`as`).
    public let label: String?
    /// One sentence of the operation's, for reports and explanations.
    public let summary: String
    public let operation: any Operation
    /// What the recipe says, in its order, with parameters put in.
    public let arguments: [PlannedArgument]
    /// The value of each slot, by key; an optional slot may be missing.
    public let bindings: [String: ValueID]
    /// The values that its conditions ask about, by name.
    public let named: [String: ValueID]
    /// Nil when it always runs. Conditions without names are decided before: such a step is there
    /// or not.
    public let when: PlannedCondition?
    /// Where the result goes; nil for an operation that returns none.
    public let result: ValueID?
    /// What `result` becomes when `when` says no, converted to the kind of `result`.
    public let handsOn: ValueID?
    public let templates: [FileTemplate]
    public let models: [ModelUse]
    /// The operation's word in the recipe.
    public let mark: Mark
}

public struct PlannedArgument: Sendable, Hashable {
    /// Empty for a value that stands alone.
    public let key: String
    public let text: String
}

/// `when`, with the values it asks about.
public struct PlannedCondition: Sendable {
    public let condition: Condition
    public let named: [String: ValueID]
}

/// A block that runs once per object of a set.
public struct EachObjectStep: Sendable {
    public let index: Int
    /// The set.
    public let objects: ValueID
    /// In every pass: a set of the one object at hand.
    public let object: ValueID
    public let steps: [PlannedStep]
    /// What `as` collects; nil without it.
    public let collected: Collected?
    public let label: String?
    public let mark: Mark

    public struct Collected: Sendable {
        /// The last result inside, of every pass.
        public let from: ValueID
        /// Objects of all passes as one set, tables as one table, in order.
        public let into: ValueID
        public let kind: Kind
    }
}

/// A block that runs once per value of a list; its passes are written out.
public struct EachValueStep: Sendable {
    public let index: Int
    public let passes: [Pass]
    /// Where `as` collects; nil without it.
    public let collected: Collected?
    public let label: String?
    public let mark: Mark

    public struct Pass: Sendable {
        /// The value as text: the fact `{item}`, and what `$item` was in the arguments.
        public let text: String
        /// The value as a text, for slots that name `item`.
        public let item: ValueID
        public let steps: [PlannedStep]
    }

    public struct Collected: Sendable {
        /// The last result inside, one for every pass.
        public let from: [ValueID]
        public let into: ValueID
        public let kind: Kind
    }
}

/// Another recipe as one step. Its steps work on the same table of values.
public struct UseStep: Sendable {
    public let index: Int
    /// As the recipe spells it.
    public let path: String
    public let about: String?
    public let steps: [PlannedStep]
    public let when: PlannedCondition?
    /// The last result inside, and where it goes; nil for a recipe whose steps return nothing.
    public let from: ValueID?
    public let result: ValueID?
    /// What `result` becomes when `when` says no.
    public let handsOn: ValueID?
    public let label: String?
    public let mark: Mark
}

extension PlannedStep {
    public var index: Int {
        switch self {
        case .operation(let step): step.index
        case .eachObject(let step): step.index
        case .eachValue(let step): step.index
        case .use(let step): step.index
        }
    }

    public var mark: Mark {
        switch self {
        case .operation(let step): step.mark
        case .eachObject(let step): step.mark
        case .eachValue(let step): step.mark
        case .use(let step): step.mark
        }
    }

    /// Where the step's own result goes, if it has one.
    public var result: ValueID? {
        switch self {
        case .operation(let step): step.result
        case .eachObject(let step): step.collected?.into
        case .eachValue(let step): step.collected?.into
        case .use(let step): step.result
        }
    }

    /// The operations in it, in the order in which they first run.
    public var operations: [OperationStep] {
        switch self {
        case .operation(let step): [step]
        case .eachObject(let step): step.steps.flatMap(\.operations)
        case .eachValue(let step): step.passes.flatMap { $0.steps.flatMap(\.operations) }
        case .use(let step): step.steps.flatMap(\.operations)
        }
    }
}
