/// The name of a file to write, with facts about the item in braces: `"done/{dir}/{name}.jpg"`.
public struct FileTemplate: Sendable, Hashable {
    /// A fact about the item: `{dir}`, `{name}`, `{ext}`, `{n}` or `{n:03}`, `{label}`, `{score}`, `{item}`.
    public enum Fact: String, Sendable, Hashable, CaseIterable { case dir, name, ext, n, label, score, item }

    public enum Part: Sendable, Hashable {
        case text(String)
        /// `width` digits, filled with zeros, for numbers; 0 for as many as needed.
        case fact(Fact, width: Int)
    }

    public let text: String
    public let parts: [Part]
    public let mark: Mark?

    public func uses(_ fact: Fact) -> Bool {
        parts.contains { if case .fact(fact, _) = $0 { true } else { false } }
    }

    /// The extension in lower case without its dot; nil when it is a fact or there is none.
    public var fixedExtension: String? {
        guard case .text(let tail)? = parts.last, let dot = tail.lastIndex(of: "."),
            !tail[dot...].contains("/")
        else { return nil }
        return tail[tail.index(after: dot)...].lowercased()
    }

    package static func plain(_ text: String, at mark: Mark?) -> FileTemplate {
        FileTemplate(text: text, parts: [.text(text)], mark: mark)
    }

    /// Reads a template. Empty names, unknown facts, unclosed braces, absolute paths and `..` are
    /// problems: no output leaves the output folder.
    public static func parsed(_ text: String, at mark: Mark?) -> Result<FileTemplate, Diagnostic> {
        func problem(_ message: String) -> Result<FileTemplate, Diagnostic> {
            .failure(.error(message, cause: .recipe, at: mark))
        }
        guard !text.isEmpty else { return problem("a file name is empty") }
        guard !text.hasPrefix("/") else {
            return problem("'\(text)' is absolute; outputs are relative to the output folder (-o)")
        }
        guard !text.split(separator: "/").contains("..") else {
            return problem("'\(text)' leaves the output folder; '..' is not allowed")
        }
        guard !text.hasSuffix("/") else { return problem("'\(text)' is a folder; a file name is missing after it") }
        guard !text.utf8.contains(0) else { return problem("a file name holds a null character") }
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            guard let close = rest[open...].firstIndex(of: "}") else {
                return problem("'{' is not closed in '\(text)'")
            }
            let inner = rest[rest.index(after: open)..<close]
            let pieces = inner.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let known = Fact.allCases.map(\.rawValue)
            guard let word = pieces.first, let fact = Fact(rawValue: String(word)) else {
                return problem(
                    "'{\(inner)}' is not a fact; known: \(known.map { "{\($0)}" }.joined(separator: " "))"
                        + Suggestion.clause(for: String(inner), among: known))
            }
            var width = 0
            if pieces.count == 2 {
                guard fact == .n else {
                    return problem("'{\(inner)}': only {n} takes a number of digits, such as {n:03}")
                }
                guard let digits = Int(pieces[1]), (1...12).contains(digits) else {
                    return problem("'{\(inner)}': after ':' comes a number of digits between 1 and 12, such as {n:03}")
                }
                width = digits
            }
            parts.append(.fact(fact, width: width))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return .success(FileTemplate(text: text, parts: parts, mark: mark))
    }

    /// The path that these facts give, relative to the output folder.
    ///
    /// Facts are made safe: no separators, control characters or leading dots; an empty label is
    /// `object`; an empty `{dir}` leaves no `//`.
    public func path(for facts: Facts) -> String {
        let raw = parts.map { part in
            switch part {
            case .text(let text): text
            case .fact(let fact, let width): facts.text(of: fact, width: width)
            }
        }.joined()
        return raw.split(separator: "/").filter { $0 != "." && $0 != ".." }.joined(separator: "/")
    }
}
