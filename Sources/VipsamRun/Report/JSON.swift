/// A JSON value whose objects keep their order, as the report and `--json` write it.
public indirect enum JSON: Sendable, Hashable {
    case null
    case truth(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([Entry])

    public struct Entry: Sendable, Hashable {
        public let key: String
        public let value: JSON

        public init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// An object; entries whose value is nil are left out.
    public static func object(_ pairs: KeyValuePairs<String, JSON?>) -> JSON {
        .object(pairs.compactMap { pair in pair.value.map { Entry(pair.key, $0) } })
    }

    public static func texts(_ texts: [String]) -> JSON { .list(texts.map(JSON.text)) }

    /// On one line.
    public var line: String { render(nil, 0) }

    /// Indented by two spaces, lists of numbers on one line; ends with a line end.
    public var pretty: String { render(2, 0) + "\n" }

    private func render(_ indent: Int?, _ depth: Int) -> String {
        switch self {
        case .null: "null"
        case .truth(let truth): truth ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): Self.spell(value)
        case .text(let text): Self.quote(text)
        case .list(let values):
            wrap("[", values.map { $0.render(isFlat ? nil : indent, depth + 1) }, "]", isFlat ? nil : indent, depth)
        case .object(let entries):
            wrap("{", entries.map { "\(Self.quote($0.key)): \($0.value.render(indent, depth + 1))" }, "}", indent, depth)
        }
    }

    /// A list without lists and objects in it.
    private var isFlat: Bool {
        guard case .list(let values) = self else { return false }
        return values.allSatisfy {
            switch $0 {
            case .integer, .number, .null, .truth: true
            case .text, .list, .object: false
            }
        }
    }

    private func wrap(_ open: String, _ parts: [String], _ close: String, _ indent: Int?, _ depth: Int) -> String {
        guard let indent, !parts.isEmpty else { return open + parts.joined(separator: ", ") + close }
        let inner = "\n" + String(repeating: " ", count: indent * (depth + 1))
        let outer = "\n" + String(repeating: " ", count: indent * depth)
        return open + inner + parts.joined(separator: "," + inner) + outer + close
    }

    /// Whole numbers without a point; JSON has no infinities, so they are null.
    private static func spell(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    private static func quote(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
