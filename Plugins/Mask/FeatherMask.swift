public import VipsamKit

/// Makes the edge of a mask soft.
///
/// The mask is blurred with a Gaussian whose standard deviation is the radius, so the edge goes from 16 % to 84 % over
/// twice the radius and its middle stays where it was. The border of the picture does not fade.
public struct FeatherMask: Operation {
    public static let name = "feather-mask"
    public static let summary = "Makes the edge of a mask soft."

    let mask: Slot
    let radius: Length

    public init(_ p: Parameters) throws {
        radius = p.length(
            "radius", 0...1_000, or: .pixels(2),
            "Standard deviation of the blur, in pixels of the working image or in % of the object's longer side.",
            main: true)
        mask = p.slot("mask", .mask, "The mask to soften.")
    }

    public var result: Kind? { .mask }

    public func apply(_ context: Context) throws -> Value? {
        let mask = try context.mask(mask)
        let sigma = try mask.canvasPixels(radius)
        return .mask(
            mask.redrawn { pixels, frame in
                let soft = try pixels.softened(sigma: sigma * frame.scale)
                return try soft.linear([1], [0.5]).cast(.uchar)
            })
    }
}
