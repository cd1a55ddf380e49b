public import VipsamKit

/// What `vipsam ops` prints and what docs/operations.md holds: made from the registry alone.
public enum OperationWords {
    /// One line for every operation, by family; `vips.*` last.
    public static func list(_ registry: Registry) -> String {
        var out = ""
        for (family, entries) in families(registry) {
            out += out.isEmpty ? "" : "\n"
            out += "\(family)\n"
            let width = entries.map(\.name.count).max() ?? 0
            for entry in entries { out += "  \(padded(entry.name, width))  \(entry.summary)\n" }
        }
        return out
    }

    /// Everything about one operation; nil for an unknown one.
    public static func page(_ name: String, _ registry: Registry) -> String? {
        guard let description = registry.describe(name) else { return nil }
        var out = "\(name) - \(description.entry.summary)\n\n"
        out += "  \(example(description))\n"
        let rows = description.fields.map { row($0, description) }
        if !rows.isEmpty {
            out += "\n"
            let width = rows.map(\.key.count).max() ?? 0
            for row in rows {
                out += "  \(padded(row.key, width))  \(row.help)\n"
                out += "  \(padded("", width))  \(row.form); \(row.state)\n"
            }
        }
        return out + "\n" + returns(description) + "\n"
    }

    /// The diagnostic for a word that is no operation.
    public static func unknown(_ name: String, _ registry: Registry) -> Diagnostic {
        .error(
            "'\(Node.shortened(name))' is not an operation" + Suggestion.clause(for: name, among: registry.names),
            cause: .usage)
    }

    /// docs/operations.md. The operations of libvips are left to `vipsam ops`: which ones there are
    /// depends on the installed version.
    public static func document(_ registry: Registry) -> String {
        var out = """
            # Operations

            What a step can be. Made from the operations themselves by `vipsam ops --markdown`; do not edit.
            Every operation of libvips is there as well, as `vips.NAME`: see `vipsam ops` for yours.

            Lengths are pixels of the working image or percent, places are pixels of the original; see [the recipe
            language](recipe-language.md). An argument marked *main* may stand alone: `- resize: 50%`.

            """
        for (family, entries) in families(registry) {
            let own = entries.filter { !$0.name.hasPrefix("vips.") }
            guard !own.isEmpty else { continue }
            out += "\n## \(family)\n"
            for entry in own {
                guard let description = registry.describe(entry.name) else { continue }
                out += "\n### \(entry.name)\n\n\(entry.summary)\n\n"
                if !description.fields.isEmpty {
                    out += "| argument | takes | default | |\n|---|---|---|---|\n"
                    for field in description.fields {
                        let row = row(field, description)
                        let key = "`\(field.key)`" + (field.isMain ? " *main*" : "")
                        out += "| \(key) | \(cell(row.form)) | \(cell(row.state)) | \(cell(row.help)) |\n"
                    }
                    out += "\n"
                }
                out += returns(description) + "\n"
            }
        }
        return out
    }

    // MARK: - Parts

    private static func families(_ registry: Registry) -> [(String, [Registry.Entry])] {
        var families: [(String, [Registry.Entry])] = []
        for entry in registry.entries {
            if let index = families.firstIndex(where: { $0.0 == entry.family }) {
                families[index].1.append(entry)
            } else {
                families.append((entry.family, [entry]))
            }
        }
        return families.sorted { a, b in
            let foreignA = a.1.allSatisfy { $0.name.hasPrefix("vips.") }
            let foreignB = b.1.allSatisfy { $0.name.hasPrefix("vips.") }
            return foreignA == foreignB ? a.0 < b.0 : foreignB
        }
    }

    private static func row(
        _ field: Field, _ description: Registry.Description
    ) -> (key: String, form: String, state: String, help: String) {
        let state: String
        if field.isRequired {
            state = "needed"
        } else if let text = field.defaultText {
            state = "default \(text.isEmpty ? "empty" : text)"
        } else if let slot = description.slots.first(where: { $0.key == field.key }) {
            // A probe has only the slots that take a value without being told.
            state = "the latest \(latest(slot.kind))" + (slot.isOptional ? ", or none" : "")
        } else {
            state = "none"
        }
        return (field.key, field.form.phrase, state, field.help)
    }

    private static func latest(_ kind: Kind) -> String {
        kind.latestOf.sorted { a, b in a == kind || (b != kind && a.rawValue < b.rawValue) }.map(\.rawValue)
            .joined(separator: " or ")
    }

    /// A step with what it says itself, with what it needs, or with its first arguments.
    private static func example(_ description: Registry.Description) -> String {
        if let arguments = description.entry.example { return "- \(description.entry.name): \(arguments)" }
        let needed = description.fields.filter(\.isRequired)
        let shown = needed.isEmpty ? Array(description.fields.filter { $0.defaultText != nil }.prefix(1)) : needed
        if shown.isEmpty { return "- \(description.entry.name):" }
        if shown.count == 1, shown[0].isMain { return "- \(description.entry.name): \(sample(shown[0]))" }
        return "- \(description.entry.name): {" + shown.map { "\($0.key): \(sample($0))" }.joined(separator: ", ") + "}"
    }

    private static func sample(_ field: Field) -> String {
        if let text = field.defaultText {
            return text.contains { "{}[]:,#".contains($0) } && !text.hasPrefix("[") ? "\"\(text)\"" : text
        }
        return sample(field.form)
    }

    private static func sample(_ form: Field.Form) -> String {
        switch form {
        case .text: "\"…\""
        case .integer(let range): String(min(max(10, range.lowerBound), range.upperBound))
        case .number(let range): NumberText.plain(min(max(10, range.lowerBound), range.upperBound))
        case .boolean: "true"
        case .color: "white"
        case .length: "10"
        case .box: "[10, 20, 300, 400]"
        case .point, .click: "[100, 200]"
        case .choice(let words): words.first ?? ""
        case .file: "file.png"
        case .template: "\"out/{name}.png\""
        case .model: "NAME"
        case .condition: "area > 1%"
        case .slot: "NAME"
        case .list(let form, let count):
            "[" + Array(repeating: sample(form), count: max(1, min(4, count.lowerBound))).joined(separator: ", ") + "]"
        case .either(let forms): forms.first.map(sample) ?? ""
        }
    }

    private static func returns(_ description: Registry.Description) -> String {
        let takes = description.slots.filter { !$0.isOptional }.map(\.kind.phrase)
        let taken = takes.isEmpty ? "" : "takes \(takes.joined(separator: " and ")), "
        let given = description.result.map { "returns \($0.phrase)" } ?? "returns nothing and hands on what there was"
        let text = taken + given + (description.access == .random ? "; reads pixels in any order" : "")
        return text.prefix(1).uppercased() + text.dropFirst() + "."
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
