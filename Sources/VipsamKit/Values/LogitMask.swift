/// A mask that a model drew on a small grid: its edge is computed at whatever size it is asked for.
///
/// Logits are enlarged the way the original code does it, so on its own raster the mask is exactly the original one;
/// on a much finer raster they are taken for the coefficients of a cubic B-spline, so that the contour has no corners.
public struct LogitMask: ExactMaskSource {
    /// Width of the ramp from 0 to 255 across an edge, in pixels of the raster that is asked for.
    private static let edgeWidth: Float = 1.5
    /// From this enlargement of the mask's own raster on, facets of a bilinear surface would be seen.
    private static let smoothFrom = 2.0
    /// No raster is made that is longer than this; larger ones are enlarged from the mask's own.
    private static let longestSide = 1_000_000.0

    public let logits: MaskLogits
    /// On the raster of the mask that this is the source of.
    public let runs: RunLengths
    /// Side of the model's square input and the part of it that held the picture, in pixels.
    public let inputSide: Int
    public let validWidth: Int
    public let validHeight: Int
    /// The picture that the model saw: the view, or a crop of it.
    public let frame: Frame
    public let width: Int
    public let height: Int

    public init(
        _ logits: MaskLogits, runs: RunLengths, inputSide: Int, validWidth: Int, validHeight: Int, frame: Frame,
        width: Int, height: Int
    ) {
        self.logits = logits
        self.runs = runs
        self.inputSide = inputSide
        self.validWidth = validWidth
        self.validHeight = validHeight
        self.frame = frame
        self.width = width
        self.height = height
    }

    public var reach: Box? {
        guard let cells = logits.kept else { return nil }
        // a spline carries a cell's value two and a half cells far
        let box = cells.grown(by: 3).box
        let across = Double(inputSide) / Double(logits.side) * Double(width) / Double(validWidth)
        let down = Double(inputSide) / Double(logits.side) * Double(height) / Double(validHeight)
        return frame.toCanvas(
            Box(x: box.x * across, y: box.y * down, width: box.width * across, height: box.height * down))
    }

    public func pixels(in target: Frame, width: Int, height: Int) throws -> Pixels {
        let wholeWidth = Double(self.width) * target.scaleX / frame.scaleX
        let wholeHeight = Double(self.height) * target.scaleY / frame.scaleY
        let left = (target.x - frame.x) * target.scaleX, top = (target.y - frame.y) * target.scaleY
        let isOnPixels = [wholeWidth, wholeHeight, left, top].allSatisfy { abs($0 - $0.rounded()) < 1e-2 }
        guard isOnPixels, wholeWidth >= 1, wholeHeight >= 1, max(wholeWidth, wholeHeight) <= Self.longestSide,
            max(abs(left), abs(top)) <= Self.longestSide
        else {
            let own = try rendered(self.width, self.height)
            return try RasterMask(raster: own, rasterFrame: frame).pixels(in: target, width: width, height: height)
        }
        let whole = try rendered(Int(wholeWidth.rounded()), Int(wholeHeight.rounded()))
        return try part(of: whole, left: Int(left.rounded()), top: Int(top.rounded()), width, height)
    }

    /// Logits [height, width] on a raster over the whole of `frame`, in steps of `limit`/127.5 between −`limit` and `limit`;
    /// infinite beyond, and where none are kept (a few cells beside the mask's box).
    package func logits(width: Int, height: Int, limit: Float) throws -> [Float] {
        let ramp = try rendered(width, height, softness: 2 * limit).bytes()
        return ramp.map { $0 == 0 ? -.infinity : $0 == 255 ? .infinity : (Float($0) - 128) / 127.5 * limit }
    }

    private func rendered(_ width: Int, _ height: Int) throws -> Pixels {
        let cellsPerPixel = Float(logits.side) * Float(validWidth) / Float(inputSide) / Float(width)
        return try rendered(
            width, height, softness: max(1e-3, (logits.edgeSlope ?? 1) * cellsPerPixel * Self.edgeWidth))
    }

    private func rendered(_ width: Int, _ height: Int, softness: Float) throws -> Pixels {
        try Pixels.mask(
            logits: logits.grid, gridWidth: logits.side, gridHeight: logits.side, frame: inputSide,
            validWidth: validWidth, validHeight: validHeight, width: width, height: height, softness: softness,
            smooth: Double(width) >= Double(self.width) * Self.smoothFrom)
    }

    /// A rectangle of a raster, black where it reaches beyond.
    private func part(of whole: Pixels, left: Int, top: Int, _ width: Int, _ height: Int) throws -> Pixels {
        if left == 0, top == 0, whole.width == width, whole.height == height { return whole }
        let x = max(0, left), y = max(0, top)
        let right = min(whole.width, left + width), bottom = min(whole.height, top + height)
        guard right > x, bottom > y else { return try Pixels.black(width: width, height: height) }
        return try whole.extractArea(left: x, top: y, width: right - x, height: bottom - y)
            .embed(x: x - left, y: y - top, width: width, height: height, background: [0])
    }
}
