/// A mask whose contour is moved outwards by a distance in pixels of the canvas, or inwards by a negative one.
///
/// With d the exact Euclidean distance of a pixel's centre from the contour, the new value is clamp(r + ½ − d): the share
/// of the pixel that the grown shape covers. Around pixels with hard edges the contour is half a pixel from the nearest
/// centre on the mask (value 128 or more); at soft edges it is known to a fraction of a pixel (`SoftContour`). The new
/// edge is one pixel wide, however soft the old one was. Shrinking is growing what is around the mask; what lies outside
/// the picture is not around it, so an object that the border cuts does not shrink there.
public struct GrownMask: MaskSource {
    /// Larger areas are worked on at a reduced size and enlarged smoothly: an edge of a picture beyond 64 megapixels
    /// is then up to two pixels soft, and memory stays at some bytes per pixel of 64 megapixels.
    public static let mostPixels = 64_000_000.0

    public let base: Mask
    /// In pixels of the canvas.
    public let distance: Double

    public init(_ base: Mask, by distance: Double) {
        self.base = base
        self.distance = distance
    }

    public var reach: Box? { base.source.reach?.grown(by: max(0, distance)) }

    public func pixels(in frame: Frame, width: Int, height: Int) throws -> Pixels {
        let radius = abs(distance) * frame.scale
        guard radius > 0 else { return try base.source.pixels(in: frame, width: width, height: height) }
        let reduction = (Double(width) * Double(height) / Self.mostPixels).squareRoot()
        guard reduction <= 1 else {
            let smallWidth = max(1, Int(Double(width) / reduction)), smallHeight = max(1, Int(Double(height) / reduction))
            let small = frame.scaled(Double(smallWidth) / Double(width), Double(smallHeight) / Double(height))
            let raster = try pixels(in: small, width: smallWidth, height: smallHeight)
            return try RasterMask(raster: raster, rasterFrame: small).pixels(in: frame, width: width, height: height)
        }
        let raster = try base.source.pixels(in: frame, width: width, height: height)
        return try distance > 0
            ? DiscGrowth(radius: radius).grown(raster) : DiscGrowth(radius: radius).shrunk(raster)
    }
}

extension Mask {
    /// The contour moved by so many pixels of the canvas, outwards where positive.
    public func grown(by distance: Double) -> Mask {
        Mask(GrownMask(self, by: distance), frame: frame, width: width, height: height)
    }
}
