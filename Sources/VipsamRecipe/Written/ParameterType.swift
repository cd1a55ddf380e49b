import VipsamKit

/// What a parameter of a recipe holds.
public indirect enum ParameterType: Sendable, Hashable {
    case text, integer, number, boolean, color, box, point, length, file
    /// `list of number`
    case list(of: ParameterType)

    public static let simple: [ParameterType] = [
        .text, .integer, .number, .boolean, .color, .box, .point, .length, .file,
    ]

    /// As recipes spell them.
    public static let words = simple.map(\.word) + simple.map { "list of \($0.word)" }

    public init?(_ word: String) {
        if let simple = Self.simple.first(where: { $0.word == word }) {
            self = simple
        } else if word.hasPrefix("list of "), let element = ParameterType(String(word.dropFirst(8))),
            Self.simple.contains(element)
        {
            self = .list(of: element)
        } else {
            return nil
        }
    }

    public var word: String {
        switch self {
        case .text: "text"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .color: "color"
        case .box: "box"
        case .point: "point"
        case .length: "length"
        case .file: "file"
        case .list(let element): "list of \(element.word)"
        }
    }

    /// Whether `min` and `max` mean something.
    var hasRange: Bool {
        switch self {
        case .integer, .number, .length: true
        case .list(let element): element.hasRange
        default: false
        }
    }

    /// The form of a field that takes such values.
    func form(_ range: ClosedRange<Double>?, _ choices: [String]?) -> Field.Form {
        if let choices, self != .list(of: .text) { return .choice(choices) }
        let everything = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
        switch self {
        case .text: return .text
        case .integer: return .integer(range.map(Self.whole) ?? Int.min...Int.max)
        case .number: return .number(range ?? everything)
        case .boolean: return .boolean
        case .color: return .color
        case .box: return .box
        case .point: return .point
        case .length: return .length(range ?? everything, percent: true)
        case .file: return .file
        case .list(let element): return .list(of: element.form(range, choices), count: 0...10_000)
        }
    }

    private static func whole(_ range: ClosedRange<Double>) -> ClosedRange<Int> {
        // Doubles beyond this are not whole numbers any more; a conversion would trap.
        let low = range.lowerBound <= -9e15 ? Int.min : Int(range.lowerBound.rounded(.up))
        let high = range.upperBound >= 9e15 ? Int.max : Int(range.upperBound.rounded(.down))
        return low...max(low, high)
    }

    /// Whether a node is such a value.
    func accepts(_ node: Node, _ range: ClosedRange<Double>?) -> Bool {
        func within(_ value: Double) -> Bool { range?.contains(value) ?? true }
        if node.isNull { return false }
        switch self {
        case .text: return node.text != nil
        case .file: return node.text?.isEmpty == false
        case .integer: return node.text.flatMap(NumberText.integer).map { within(Double($0)) } ?? false
        case .number: return node.text.flatMap(NumberText.number).map(within) ?? false
        case .boolean: return node.text.flatMap(Reading.boolean) != nil
        case .color: return Reading.color(node) != nil
        case .box: return Reading.box(node) != nil
        case .point: return Reading.point(node) != nil
        case .length: return node.text.flatMap(Reading.length).map { within($0.value) } ?? false
        case .list(let element):
            return elements(node).map { $0.allSatisfy { element.accepts($0, range) } } ?? false
        }
    }

    /// The elements of a list; on the command line `1,2,3` is one as well, of texts and numbers.
    func elements(_ node: Node) -> [Node]? {
        guard case .list(let element) = self else { return nil }
        switch node.content {
        case .list(let nodes): return nodes
        case .scalar(let scalar):
            if element == .box || element == .point || element == .color { return [node] }
            return scalar.text.split(separator: ",").map {
                Node(.scalar(.init(String($0).trimmingSpaces, isQuoted: scalar.isQuoted)), at: node.mark)
            }
        case .map: return nil
        }
    }
}
