/// A picture on its way through a recipe: pixels that are computed when they are needed, and where
/// they lie in the original.
///
/// Editing steps work on the original's pixels: libvips builds a pipeline, and nothing is computed
/// before a `save` pulls it through, strip by strip. What a model looks at is another, smaller view
/// (`WorkingViews`).
public struct Image: Sendable {
    /// In the file's own format: 8 or 16 bit, grey, RGB or CMYK, with or without alpha.
    public var pixels: Pixels
    public var frame: Frame
    /// The steps that built the pipeline: a bad pixel surfaces late, and should still name them.
    public var steps: [Mark]
    /// The file, while the pixels are just what it holds: its small view can be decoded directly.
    public var path: String?

    public init(pixels: Pixels, frame: Frame, steps: [Mark] = [], path: String? = nil) {
        self.pixels = pixels
        self.frame = frame
        self.steps = steps
        self.path = path
    }

    public var width: Int { pixels.width }
    public var height: Int { pixels.height }
    public var longerSide: Double { Double(max(width, height)) }

    /// Other pixels in the same place.
    public func with(_ pixels: Pixels) -> Image {
        precondition(pixels.width == width && pixels.height == height, "the same place needs the same size")
        return Image(pixels: pixels, frame: frame, steps: steps)
    }

    /// Other pixels in another place.
    public func with(_ pixels: Pixels, in frame: Frame) -> Image {
        Image(pixels: pixels, frame: frame, steps: steps)
    }

    /// Pixels whose places have nothing to do with the picture any more (turned, warped, composed):
    /// masks made before no longer fit, and say so. The size of a working pixel stays.
    public func with(_ pixels: Pixels, onNewCanvas name: String) -> Image {
        let canvas = Canvas(name: name, width: pixels.width, height: pixels.height)
        let frame = Frame(canvas: canvas, workingScale: max(1, frame.pixelsPerWorkingPixel))
        return Image(pixels: pixels, frame: frame, steps: steps)
    }

    /// In colour if the picture is grey and one of these colours is not (as `Pixels.inColour`).
    public func inColour(for colors: [Color]) throws -> Image {
        let coloured = try pixels.inColour(for: colors)
        return coloured === pixels ? self : with(coloured)
    }

    /// In colour if the picture is grey and one of the others is not (as `Pixels.inColour`).
    public func inColour(beside others: [Image]) throws -> Image {
        let coloured = try pixels.inColour(beside: others.map(\.pixels))
        return coloured === pixels ? self : with(coloured)
    }
}
