import VipsamKit

/// Arguments of libvips as fields of the recipe language.
extension Parameters {
    /// Declares an argument that is no image and reads it; nil when it is absent, and libvips' default stands.
    func value(of argument: VipsArgument, _ help: String) -> VipsValue? {
        guard let form = argument.form else { return nil }
        return custom(
            argument.name, form, defaultText: argument.isRequired ? nil : argument.defaultText,
            isRequired: argument.isRequired, help
        ) { argument.read($0) }
    }
}

extension VipsArgument {
    /// libvips allows more numbers than any real list has.
    private static let longestList = 10_000

    /// Nil for what a recipe cannot hold; such arguments are optional, and left out.
    var form: Field.Form? {
        switch kind {
        case .double: .number(range ?? -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
        case .int: .integer(integers)
        case .bool: .boolean
        case .choice(let words), .interpolate(let words): .choice(words)
        case .flags(let words): .list(of: .choice(words), count: 0...words.count)
        case .string: .text
        case .arrayDouble: .list(of: .number(Self.anyNumber), count: 1...Self.longestList)
        case .arrayInt: .list(of: .integer(integers), count: 1...Self.longestList)
        case .arrayChoice(let choices): .list(of: .choice(choices.map(\.nick)), count: 1...Self.longestList)
        case .image, .arrayImage, .blob, .source, .target, .other: nil
        }
    }

    private static let anyNumber = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude

    private var integers: ClosedRange<Int> {
        let limit = -2_147_483_648.0...2_147_483_647.0
        let range = range?.clamped(to: limit) ?? limit
        return Int(range.lowerBound)...Int(range.upperBound)
    }

    var defaultText: String? {
        guard let value = defaultValue else { return nil }
        switch value {
        case .double(let number): return NumberText.plain(number)
        case .int(let number): return String(number)
        case .bool(let truth): return String(truth)
        case .string(let text), .interpolate(let text): return text.isEmpty ? nil : text
        case .arrayDouble(let numbers): return "[" + numbers.map(NumberText.plain).joined(separator: ", ") + "]"
        case .arrayInt(let numbers): return "[" + numbers.map(String.init).joined(separator: ", ") + "]"
        case .image, .arrayImage, .blob: return nil
        }
    }

    /// The value that a recipe gives; nil when it does not have the argument's form.
    func read(_ node: Node) -> VipsValue? {
        switch kind {
        case .double: number(node).flatMap { range?.contains($0) ?? true ? .double($0) : nil }
        case .int: integer(node).map(VipsValue.int)
        case .bool: truth(node).map(VipsValue.bool)
        case .choice(let words), .interpolate(let words):
            node.text.flatMap { words.contains($0) ? .string($0) : nil }
        case .flags(let words):
            parts(node) { part in part.text.flatMap { words.contains($0) ? $0 : nil } }
                .map { .string($0.joined(separator: ":")) }
        case .string: node.text.map(VipsValue.string)
        case .arrayDouble: parts(node, number).map(VipsValue.arrayDouble)
        case .arrayInt: parts(node, integer).map(VipsValue.arrayInt)
        case .arrayChoice(let choices):
            parts(node) { part in choices.first { $0.nick == part.text }?.number }.map(VipsValue.arrayInt)
        case .image, .arrayImage, .blob, .source, .target, .other: nil
        }
    }

    private func number(_ node: Node) -> Double? { node.text.flatMap(NumberText.number) }

    private func integer(_ node: Node) -> Int? {
        node.text.flatMap(NumberText.integer).flatMap { integers.contains($0) ? $0 : nil }
    }

    private func truth(_ node: Node) -> Bool? {
        switch node.text?.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }

    /// A list, or one value that stands for a list of one.
    private func parts<T>(_ node: Node, _ convert: (Node) -> T?) -> [T]? {
        let nodes = node.list ?? [node]
        let converted = nodes.compactMap(convert)
        return !nodes.isEmpty && converted.count == nodes.count && nodes.count <= Self.longestList ? converted : nil
    }
}
