/// A source of masks that knows its exact pixels, on or off, on its own raster.
public protocol ExactMaskSource: MaskSource {
    var runs: RunLengths { get }
}

/// A mask of given runs, resampled where another raster asks for it.
public struct RunLengthMask: ExactMaskSource {
    public let runs: RunLengths
    /// Of the raster that the runs cover.
    public let frame: Frame

    public init(_ runs: RunLengths, frame: Frame) {
        self.runs = runs
        self.frame = frame
    }

    public var reach: Box? { runs.box.map { frame.toCanvas($0.grown(by: 1)) } }

    public func pixels(in target: Frame, width: Int, height: Int) throws -> Pixels {
        let raster = try Pixels.mask(counts: runs.counts, width: runs.width, height: runs.height)
        return try RasterMask(raster: raster, rasterFrame: frame).pixels(in: target, width: width, height: height)
    }
}

extension Mask {
    /// The pixels of its own raster that are on the object: exact where a model or run lengths made the mask, else
    /// those that are at least half on it.
    public func runLengths() throws -> RunLengths {
        if let exact = (source as? any ExactMaskSource)?.runs, exact.width == width, exact.height == height {
            return exact
        }
        return RunLengths(bytes: try pixels().bytes(), width: width, height: height, threshold: 128)
    }
}
