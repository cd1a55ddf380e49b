/// The name of a file to read, with facts about the item in braces: `"masks/{dir}/{name}.png"`.
///
/// Unlike the name of a file to write it may be absolute and may hold `..`; it is relative to the current directory.
public struct FilePattern: Sendable, Hashable {
    private enum Part: Hashable {
        case fixed(String)
        case template(FileTemplate)
    }

    public let text: String
    private let parts: [Part]

    /// - Returns: the pattern, or a diagnostic for an unknown fact or an unclosed brace.
    public static func parsed(_ text: String, at mark: Mark?) -> Result<FilePattern, Diagnostic> {
        var parts: [Part] = []
        for component in text.split(separator: "/").map(String.init) {
            guard component.contains("{") else {
                parts.append(.fixed(component))
                continue
            }
            switch FileTemplate.parsed(component, at: mark) {
            case .success(let template): parts.append(.template(template))
            case .failure(let problem): return .failure(problem)
            }
        }
        return .success(FilePattern(text: text, parts: parts))
    }

    /// The path that these facts give.
    public func path(for facts: Facts) -> String {
        let names = parts.map { part in
            switch part {
            case .fixed(let name): name
            case .template(let template): template.path(for: facts)
            }
        }
        return (text.hasPrefix("/") ? "/" : "") + names.filter { !$0.isEmpty }.joined(separator: "/")
    }
}

extension Parameters {
    /// The name of a file to read, in which facts may stand.
    public func pattern(_ key: String, _ help: String, main: Bool = false) -> FilePattern {
        let text = file(key, help, main: main)
        switch FilePattern.parsed(text, at: mark(of: key)) {
        case .success(let pattern): return pattern
        case .failure(let problem):
            report(problem)
            return FilePattern.empty
        }
    }
}

extension FilePattern {
    fileprivate static let empty = FilePattern(text: "", parts: [])
}
