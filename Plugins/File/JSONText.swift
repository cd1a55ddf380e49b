import VipsamKit

/// JSON (RFC 8259) as text, keys in the order that they are given: the same values give the same bytes.
enum JSONText {
    static func text(_ value: String) -> String {
        var out = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// JSON has no infinity and no NaN: null.
    static func number(_ value: Double) -> String { value.isFinite ? NumberText.plain(value) : "null" }

    static func numbers(_ values: [Double]) -> String { "[" + values.map(number).joined(separator: ", ") + "]" }

    /// Values are JSON already.
    static func map(_ entries: [(key: String, value: String)]) -> String {
        "{" + entries.map { text($0.key) + ": " + $0.value }.joined(separator: ", ") + "}"
    }
}
