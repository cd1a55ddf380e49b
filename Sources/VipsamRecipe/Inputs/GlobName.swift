/// The pattern of one name: a folder or a file.
struct GlobName: Sendable {
    private enum Token: Sendable {
        case character(Character, foldsCase: Bool)
        case any
        case text
        case set([ClosedRange<Character>], isNegated: Bool, foldsCase: Bool)
    }

    private let tokens: [Token]
    private let takesHidden: Bool

    static func isPattern(_ name: String) -> Bool { name == "**" || name.contains { "*?[".contains($0) } }

    static func unescaped(_ name: String) -> String {
        var out = ""
        var isEscaped = false
        for character in name {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                out.append(character)
                isEscaped = false
            }
        }
        return out
    }

    /// - Parameter isLast: whether it is a file's name, whose extension folds case.
    init(_ pattern: String, isLast: Bool) {
        let all = Array(pattern)
        let dot = isLast ? all.lastIndex(of: ".") : nil
        var tokens: [Token] = []
        var i = 0
        while i < all.count {
            let folds = dot.map { i > $0 } ?? false
            switch all[i] {
            case "*":
                if case .text? = tokens.last {} else { tokens.append(.text) }
            case "?": tokens.append(.any)
            case "\\" where i + 1 < all.count:
                i += 1
                tokens.append(.character(all[i], foldsCase: folds))
            case "[":
                if let (set, end) = Self.set(all, i, folds) {
                    tokens.append(set)
                    i = end
                } else {
                    tokens.append(.character("[", foldsCase: folds))
                }
            default: tokens.append(.character(all[i], foldsCase: folds))
            }
            i += 1
        }
        self.tokens = tokens
        self.takesHidden = pattern.hasPrefix(".")
    }

    private static func set(_ all: [Character], _ start: Int, _ folds: Bool) -> (Token, Int)? {
        var i = start + 1
        let isNegated = i < all.count && (all[i] == "!" || all[i] == "^")
        if isNegated { i += 1 }
        var ranges: [ClosedRange<Character>] = []
        let first = i
        while i < all.count, all[i] != "]" || i == first {
            if i + 2 < all.count, all[i + 1] == "-", all[i + 2] != "]" {
                ranges.append(min(all[i], all[i + 2])...max(all[i], all[i + 2]))
                i += 3
            } else {
                ranges.append(all[i]...all[i])
                i += 1
            }
        }
        return i < all.count ? (.set(ranges, isNegated: isNegated, foldsCase: folds), i) : nil
    }

    func matches(_ name: String) -> Bool {
        if name.hasPrefix("."), !takesHidden { return false }
        let all = Array(name)
        // Only the last `*` is ever taken back to: linear for each, never exponential.
        var i = 0
        var t = 0
        var back: (token: Int, from: Int)?
        while i < all.count {
            if t < tokens.count, case .text = tokens[t] {
                back = (t, i)
                t += 1
            } else if t < tokens.count, Self.matches(all[i], tokens[t]) {
                i += 1
                t += 1
            } else if let last = back {
                back = (last.token, last.from + 1)
                i = last.from + 1
                t = last.token + 1
            } else {
                return false
            }
        }
        while t < tokens.count, case .text = tokens[t] { t += 1 }
        return t == tokens.count
    }

    private static func matches(_ character: Character, _ token: Token) -> Bool {
        switch token {
        case .text, .any: true
        case .character(let wanted, let folds):
            character == wanted || (folds && character.lowercased() == wanted.lowercased())
        case .set(let ranges, let isNegated, let folds):
            ranges.contains { range in
                (folds ? character.inBothCases : [character]).contains(where: range.contains)
            } != isNegated
        }
    }
}

extension Character {
    /// Without cases that are several characters, such as that of 'ß'.
    fileprivate var inBothCases: [Character] {
        [self] + [lowercased(), uppercased()].filter { $0.count == 1 }.compactMap(\.first)
    }
}
