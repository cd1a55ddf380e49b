/// JSON to write, with keys in a chosen order.
indirect enum JSONText {
    case text(String)
    case number(Double)
    case boolean(Bool)
    case list([JSONText])
    case map([(String, JSONText)])

    static func texts(_ texts: [String]) -> JSONText { .list(texts.map(JSONText.text)) }

    /// Indented by two spaces; short lists stay on one line.
    func rendered(_ indent: String = "") -> String {
        let deeper = indent + "  "
        switch self {
        case .text(let text): return Self.quoted(text)
        case .number(let value):
            return value == value.rounded() && abs(value) < 9e15 ? String(Int(value)) : String(value)
        case .boolean(let value): return String(value)
        case .list(let items):
            let flat = "[" + items.map { $0.rendered() }.joined(separator: ", ") + "]"
            if flat.count + indent.count <= 100, !flat.contains("\n") { return flat }
            return "[\n" + items.map { deeper + $0.rendered(deeper) }.joined(separator: ",\n") + "\n\(indent)]"
        case .map(let entries):
            if entries.isEmpty { return "{}" }
            let flat = "{" + entries.map { "\(Self.quoted($0)): \($1.rendered())" }.joined(separator: ", ") + "}"
            if entries.count <= 2, flat.count + indent.count <= 100, !flat.contains("\n") { return flat }
            return "{\n"
                + entries.map { "\(deeper)\(Self.quoted($0)): \($1.rendered(deeper))" }.joined(separator: ",\n")
                + "\n\(indent)}"
        }
    }

    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            case _ where scalar.value < 0x20:
                let code = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
