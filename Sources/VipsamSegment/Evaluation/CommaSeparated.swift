/// Rows of a CSV file by column name (RFC 4180: quotes, doubled quotes, line ends inside quotes).
struct CommaSeparated {
    private let columns: [String: Int]
    private let rows: [[String]]

    init(_ text: String) {
        var all = Self.split(text)
        let header = all.isEmpty ? [] : all.removeFirst()
        columns = Dictionary(header.enumerated().map { ($1, $0) }) { first, _ in first }
        rows = all
    }

    var count: Int { rows.count }

    /// Nil when there is no such column, or the row ends before it.
    func field(_ name: String, row: Int) -> String? {
        guard let column = columns[name], column < rows[row].count else { return nil }
        return rows[row][column]
    }

    private static func split(_ text: String) -> [[String]] {
        var rows: [[String]] = [], row: [String] = [], field = "", isQuoted = false
        func endRow() {
            row.append(field)
            field = ""
            if row != [""] { rows.append(row) }
            row = []
        }
        var rest = text[...]
        while let character = rest.popFirst() {
            switch (character, isQuoted) {
            case ("\"", true) where rest.first == "\"":
                rest.removeFirst()
                field.append("\"")
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                row.append(field)
                field = ""
            case ("\n", false), ("\r\n", false): endRow()
            default: field.append(character)
            }
        }
        endRow()
        return rows
    }
}
