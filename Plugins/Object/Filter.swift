public import VipsamKit

/// Keeps the objects that answer a question with yes.
///
/// Fields are those of the object itself: area, score, stability, label, n, x, y, w, h; places and areas in pixels of
/// the original, or in % of it. The order stays.
public struct Filter: Operation {
    public static let name = "filter"
    public static let summary = "Keeps the objects that answer a question with yes."

    let condition: Condition
    let objects: Slot

    public init(_ p: Parameters) throws {
        condition = p.condition("where", .object, "The question, such as area > 1% and score > 0.8.", main: true)
        objects = p.slot("objects", .objects, "The objects to choose from.")
        if !p.isProbe, p.has("where"), !condition.isQuestion {
            p.report(.noQuestion(condition).at(p.mark(of: "where")))
        }
    }

    public var result: Kind? { .objects }

    public func apply(_ context: Context) throws -> Value? {
        let set = try context.objects(objects)
        let canvas = set.canvas
        let kept = try set.objects.enumerated().filter { index, object in
            try condition.holds { _, field in
                guard let answer = object.answer(field, number: index + 1, on: canvas) else {
                    throw Diagnostic.error("an object has no '\(field)'")
                }
                return answer
            }
        }
        return .objects(set.with(kept.map(\.element)))
    }
}

extension Diagnostic {
    fileprivate static func noQuestion(_ condition: Condition) -> Diagnostic {
        .error("'\(condition.text)' is not a question; write \(condition.text) > 1%, for example", cause: .recipe)
    }
}
