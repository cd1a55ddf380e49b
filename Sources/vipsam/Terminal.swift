internal import Glibc
internal import VipsamKit
internal import VipsamRun

/// Talk goes to standard error, data to standard output.
enum Terminal {
    /// Whether people want colours: not where no terminal is, `NO_COLOR` is set, the terminal is dumb,
    /// or `--no-color` says so.
    static var style: Diagnostic.Style {
        let isPlain = CommandLine.arguments.contains("--no-color") || Environment["NO_COLOR"] != nil
            || Environment["TERM"] == "dumb" || !Descriptor.isTerminal(Descriptor.standardError)
        return isPlain ? .plain : .colour
    }

    static func say(_ diagnostic: Diagnostic) {
        Descriptor.write(diagnostic.rendered(style), to: Descriptor.standardError)
    }

    static func say(_ text: String) { Descriptor.write(text + "\n", to: Descriptor.standardError) }

    /// Data.
    static func put(_ text: String) { Descriptor.write(text, to: Descriptor.standardOutput) }

    /// Columns side by side, two spaces between them; numbers stand on the right.
    static func table(_ rows: [[String]], numbers: Set<Int> = []) -> String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let fill = String(repeating: " ", count: widths[column] - cell.count)
                line += (column == 0 ? "" : "  ") + (numbers.contains(column) ? fill + cell : cell + fill)
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}

/// Ending the process with a code of ours.
enum Process {
    static func exit(_ code: ExitCode) -> Never { Glibc.exit(code.rawValue) }
}
