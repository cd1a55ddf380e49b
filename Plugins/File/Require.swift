public import VipsamKit

/// Ends an item that is not as it should be, or marks it for review.
///
/// `that` is a question (`subject.score > 0.8`), or a value that `between`, `above` or `below` is held against. With
/// `else: fail` the item fails, with `skip` it is left out: nothing is written in both cases. With `review` its
/// outputs go under `review/`, with the reason in the report.
public struct Require: Operation {
    public static let name = "require"
    public static let summary = "Ends an item that is not as it should be, or marks it for review."
    public static let example: String? = "subject.area > 1%"

    enum Otherwise: String, CaseIterable { case fail, skip, review }

    let condition: Condition
    let otherwise: Otherwise

    public init(_ p: Parameters) throws {
        let that = p.condition("that", .named, "What is looked at, such as subject.area, or a question.", main: true)
        let between = p.range("between", "The value lies in low..high, ends included, such as 2%..95%.")
        let above = p.limit("above", "The value is greater than this.")
        let below = p.limit("below", "The value is less than this.")
        otherwise = p.choice("else", or: .fail, "What happens to an item that does not fit.")
        let isCompared = p.has("between") || p.has("above") || p.has("below")
        let limits = [between.map { that.between($0.low, $0.high) }, above.map(that.above), below.map(that.below)]
        condition = limits.compactMap { $0 }.first ?? that
        guard !p.isProbe, p.has("that") else { return }
        if limits.compactMap({ $0 }).count > 1 { p.report(.severalLimits) }
        if !isCompared, !that.isQuestion { p.report(.noQuestion(that).at(p.mark(of: "that"))) }
        if isCompared, that.isQuestion { p.report(.question(that).at(p.mark(of: "that"))) }
    }

    public var result: Kind? { nil }

    public func apply(_ context: Context) throws -> Value? {
        guard try !context.holds(condition) else { return nil }
        let found = context.found(condition).map { " (found \($0))" } ?? ""
        let reason = "'\(condition.text)' does not hold\(found)"
        switch otherwise {
        case .fail: throw Diagnostic.error(reason)
        case .skip: throw ItemSignal.skip(reason)
        case .review: context.needsReview(reason)
        }
        return nil
    }
}

extension Diagnostic {
    fileprivate static var severalLimits: Diagnostic {
        .error("require takes one of 'between', 'above' and 'below'; write several steps, or a question with 'and'", cause: .recipe)
    }

    fileprivate static func noQuestion(_ that: Condition) -> Diagnostic {
        .error("'\(that.text)' is not a question; add 'between', 'above' or 'below', or write \(that.text) > 1%", cause: .recipe)
    }

    fileprivate static func question(_ that: Condition) -> Diagnostic {
        .error("'\(that.text)' is a question already; 'between', 'above' and 'below' take a value, such as subject.area", cause: .recipe)
    }
}
