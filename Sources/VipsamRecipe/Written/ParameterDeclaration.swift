public import VipsamKit

/// A parameter of a recipe: what its user may change.
public struct ParameterDeclaration: Sendable {
    public let name: String
    /// The name in the recipe.
    public let mark: Mark
    public let type: ParameterType
    /// Nil for an optional one.
    public let fallback: Node?
    public let range: ClosedRange<Double>?
    public let choices: [String]?
    public let help: String?
    /// Whether the declaration has problems: what uses it is not looked at.
    let isBroken: Bool

    public var form: Field.Form { type.form(range, choices) }

    /// Names that mean something else after a `$`.
    static let taken = ["item"]

    init(_ name: String, at mark: Mark, reading p: Parameters) {
        let type = p.custom(
            "type", .choice(ParameterType.words), isRequired: true, "What the parameter holds."
        ) { $0.text.flatMap(ParameterType.init) }
        let low = p.optionalNumber("min", Self.anything, "The least value, of numbers and lengths.")
        let high = p.optionalNumber("max", Self.anything, "The greatest value, of numbers and lengths.")
        let choices = p.texts("choices", count: 1...1000, "The only values that are allowed.")
        let known = type ?? .text
        var range: ClosedRange<Double>?
        if low != nil || high != nil {
            let ends = (low ?? -Double.greatestFiniteMagnitude, high ?? Double.greatestFiniteMagnitude)
            if ends.0 > ends.1 {
                p.report(.error("'min' is greater than 'max'", at: p.mark(of: "min")))
            } else {
                range = ends.0...ends.1
            }
        }
        let form = known.form(range, choices)
        let fallback: Node? = p.custom("default", form, "The value if nobody gives one.") {
            Self.accepts($0, known, range, choices) ? $0 : nil
        }
        let isOptional = p.boolean("optional", or: false, "Whether it may be left out; what uses it is then absent.")
        self.help = p.optionalText("help", "One line for the recipe's users.")
        self.name = name
        self.mark = mark
        self.type = known
        self.range = range
        self.choices = choices
        self.fallback = fallback
        if range != nil, !known.hasRange {
            p.report(.error("'min' and 'max' are for numbers and lengths, not for '\(known.word)'", at: mark))
        }
        if !p.has("default"), !isOptional, !p.isProbe {
            p.report(.error("'\(name)' needs a 'default', or 'optional: true'", at: mark))
        }
        if p.has("default"), isOptional {
            p.report(.error("'\(name)' has a 'default', so 'optional' says nothing", at: p.mark(of: "optional")))
        }
        self.isBroken = !p.problems.isEmpty
    }

    private static let anything = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude

    /// What is wrong with a value from outside; nil if nothing is.
    func problem(with node: Node) -> Diagnostic? {
        guard !Self.accepts(node, type, range, choices) else { return nil }
        return .misfit(name, form, node)
    }

    private static func accepts(
        _ node: Node, _ type: ParameterType, _ range: ClosedRange<Double>?, _ choices: [String]?
    ) -> Bool {
        guard type.accepts(node, range) else { return false }
        guard let choices else { return true }
        let texts = type.elements(node)?.map(\.text) ?? [node.text]
        return texts.allSatisfy { $0.map(choices.contains) ?? false }
    }

    /// A value as operations read it: a list written `1,2,3` becomes one.
    func normal(_ node: Node) -> Node {
        guard let elements = type.elements(node) else { return node }
        return Node(.list(elements), at: node.mark)
    }
}
