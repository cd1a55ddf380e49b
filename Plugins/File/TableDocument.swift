import VipsamKit

/// Tables as text: CSV (RFC 4180, a header line, lines end with LF) or JSON (a list with a map per row).
enum TableDocument {
    static func csv(_ table: Table) -> String {
        let lines = [table.columns.map(quoted)] + table.rows.map { $0.map(cell) }
        return lines.map { $0.joined(separator: ",") + "\n" }.joined()
    }

    static func json(_ table: Table) -> String {
        let rows = table.rows.map { row in
            JSONText.map(zip(table.columns, row).map { ($0, value($1)) })
        }
        return "[" + (rows.isEmpty ? "" : "\n" + rows.joined(separator: ",\n") + "\n") + "]\n"
    }

    private static func value(_ cell: Table.Cell) -> String {
        switch cell {
        case .number(let number): JSONText.number(number)
        case .text(let text): JSONText.text(text)
        }
    }

    private static func cell(_ cell: Table.Cell) -> String {
        switch cell {
        case .number(let number): number.isFinite ? NumberText.plain(number) : ""
        case .text(let text): quoted(text)
        }
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }
}
