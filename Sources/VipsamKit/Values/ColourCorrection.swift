/// What is added to a picture's colours at the soft edge of a mask, so that the old background no
/// longer shines through.
///
/// Found on the small view and enlarged smoothly: an edge's tint is broad, its detail stays the
/// original's.
public struct ColourCorrection: Sendable {
    /// Three bands of `float`, sRGB, −255…255.
    public let difference: Pixels
    public let frame: Frame

    public init(difference: Pixels, frame: Frame) {
        self.difference = difference
        self.frame = frame
    }

    /// The picture with its edges' own colours; alpha, bit depth and profile stay, and so do the colours of what is
    /// transparent in the picture itself. Pictures that are
    /// not RGB, or whose geometry no longer has to do with the mask's, are returned as they are.
    public func applied(to image: Image) throws -> Image {
        let pixels = image.pixels
        guard image.frame.canvas == frame.canvas, pixels.colourBands == 3 else { return image }
        var whole = try RasterMask(raster: difference, rasterFrame: frame)
            .pixels(in: image.frame, width: image.width, height: image.height)
        // What is transparent already was seen on white: that is no background in its own colours. Full from 1 down to 0.9.
        if let alpha = try pixels.alpha() {
            let opaque = try alpha.linear([2550 / pixels.fullScale], [-2295], asBytes: true)
            whole = try whole.multiply(opaque).linear([1.0 / 255], [0])
        }
        let colours = try pixels.withoutAlpha()
        let factor = pixels.fullScale / 255
        let rounding = pixels.format.isFloatingPoint ? 0 : 0.5
        let added = try colours.cast(.float).add(whole.linear([factor], [rounding]))
        // Below zero a cast to unsigned numbers clips, as it does above full scale.
        let mended = try added.cast(pixels.format).relabelled(pixels.interpretation)
        guard let alpha = try pixels.alpha() else { return image.with(mended) }
        return image.with(try mended.bandjoin(alpha).relabelled(pixels.interpretation))
    }
}
