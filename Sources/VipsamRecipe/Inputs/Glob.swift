/// A pattern of paths: `photos/**/*.{jpg,png}`.
///
/// `**` is any number of folders, `*` any text and `?` any character of one name, `[a-z]` one of
/// these characters, `[!a-z]` none of them, `{a,b}` one of these texts; `\` takes a character as it is.
/// The extension of the last name is compared without regard to case. Names that start with a dot
/// match only a pattern that does.
public struct Glob: Sendable {
    /// The pattern as it is written, braces expanded.
    public let text: String
    /// The folders before the first one with a pattern; empty for the current directory.
    public let root: String
    /// What comes after the root.
    let parts: [Part]

    enum Part: Sendable {
        case folders
        case name(GlobName)
    }

    /// So many patterns come out of the braces of one.
    static let mostAlternatives = 1000

    /// The patterns without braces that one with braces stands for.
    public static func expanded(_ pattern: String) -> [Glob] {
        alternatives(pattern).map(Glob.init(plain:))
    }

    /// What is wrong with a pattern; nil if nothing is.
    static func problem(_ pattern: String) -> String? {
        if pattern.isEmpty { return "a file pattern is empty" }
        if pattern.utf8.count > 4096 { return "a file pattern has at most 4096 characters" }
        for fact in ["{dir}", "{name}", "{ext}", "{label}"] where pattern.contains(fact) {
            return "'\(fact)' is for the names of outputs, not for the pictures that go in"
        }
        var depth = 0
        for character in pattern {
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            if depth < 0 || depth > 10 { break }
        }
        if depth != 0 { return "the braces of '\(pattern)' do not match" }
        return alternatives(pattern).count >= mostAlternatives
            ? "the braces of '\(pattern)' stand for too many patterns" : nil
    }

    private init(plain pattern: String) {
        text = pattern
        let isAbsolute = pattern.hasPrefix("/")
        var names = Self.components(pattern)
        var fixed: [String] = []
        // The last name is never part of the root, even without a pattern in it.
        while names.count > 1, !GlobName.isPattern(names[0]) {
            fixed.append(GlobName.unescaped(names.removeFirst()))
        }
        root = (isAbsolute ? "/" : "") + fixed.joined(separator: "/")
        parts = names.enumerated().map { index, name in
            name == "**" ? .folders : .name(GlobName(name, isLast: index == names.count - 1))
        }
    }

    static func components(_ path: String) -> [String] {
        path.split(separator: "/").map(String.init).filter { $0 != "." }
    }

    /// Whether a path, relative like the pattern or absolute like it, is matched.
    public func matches(_ path: String) -> Bool {
        guard path.hasPrefix("/") == text.hasPrefix("/") else { return false }
        let names = Self.components(path)[...]
        let fixed = Self.components(root)
        guard names.count > fixed.count, Array(names.prefix(fixed.count)) == fixed else { return false }
        return Self.matches(names.dropFirst(fixed.count), parts[...])
    }

    /// Positions of the pattern that are alive after each name: no backtracking, however many `**`.
    private static func matches(_ names: ArraySlice<String>, _ parts: ArraySlice<Part>) -> Bool {
        func skippingFolders(_ positions: Set<Int>) -> Set<Int> {
            var all = positions
            for position in positions.sorted() {
                var next = position
                while next < parts.endIndex, case .folders = parts[next] {
                    next += 1
                    all.insert(next)
                }
            }
            return all
        }
        var alive = skippingFolders([parts.startIndex])
        for name in names {
            var next: Set<Int> = []
            for position in alive where position < parts.endIndex {
                switch parts[position] {
                case .folders: if !name.hasPrefix(".") { next.insert(position) }
                case .name(let pattern): if pattern.matches(name) { next.insert(position + 1) }
                }
            }
            alive = skippingFolders(next)
            if alive.isEmpty { return false }
        }
        return alive.contains(parts.endIndex)
    }

    /// Braces written out, from left to right; nested ones too.
    private static func alternatives(_ pattern: String) -> [String] {
        var done: [String] = []
        var open = [pattern]
        while let next = open.popLast() {
            guard done.count + open.count < mostAlternatives else { break }
            guard let (before, choices, after) = firstBraces(next) else {
                done.append(next)
                continue
            }
            open.append(contentsOf: choices.reversed().map { before + $0 + after })
        }
        return done
    }

    private static func firstBraces(_ pattern: String) -> (String, [String], String)? {
        let all = Array(pattern)
        var isEscaped = false
        guard
            let start = all.firstIndex(where: { character in
                defer { isEscaped = character == "\\" && !isEscaped }
                return character == "{" && !isEscaped
            })
        else { return nil }
        var depth = 0
        var choices = [""]
        var i = start
        while i < all.count {
            switch (all[i], depth) {
            case ("\\", _) where i + 1 < all.count:
                choices[choices.count - 1] += String(all[i...(i + 1)])
                i += 1
            case ("{", 0): depth = 1
            case ("{", _):
                depth += 1
                choices[choices.count - 1].append("{")
            case ("}", 1): return (String(all[..<start]), choices, String(all[(i + 1)...]))
            case ("}", _):
                depth -= 1
                choices[choices.count - 1].append("}")
            case (",", 1): choices.append("")
            default: choices[choices.count - 1].append(all[i])
            }
            i += 1
        }
        return nil
    }
}
