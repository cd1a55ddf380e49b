public import VipsamKit

/// Rounds the contour of a mask: teeth and notches smaller than the radius go.
///
/// The mask is blurred with a Gaussian of standard deviation σ (the radius) and made steep again around its middle:
/// clamp((g − ½) · max(1, σ√(2π)) + ½). A straight edge has the slope 1 / (σ√(2π)) after the blur, so it comes out one
/// pixel wide and where it was; a convex corner is rounded, by about σ.
public struct SmoothMask: Operation {
    public static let name = "smooth-mask"
    public static let summary = "Rounds the contour of a mask: teeth and notches smaller than the radius go."

    let mask: Slot
    let radius: Length

    public init(_ p: Parameters) throws {
        radius = p.length(
            "radius", 0...1_000, or: .pixels(3),
            "Size of what is smoothed away, in pixels of the working image or in % of the object's longer side.",
            main: true)
        mask = p.slot("mask", .mask, "The mask to smooth.")
    }

    public var result: Kind? { .mask }

    public func apply(_ context: Context) throws -> Value? {
        let mask = try context.mask(mask)
        let canvasRadius = try mask.canvasPixels(radius)
        return .mask(
            mask.redrawn { pixels, frame in
                let sigma = canvasRadius * frame.scale
                guard sigma > 0 else { return pixels }
                let slope = max(1, sigma * (2 * Double.pi).squareRoot())
                return try pixels.softened(sigma: sigma)
                    .linear([slope], [127.5 * (1 - slope) + 0.5]).cast(.uchar)
            })
    }
}
