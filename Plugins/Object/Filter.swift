public import VipsamKit

/// Keeps the objects that answer a question with yes.
///
/// Fields are those of the object itself: area, score, stability, label, n, x, y, w, h; places and areas in pixels of
/// the original, or in % of it. Two more are looked up in the picture, where the question asks for them: `detail`, how
/// much the object's colours vary (ΔE*ab; plain wall 1 to 6, most things 7 to 50), and `edge`, how much of its contour
/// lies on an edge (0…1 or %). See `ObjectLook`. The order stays.
public struct Filter: Operation {
    public static let name = "filter"
    public static let summary = "Keeps the objects that answer a question with yes."

    private static let lookedUp: Set = ["detail", "edge"]

    let condition: Condition
    let objects: Slot
    let image: Slot
    private let asksThePicture: Bool

    public init(_ p: Parameters) throws {
        condition = p.condition(
            "where", .object, "The question, such as area > 1% and score > 0.8. Fields: area, score, stability, label, n, x, "
                + "y, w, h; and, looked up in the picture, detail (how much the colours vary: plain wall 1 to 6, most things "
                + "7 to 50) and edge (the share of the contour that lies on an edge).", main: true)
        objects = p.slot("objects", .objects, "The objects to choose from.")
        asksThePicture = !condition.fields.isDisjoint(with: Self.lookedUp)
        image = p.slot("image", .image, needed: asksThePicture, "The picture that detail and edge are looked up in.")
        if !p.isProbe, p.has("where"), !condition.isQuestion {
            p.report(.noQuestion(condition).at(p.mark(of: "where")))
        }
    }

    public var result: Kind? { .objects }
    /// Of an object that fills the view: its colours, its mask and how that is softened.
    public var footprint: Footprint { Footprint(perViewPixel: asksThePicture ? 40 : 0) }

    public func apply(_ context: Context) throws -> Value? {
        let set = try context.objects(objects)
        let canvas = set.canvas
        let kept = try set.objects.enumerated().filter { index, object in
            var look: ObjectLook?
            return try condition.holds { _, field in
                if Self.lookedUp.contains(field) {
                    let seen = try look ?? self.look(object, context)
                    look = seen
                    return field == "edge" ? .number(seen.edge, whole: 1) : .number(seen.detail, whole: 0)
                }
                guard let answer = object.answer(field, number: index + 1, on: canvas) else {
                    throw Diagnostic.error("an object has no '\(field)'")
                }
                return answer
            }
        }
        return .objects(set.with(kept.map(\.element)))
    }

    private func look(_ object: SegmentedObject, _ context: Context) throws -> ObjectLook {
        let image = try context.image(image)
        // a picture on another canvas says so
        if image.frame.canvas != object.mask.frame.canvas { _ = try object.mask.pixels(on: image) }
        return try ObjectLook(object, on: context.views.view(of: image))
    }
}

extension Diagnostic {
    fileprivate static func noQuestion(_ condition: Condition) -> Diagnostic {
        .error("'\(condition.text)' is not a question; write \(condition.text) > 1%, for example", cause: .recipe)
    }
}
