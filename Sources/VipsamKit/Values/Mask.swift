/// Where something is: 255 on it, 0 off it, in between at soft edges.
///
/// A mask is computed for whatever raster asks for it. So one that a model drew on a small view is
/// laid on the full-size original smoothly, not as enlarged squares.
public struct Mask: Sendable {
    public let source: any MaskSource
    /// The raster it was made on.
    public let frame: Frame
    public let width: Int
    public let height: Int
    /// Set by `refine-mask: {decontaminate: true}`, used by what puts the subject elsewhere.
    public var correction: ColourCorrection?

    public init(_ source: any MaskSource, frame: Frame, width: Int, height: Int) {
        self.source = source
        self.frame = frame
        self.width = width
        self.height = height
    }

    /// A mask of given pixels: one band of `uchar`.
    public init(_ pixels: Pixels, frame: Frame) {
        self.init(
            RasterMask(raster: pixels, rasterFrame: frame), frame: frame, width: pixels.width, height: pixels.height)
    }

    /// On its own raster.
    public func pixels() throws -> Pixels {
        try source.pixels(in: frame, width: width, height: height)
    }

    /// On the raster of an image, of the image's size.
    ///
    /// - Throws: a diagnostic when the image's geometry no longer has to do with the mask's picture.
    public func pixels(on image: Image) throws -> Pixels {
        guard image.frame.canvas == frame.canvas else {
            throw Diagnostic.error(
                "the mask was made on '\(frame.canvas.name)', but the image is '\(image.frame.canvas.name)' by now"
            ).noting("make the mask after the step that turns or reshapes the image, or name the image it was made on")
        }
        return try source.pixels(in: image.frame, width: image.width, height: image.height)
    }
}

/// What computes a mask for a raster.
public protocol MaskSource: Sendable {
    /// - Parameters:
    ///   - frame: where the raster lies; on the canvas that the mask was made on.
    ///   - width: the raster's size in pixels.
    /// - Returns: one band of `uchar` of that size; 0 outside the mask's own raster.
    func pixels(in frame: Frame, width: Int, height: Int) throws -> Pixels

    /// In pixels of the canvas, a box beyond which the mask is 0 for certain (but for a pixel of whatever raster asks);
    /// nil where that is not known without computing the mask.
    var reach: Box? { get }
}

extension MaskSource {
    public var reach: Box? { nil }
}
