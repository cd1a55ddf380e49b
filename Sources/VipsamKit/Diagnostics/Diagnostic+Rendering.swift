/// How a diagnostic looks in a terminal. All of it is in this file.
extension Diagnostic {
    /// Colours only where the caller found out that they are wanted.
    public enum Style: Sendable { case plain, colour }

    /// The message with its place, an excerpt with a caret, and its notes. Ends with a line end.
    ///
    ///     recipes/shelf.yaml:12:15: error: 'radius' must be between 0 and 256, not 900
    ///        12 |       radius: 900
    ///           |               ^~~
    public func rendered(_ style: Style = .plain) -> String {
        var out = mark.map { "\($0): " } ?? ""
        out += paint(severity.rawValue + ":", severity.colour, style) + " " + paint(message, "1", style) + "\n"
        if let mark { out += excerpt(of: mark) }
        for note in notes { out += note.rendered(style) }
        return out
    }

    /// Lines are cut to so many characters.
    private static let widest = 160

    private func excerpt(of mark: Mark) -> String {
        guard mark.source.lines.indices.contains(mark.line - 1) else { return "" }
        let whole = mark.source.lines[mark.line - 1]
        let number = String(mark.line)
        let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number
        let margin = String(repeating: " ", count: gutter.count) + " | "
        // Of lines that fill no screen (JSON in one line) only what is around the place.
        let column = max(1, mark.column)
        let skipped = column > Self.widest ? column - Self.widest / 2 : 0
        let line = whole.dropFirst(skipped).prefix(Self.widest)
        // Tabs are kept in the run-up, so that the caret stands under its word whatever a tab means.
        let runUp = line.prefix(column - 1 - skipped).map { $0 == "\t" ? "\t" : " " }.joined()
        let visible = max(1, min(mark.length, line.count - (column - 1 - skipped)))
        let caret = "^" + String(repeating: "~", count: visible - 1)
        return "\(gutter) | \(line)\n\(margin)\(runUp)\(caret)\n"
    }

    private func paint(_ text: String, _ code: String, _ style: Style) -> String {
        style == .plain ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

extension Diagnostic.Severity {
    fileprivate var colour: String {
        switch self {
        case .error: "1;31"
        case .warning: "1;35"
        case .note: "1;36"
        }
    }
}
