/// A picture that frames refer to: the original of an item, or what a turn or a warp made of it.
///
/// Compared by identity: two pictures of one size are still two pictures.
public final class Canvas: Sendable, Hashable {
    /// For messages: the file's name, or what made it.
    public let name: String
    /// In pixels of the original after EXIF orientation.
    public let width: Int
    public let height: Int

    public init(name: String, width: Int, height: Int) {
        self.name = name
        self.width = width
        self.height = height
    }

    public static func == (a: Canvas, b: Canvas) -> Bool { a === b }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Where the pixels of an image or a mask lie in its picture, and how large a working pixel is there.
///
/// A point (u, v) of the raster, in pixels from its top left corner, lies at
/// `x = self.x + u / scaleX`, `y = self.y + v / scaleY` of the canvas. So a crop, a smaller copy and
/// the original share one language, and a mask made on any of them can be laid on any other.
public struct Frame: Sendable, Hashable {
    public var canvas: Canvas
    /// The raster's top left corner, in pixels of the canvas.
    public var x: Double
    public var y: Double
    /// Pixels of the raster per pixel of the canvas.
    public var scaleX: Double
    public var scaleY: Double
    /// Pixels of the canvas per pixel of the working image; at least 1.
    public var workingScale: Double

    public init(
        canvas: Canvas, x: Double = 0, y: Double = 0, scaleX: Double = 1, scaleY: Double = 1, workingScale: Double = 1
    ) {
        self.canvas = canvas
        self.x = x
        self.y = y
        self.scaleX = scaleX
        self.scaleY = scaleY
        self.workingScale = workingScale
    }

    /// Pixels of this raster per pixel of the working image: lengths of recipes are multiplied by it.
    public var pixelsPerWorkingPixel: Double { (scaleX * scaleY).squareRoot() * workingScale }

    /// A length of a recipe in pixels of this raster.
    ///
    /// - Parameter longerSide: what 100 % means, in pixels of this raster.
    public func pixels(_ length: Length, longerSide: Double) -> Double {
        switch length.unit {
        case .pixels: length.value * pixelsPerWorkingPixel
        case .percent: length.value / 100 * longerSide
        }
    }

    /// A box of the canvas in pixels of this raster.
    public func toRaster(_ box: Box) -> Box {
        Box(
            x: (box.x - x) * scaleX, y: (box.y - y) * scaleY, width: box.width * scaleX, height: box.height * scaleY)
    }

    /// A box of this raster in pixels of the canvas.
    public func toCanvas(_ box: Box) -> Box {
        Box(x: x + box.x / scaleX, y: y + box.y / scaleY, width: box.width / scaleX, height: box.height / scaleY)
    }

    /// A point of the canvas in pixels of this raster.
    public func toRaster(_ point: Point) -> Point {
        Point(x: (point.x - x) * scaleX, y: (point.y - y) * scaleY)
    }

    /// The frame of what is left when `left` and `top` pixels are cut away (added, if negative).
    public func cropped(left: Double, top: Double) -> Frame {
        var frame = self
        frame.x += left / scaleX
        frame.y += top / scaleY
        return frame
    }

    /// The frame after resizing the raster by these factors.
    public func scaled(_ factorX: Double, _ factorY: Double) -> Frame {
        var frame = self
        frame.scaleX *= factorX
        frame.scaleY *= factorY
        return frame
    }
}
