public import VipsamKit

/// Moves the contour of a mask outwards.
///
/// The grown shape is the mask dilated by a disc, by exact Euclidean distances, with an edge one pixel wide; the
/// formula is at `GrownMask` of the kit.
public struct GrowMask: Operation {
    public static let name = "grow-mask"
    public static let summary = "Moves the contour of a mask outwards."

    let mask: Slot
    let radius: Length

    public init(_ p: Parameters) throws {
        radius = p.length(
            "radius", 0...10_000, or: .pixels(4),
            "How far, in pixels of the working image or in % of the object's longer side.", main: true)
        mask = p.slot("mask", .mask, "The mask to grow.")
    }

    public var result: Kind? { .mask }

    public func apply(_ context: Context) throws -> Value? {
        let mask = try context.mask(mask)
        return .mask(mask.grown(by: try mask.canvasPixels(radius)))
    }
}
