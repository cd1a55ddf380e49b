/// A question about values: `area > 1% and score > 0.8`, `subject.area in 2%..95%`, `$shadow`.
///
/// Knows `name.field`, bare fields (of the object at hand), numbers, `N%`, true and false, text,
/// `= != < <= > >=`, `in a..b`, `and or not` and brackets. No arithmetic, no functions.
/// `N%` is a share of what it is compared with: of the picture's area for `area`, of its width for
/// `x` and `w`, of its height for `y` and `h`, of 1 for `score`, `stability` and `edge`.
public struct Condition: Sendable {
    /// What a bare word means.
    public enum Scope: Sendable {
        /// A field of the object at hand (`where`); named fields are not known.
        case object
        /// Only `name.field` (`when`, `require`).
        case named
    }

    /// A name of the recipe whose field is asked for.
    public struct Reference: Sendable, Hashable {
        public let name: String
        public let field: String
        public let mark: Mark?
    }

    package indirect enum Expression: Sendable {
        case number(Double)
        case percent(Double)
        case text(String)
        case truth(Bool)
        case field(String)
        case named(Reference)
        case not(Expression)
        case and(Expression, Expression)
        case or(Expression, Expression)
        case compare(Comparison, Expression, Expression)
        case within(Expression, Expression, Expression)
    }

    package enum Comparison: String, Sendable {
        case equal = "=", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
    }

    /// The fields of one object, and of a named value. `detail` and `edge` are looked up in the picture.
    public static let objectFields = ["area", "score", "stability", "label", "n", "x", "y", "w", "h", "detail", "edge"]
    public static let namedFields = [
        "area", "score", "stability", "label", "count", "x", "y", "w", "h", "width", "height",
    ]

    public let text: String
    public let mark: Mark?
    package let expression: Expression

    package init(text: String, mark: Mark?, expression: Expression) {
        self.text = text
        self.mark = mark
        self.expression = expression
    }

    public static let always = Condition(text: "true", mark: nil, expression: .truth(true))

    /// The names that it asks about, for the checker.
    public var references: [Reference] { expression.references }

    /// The bare fields that it asks the object at hand for.
    public var fields: Set<String> { expression.fields }

    /// Whether it answers yes or no; a lone `subject.area` does not.
    public var isQuestion: Bool { expression.isQuestion }

    /// `self` in `low…high`, both ends included.
    public func between(_ low: Condition, _ high: Condition) -> Condition {
        Condition(
            text: "\(text) in \(low.text)..\(high.text)", mark: mark,
            expression: .within(expression, low.expression, high.expression))
    }

    public func above(_ limit: Condition) -> Condition {
        Condition(
            text: "\(text) > \(limit.text)", mark: mark, expression: .compare(.greater, expression, limit.expression))
    }

    public func below(_ limit: Condition) -> Condition {
        Condition(
            text: "\(text) < \(limit.text)", mark: mark, expression: .compare(.less, expression, limit.expression))
    }
}

extension Condition.Expression {
    var references: [Condition.Reference] {
        switch self {
        case .named(let reference): [reference]
        case .not(let a): a.references
        case .and(let a, let b), .or(let a, let b), .compare(_, let a, let b): a.references + b.references
        case .within(let a, let b, let c): a.references + b.references + c.references
        case .number, .percent, .text, .truth, .field: []
        }
    }

    var fields: Set<String> {
        switch self {
        case .field(let field): [field]
        case .not(let a): a.fields
        case .and(let a, let b), .or(let a, let b), .compare(_, let a, let b): a.fields.union(b.fields)
        case .within(let a, let b, let c): a.fields.union(b.fields).union(c.fields)
        case .number, .percent, .text, .truth, .named: []
        }
    }

    var isQuestion: Bool {
        switch self {
        case .truth, .not, .and, .or, .compare, .within: true
        case .number, .percent, .text, .field, .named: false
        }
    }

    /// What a value is, where that is known before anything runs.
    enum Form: String { case number = "a number", text = "a text", truth = "yes or no" }

    var form: Form? {
        switch self {
        case .number, .percent: .number
        case .text: .text
        case .truth, .not, .and, .or, .compare, .within: .truth
        case .field(let field): field == "label" ? .text : .number
        case .named(let reference): reference.field == "label" ? .text : .number
        }
    }
}
