public import VipsamKit

/// Which prompts belong to which picture.
public struct PromptMatches: Sendable {
    /// By `InputFile.path`. A picture that is not here has no row and is skipped.
    public let prompts: [String: [Prompt]]
    public let picturesWithoutRow: [InputFile]
    /// Rows without a picture, each with its place; of very many only the first.
    public let rowsWithoutPicture: [Diagnostic]

    static let mostReported = 100
}

extension PromptTable {
    /// A row means the picture of that path relative to the glob's fixed part, else the one picture
    /// of that base name.
    public func match(_ pictures: [InputFile]) -> PromptMatches {
        var byPath: [String: InputFile] = [:]
        var byName: [String: [InputFile]] = [:]
        for picture in pictures {
            byPath[Self.normal(picture.relativePath)] = picture
            byName[Self.base(picture.relativePath), default: []].append(picture)
        }
        var found: [String: [Prompt]] = [:]
        var problems: [Diagnostic] = []
        var rest: [String: [Entry]] = [:]
        for entry in entries where !entry.prompts.isEmpty {
            if let picture = byPath[Self.normal(entry.file)] {
                found[picture.path, default: []] += entry.prompts
            } else {
                rest[Self.base(entry.file), default: []].append(entry)
            }
        }
        func report(_ entry: Entry, _ message: String) {
            if problems.count < PromptMatches.mostReported {
                problems.append(.warning(message, at: mark(of: entry)))
            } else if problems.count == PromptMatches.mostReported {
                problems.append(.warning("there are more rows without a picture"))
            }
        }
        for entry in entries {
            guard let rows = rest[Self.base(entry.file)], rows.contains(where: { $0.file == entry.file }) else {
                continue
            }
            let name = Node.shortened(entry.file)
            let candidates = (byName[Self.base(entry.file)] ?? []).filter { found[$0.path] == nil }
            switch (candidates.count, rows.count) {
            case (0, _): report(entry, "there is no picture '\(name)'")
            case (1, 1): break
            case (1, _):
                report(entry, "'\(name)' is one of several rows for the one picture '\(candidates[0].relativePath)'")
            default:
                let paths = candidates.prefix(3).map { "'\($0.relativePath)'" }.joined(separator: ", ")
                report(entry, "'\(name)' could be any of \(paths); write its folder too")
            }
        }
        // Only now: a picture taken by its path is nobody else's by its name.
        for (base, rows) in rest where rows.count == 1 {
            let candidates = (byName[base] ?? []).filter { found[$0.path] == nil }
            if candidates.count == 1 { found[candidates[0].path] = rows[0].prompts }
        }
        return PromptMatches(
            prompts: found, picturesWithoutRow: pictures.filter { found[$0.path] == nil }, rowsWithoutPicture: problems)
    }

    private static func normal(_ path: String) -> String {
        path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    private static func base(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
