extension Condition {
    /// What a field answers.
    public enum Answer: Sendable {
        /// `whole` is what 100 % means for it.
        case number(Double, whole: Double)
        case text(String)
        case truth(Bool)
    }

    /// - Parameter answer: the value of a field, of the object at hand where the name is nil.
    /// - Throws: a diagnostic when a text is compared with a number, or what `answer` throws.
    public func holds(_ answer: (_ name: String?, _ field: String) throws -> Answer) throws -> Bool {
        guard case .truth(let truth) = try evaluate(expression, answer) else {
            throw Diagnostic.error("'\(text)' is not a question that yes or no answers", at: mark)
        }
        return truth
    }

    /// The value that a comparison looked at, in words, for reports: `1.2%`; nil where several questions are joined.
    ///
    /// In the unit of what it is held against: `N%` asks for a share, a number for pixels or whatever is counted. The
    /// picture has no say in it, so that an area of a picture of one pixel is a share like any other.
    public func found(_ answer: (_ name: String?, _ field: String) throws -> Answer) -> String? {
        var operand = expression
        var limits: [Expression] = []
        switch expression {
        case .within(let a, let low, let high): (operand, limits) = (a, [low, high])
        case .compare(_, let a, let b): (operand, limits) = a.isConstant ? (b, [a]) : (a, [b])
        default: break
        }
        switch try? evaluate(operand, answer) {
        case .number(let value, let whole):
            guard limits.contains(where: \.isShare) else { return NumberText.plain((value * 1000).rounded() / 1000) }
            // As in comparisons: of what has no whole of its own, 100 % is 1.
            let share = value / (whole > 0 ? whole : 1) * 100
            return NumberText.plain((share * 100).rounded() / 100) + "%"
        case .text(let text): return "'\(text)'"
        case .truth, nil: return nil
        }
    }

    private func evaluate(
        _ expression: Expression, _ answer: (String?, String) throws -> Answer
    ) throws -> Answer {
        switch expression {
        case .number(let value): return .number(value, whole: 0)
        case .percent(let value): return .number(value / 100, whole: -1)
        case .text(let text): return .text(text)
        case .truth(let truth): return .truth(truth)
        case .field(let field): return try answer(nil, field)
        case .named(let reference): return try answer(reference.name, reference.field)
        case .not(let a): return .truth(try !truth(a, answer))
        case .and(let a, let b): return .truth(try truth(a, answer) && truth(b, answer))
        case .or(let a, let b): return .truth(try truth(a, answer) || truth(b, answer))
        case .compare(let comparison, let a, let b):
            return .truth(try compare(comparison, evaluate(a, answer), evaluate(b, answer)))
        case .within(let a, let low, let high):
            let value = try evaluate(a, answer)
            return .truth(
                try compare(.greaterOrEqual, value, evaluate(low, answer))
                    && compare(.lessOrEqual, value, evaluate(high, answer)))
        }
    }

    private func truth(_ expression: Expression, _ answer: (String?, String) throws -> Answer) throws -> Bool {
        guard case .truth(let truth) = try evaluate(expression, answer) else {
            throw Diagnostic.error("'\(text)': 'and', 'or' and 'not' join questions, such as area > 1%", at: mark)
        }
        return truth
    }

    private func compare(_ comparison: Comparison, _ a: Answer, _ b: Answer) throws -> Bool {
        switch (a, b) {
        case (.number(let x, let wholeX), .number(let y, let wholeY)):
            // A percentage (whole −1) is a share of what the other side calls 100 %.
            let left = wholeX < 0 ? x * (wholeY > 0 ? wholeY : 1) : x
            let right = wholeY < 0 ? y * (wholeX > 0 ? wholeX : 1) : y
            return comparison.holds(left, right)
        case (.text(let x), .text(let y)): return comparison.holds(x, y)
        case (.truth(let x), .truth(let y)):
            guard comparison == .equal || comparison == .notEqual else { break }
            return (x == y) == (comparison == .equal)
        default: break
        }
        throw Diagnostic.error("'\(text)' compares things of different kinds", at: mark)
    }
}

extension Condition.Expression {
    /// `N%`
    fileprivate var isShare: Bool { if case .percent = self { true } else { false } }

    /// Whether it is the same for every picture.
    fileprivate var isConstant: Bool {
        switch self {
        case .number, .percent, .text, .truth: true
        case .field, .named, .not, .and, .or, .compare, .within: false
        }
    }
}

extension Condition.Comparison {
    func holds<T: Comparable>(_ a: T, _ b: T) -> Bool {
        switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        }
    }
}
