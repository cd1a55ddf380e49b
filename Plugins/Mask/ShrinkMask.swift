public import VipsamKit

/// Moves the contour of a mask inwards.
///
/// What is around the mask is dilated by a disc, by exact Euclidean distances (`GrownMask` of the kit). The border of
/// the picture does not shrink the mask: an object that it cuts goes on behind it.
public struct ShrinkMask: Operation {
    public static let name = "shrink-mask"
    public static let summary = "Moves the contour of a mask inwards."

    let mask: Slot
    let radius: Length

    public init(_ p: Parameters) throws {
        radius = p.length(
            "radius", 0...10_000, or: .pixels(2),
            "How far, in pixels of the working image or in % of the object's longer side.", main: true)
        mask = p.slot("mask", .mask, "The mask to shrink.")
    }

    public var result: Kind? { .mask }

    public func apply(_ context: Context) throws -> Value? {
        let mask = try context.mask(mask)
        return .mask(mask.grown(by: -(try mask.canvasPixels(radius))))
    }
}
