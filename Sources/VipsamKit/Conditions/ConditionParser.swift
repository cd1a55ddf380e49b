extension Condition {
    /// Reads a condition.
    ///
    /// - Parameters:
    ///   - mark: where the text stands; positions inside it are counted from there.
    ///   - quoted: whether a quote stands before the first character in the file.
    ///   - variables: the parameters of the recipe as text, for `$name`.
    public static func parsed(
        _ text: String, at mark: Mark?, quoted: Bool = false, _ scope: Scope, variables: [String: String] = [:]
    ) -> Result<Condition, Diagnostic> {
        var parser = ConditionParser(text, mark, quoted, scope, variables)
        do {
            return .success(Condition(text: text, mark: mark, expression: try parser.whole()))
        } catch {
            return .failure(error.caused(by: .recipe).at(mark))
        }
    }

    /// Reads `low..high`.
    public static func parsedRange(
        _ text: String, at mark: Mark?, quoted: Bool = false, variables: [String: String] = [:]
    ) -> Result<(Condition, Condition), Diagnostic> {
        var parser = ConditionParser(text, mark, quoted, .named, variables)
        do {
            let (low, high) = try parser.range()
            try parser.end()
            let ends = text.trimmingSpaces
            return .success(
                (
                    Condition(text: ends.before(".."), mark: mark, expression: low),
                    Condition(text: ends.after(".."), mark: mark, expression: high)
                ))
        } catch {
            return .failure(error.caused(by: .recipe).at(mark))
        }
    }
}

/// Recursive descent over a handful of tokens; brackets may nest 50 deep.
private struct ConditionParser {
    private enum Token: Equatable {
        case word(String)
        case number(Double)
        case percent(Double)
        case text(String)
        case variable(String)
        case sign(String)
    }

    private static let deepest = 50
    /// More words are a mistake, and a tree too deep to walk.
    private static let longest = 500

    private let source: String
    private let mark: Mark?
    private let lead: Int
    private let scope: Condition.Scope
    private let variables: [String: String]
    private var tokens: [(token: Token, offset: Int, length: Int)] = []
    private var next = 0
    private var depth = 0
    private var lexical: Diagnostic?

    init(
        _ source: String, _ mark: Mark?, _ quoted: Bool, _ scope: Condition.Scope, _ variables: [String: String]
    ) {
        self.source = source
        self.mark = mark
        // Values of the command line count as quoted, but no quote stands before them.
        self.lead = quoted && (mark?.length ?? 0) > source.count ? 1 : 0
        self.scope = scope
        self.variables = variables
        do { try tokenize() } catch { lexical = error }
    }

    mutating func whole() throws(Diagnostic) -> Condition.Expression {
        if let lexical { throw lexical }
        let expression = try or()
        try end()
        return expression
    }

    mutating func range() throws(Diagnostic) -> (Condition.Expression, Condition.Expression) {
        if let lexical { throw lexical }
        let low = try operand()
        try expect("..")
        return (low, try operand())
    }

    func end() throws(Diagnostic) {
        if next < tokens.count { throw problem("'\(spelling(next))' is one word too many") }
    }

    // MARK: - Grammar

    private mutating func or() throws(Diagnostic) -> Condition.Expression {
        let first = next
        var left = try and()
        while accept(.word("or")) {
            let second = next
            left = .or(try question(left, from: first), try question(try and(), from: second))
        }
        return left
    }

    private mutating func and() throws(Diagnostic) -> Condition.Expression {
        let first = next
        var left = try not()
        while accept(.word("and")) {
            let second = next
            left = .and(try question(left, from: first), try question(try not(), from: second))
        }
        return left
    }

    private mutating func not() throws(Diagnostic) -> Condition.Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { throw problem("brackets and 'not' nest deeper than \(Self.deepest)") }
        guard accept(.word("not")) else { return try comparison() }
        let first = next
        return .not(try question(try not(), from: first))
    }

    /// What `and`, `or` and `not` join has to be answered by yes or no.
    private func question(
        _ expression: Condition.Expression, from first: Int
    ) throws(Diagnostic) -> Condition.Expression {
        guard !expression.isQuestion else { return expression }
        throw Diagnostic.error(
            "'\(spelling(first))' is not a question; 'and', 'or' and 'not' join questions, such as area > 1%",
            at: place(first))
    }

    private mutating func comparison() throws(Diagnostic) -> Condition.Expression {
        if accept(.sign("(")) {
            let inner = try or()
            try expect(")")
            return inner
        }
        let first = next
        let left = try operand()
        if accept(.word("in")) {
            let (low, high) = try range()
            try compare(left, low, from: first)
            try compare(left, high, from: first)
            return .within(left, low, high)
        }
        if next < tokens.count, case .sign(let sign) = tokens[next].token,
            let comparison = Condition.Comparison(rawValue: sign == "==" ? "=" : sign)
        {
            next += 1
            let right = try operand()
            try compare(left, right, from: first)
            return .compare(comparison, left, right)
        }
        return left
    }

    private func compare(
        _ a: Condition.Expression, _ b: Condition.Expression, from first: Int
    ) throws(Diagnostic) {
        guard let a = a.form, let b = b.form, a != b else { return }
        throw Diagnostic.error(
            "\(a.rawValue) is compared with \(b.rawValue)",
            at: place(first))
    }

    private mutating func operand() throws(Diagnostic) -> Condition.Expression {
        guard next < tokens.count else { throw problem("'\(source)' ends where a value is expected") }
        defer { next += 1 }
        switch tokens[next].token {
        case .number(let value): return .number(value)
        case .percent(let value): return .percent(value)
        case .text(let text): return .text(text)
        case .word("true"), .word("yes"): return .truth(true)
        case .word("false"), .word("no"): return .truth(false)
        case .word(let word): return try field(word)
        case .variable(let name): return try variable(name)
        case .sign(let sign): throw problem("'\(sign)' stands where a value is expected")
        }
    }

    private func field(_ word: String) throws(Diagnostic) -> Condition.Expression {
        let pieces = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        switch (pieces.count, scope) {
        case (1, .object):
            if Condition.objectFields.contains(word) { return .field(word) }
            throw problem(
                "'\(word)' is not a field of an object\(Suggestion.clause(for: word, among: Condition.objectFields))"
                    + "; known: \(Condition.objectFields.joined(separator: ", "))")
        case (1, .named):
            throw problem("'\(word)' needs a field, such as \(word).area")
        case (2, .named) where !pieces[0].isEmpty:
            if Condition.namedFields.contains(pieces[1]) {
                return .named(Condition.Reference(name: pieces[0], field: pieces[1], mark: place(next)))
            }
            throw problem(
                "'\(pieces[1])' is not a field\(Suggestion.clause(for: pieces[1], among: Condition.namedFields))"
                    + "; known: \(Condition.namedFields.joined(separator: ", "))")
        case (2, .object):
            throw problem("'\(word)': only the fields of the object itself are known here, such as \(pieces[1])")
        default:
            throw problem("'\(word)' is not a name with a field, such as subject.area")
        }
    }

    private func variable(_ name: String) throws(Diagnostic) -> Condition.Expression {
        guard let value = variables[name] else {
            throw problem("'$\(name)' is not a parameter\(Suggestion.clause(for: name, among: variables.keys.sorted()))")
        }
        if let number = NumberText.number(value) { return .number(number) }
        if value.hasSuffix("%"), let share = NumberText.number(String(value.dropLast())) { return .percent(share) }
        if let truth = Reading.boolean(value) { return .truth(truth) }
        return .text(value)
    }

    // MARK: - Tokens

    private mutating func accept(_ token: Token) -> Bool {
        guard next < tokens.count, tokens[next].token == token else { return false }
        next += 1
        return true
    }

    private mutating func expect(_ sign: String) throws(Diagnostic) {
        guard accept(.sign(sign)) else {
            throw problem("'\(sign)' is expected" + (next < tokens.count ? " before '\(spelling(next))'" : " at the end"))
        }
    }

    private mutating func tokenize() throws(Diagnostic) {
        let all = Array(source)
        var i = 0
        func run(from start: Int, while test: (Character) -> Bool) -> Int {
            var end = start
            while end < all.count, test(all[end]) { end += 1 }
            return end
        }
        while i < all.count {
            let start = i
            let c = all[i]
            if c.isWhitespace { i += 1; continue }
            let token: Token
            if c == "'" || c == "\"" {
                i = run(from: i + 1) { $0 != c }
                guard i < all.count else { throw problem("a quote is not closed", at: start, all.count - start) }
                token = .text(String(all[(start + 1)..<i]))
                i += 1
            } else if c.isNumber || (c == "-" && i + 1 < all.count && all[i + 1].isNumber) {
                i = run(from: i + 1) { $0.isNumber }
                // One dot is a decimal point, two are a range.
                if i + 1 < all.count, all[i] == ".", all[i + 1].isNumber { i = run(from: i + 1) { $0.isNumber } }
                guard let value = NumberText.number(String(all[start..<i])) else {
                    throw problem("'\(String(all[start..<i]))' is not a number", at: start, i - start)
                }
                if i < all.count, all[i] == "%" {
                    i += 1
                    token = .percent(value)
                } else {
                    token = .number(value)
                }
            } else if c.isLetter || c == "_" {
                i = run(from: i) { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
                // One dot is part of a name, two are a range.
                while i + 1 < all.count, all[i] == ".", all[i + 1] != "." {
                    i = run(from: i + 1) { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
                }
                token = .word(String(all[start..<i]))
            } else if c == "$" {
                i = run(from: i + 1) { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
                token = .variable(String(all[(start + 1)..<i]))
            } else {
                let two = String(all[i..<min(i + 2, all.count)])
                let sign = ["!=", "<=", ">=", "==", ".."].contains(two) ? two : String(c)
                guard ["=", "<", ">", "(", ")"].contains(sign) || sign.count == 2 else {
                    throw problem("'\(sign)' is not known in a condition", at: start, 1)
                }
                i += sign.count
                token = .sign(sign)
            }
            guard tokens.count < Self.longest else {
                throw problem("a condition has at most \(Self.longest) words", at: start, i - start)
            }
            tokens.append((token, start, i - start))
        }
    }

    private func spelling(_ index: Int) -> String {
        let all = Array(source)
        let token = tokens[index]
        return String(all[token.offset..<(token.offset + token.length)])
    }

    private func place(_ index: Int) -> Mark? {
        guard index < tokens.count else { return mark?.part(from: lead + max(0, source.count - 1), length: 1) }
        return mark?.part(from: lead + tokens[index].offset, length: tokens[index].length)
    }

    private func problem(_ message: String) -> Diagnostic { .error(message, at: place(next)) }

    private func problem(_ message: String, at offset: Int, _ length: Int) -> Diagnostic {
        .error(message, at: mark?.part(from: lead + offset, length: length))
    }
}

extension String {
    fileprivate func before(_ separator: String) -> String {
        split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false).first.map { String($0) } ?? self
    }

    fileprivate func after(_ separator: String) -> String {
        split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false).last.map { String($0) } ?? self
    }
}
