import VipsamKit

/// Fields of operations and sections as JSON Schema.
///
/// Every value may be a parameter (`$name`). So numbers allow strings of that pattern: `minimum`
/// speaks of numbers only and `pattern` of strings only, and a message names the one that is wrong.
struct FieldSchema {
    /// Whether `$name` may stand for a value: not in sections.
    let allowsParameters: Bool

    func fields(_ fields: [Field], describedAs summary: String) -> JSONText {
        var entries: [(String, JSONText)] = [
            ("description", .text(summary)), ("type", .text("object")),
            ("properties", .map(fields.map { ($0.key, field($0)) })), ("additionalProperties", .boolean(false)),
        ]
        let needed = fields.filter(\.isRequired).map(\.key)
        if !needed.isEmpty { entries.append(("required", .texts(needed))) }
        return .map(entries)
    }

    func field(_ field: Field) -> JSONText {
        var entries: [(String, JSONText)] = [("description", .text(field.help))]
        entries += form(field.form)
        if let text = field.defaultText { entries.append(("default", value(text, field.form))) }
        return .map(entries)
    }

    private func value(_ text: String, _ form: Field.Form) -> JSONText {
        switch form {
        case .integer, .number, .length: NumberText.number(text).map(JSONText.number) ?? .text(text)
        case .boolean: .boolean(text == "true")
        default: .text(text)
        }
    }

    private var parameter: String { "\\$[A-Za-z][A-Za-z0-9_-]*" }

    private func pattern(_ own: String) -> JSONText {
        .text(allowsParameters ? "^(\(own)|\(parameter))$" : "^(\(own))$")
    }

    func form(_ form: Field.Form) -> [(String, JSONText)] {
        switch form {
        // Scalars are read as text, so 12 is a text too.
        case .text: return [("type", .texts(["string", "number", "boolean"]))]
        case .file, .template, .model, .slot: return [("type", .text("string"))]
        case .condition: return [("type", .texts(["string", "boolean"]))]
        case .integer(let range):
            return [("type", .texts(["integer", "string"])), ("pattern", pattern("[+-]?[0-9]+"))]
                + bounds(Double(range.lowerBound), Double(range.upperBound), 9e15)
        case .number(let range):
            return [("type", .texts(["number", "string"])), ("pattern", pattern("[+-]?[0-9.]+([eE][+-]?[0-9]+)?"))]
                + bounds(range.lowerBound, range.upperBound, .greatestFiniteMagnitude)
        case .length(let range, let percent):
            return [
                ("type", .texts(["number", "string"])),
                ("pattern", pattern("[+-]?[0-9.]+(px\(percent ? "|%" : ""))?")),
            ] + bounds(range.lowerBound, range.upperBound, .greatestFiniteMagnitude)
        case .boolean:
            return [("type", .texts(["boolean", "string"])), ("pattern", pattern("true|false|yes|no|on|off"))]
        case .color:
            return [
                ("type", .texts(["string", "array"])),
                ("items", .map([("type", .texts(["number", "string"]))])), ("minItems", .number(3)),
                ("maxItems", .number(4)),
            ]
        case .box: return array(.length(-1e9...1e9, percent: true), 4, 4)
        case .point: return array(.number(-1e9...1e9), 2, 2)
        case .click: return array(.number(-1e9...1e9), 2, 3)
        case .choice(let words):
            guard allowsParameters else { return [("enum", .texts(words))] }
            return [
                (
                    "anyOf",
                    .list([
                        .map([("enum", .texts(words))]),
                        .map([("type", .text("string")), ("pattern", .text("^\(parameter)$"))]),
                    ])
                )
            ]
        case .list(let element, let count):
            let list = JSONText.map([
                ("type", .text("array")), ("items", .map(self.form(element))),
                ("minItems", .number(Double(count.lowerBound))),
                ("maxItems", .number(Double(count.upperBound))),
            ])
            let text = JSONText.map([("type", .text("string"))])
            return [("anyOf", .list(count.contains(1) ? [list, .map(self.form(element)), text] : [list, text]))]
        case .either(let forms): return [("anyOf", .list(forms.map { .map(self.form($0)) }))]
        }
    }

    private func array(_ element: Field.Form, _ least: Int, _ most: Int) -> [(String, JSONText)] {
        [
            ("type", .texts(["array", "string"])), ("items", .map(form(element))), ("minItems", .number(Double(least))),
            ("maxItems", .number(Double(most))),
        ]
    }

    private func bounds(_ low: Double, _ high: Double, _ limit: Double) -> [(String, JSONText)] {
        (low > -limit ? [("minimum", .number(low))] : []) + (high < limit ? [("maximum", .number(high))] : [])
    }
}
