/// A mask of given pixels, resampled where another raster asks for it.
public struct RasterMask: MaskSource {
    public let raster: Pixels
    public let rasterFrame: Frame

    public init(raster: Pixels, rasterFrame: Frame) {
        self.raster = raster
        self.rasterFrame = rasterFrame
    }

    public var reach: Box? {
        // resampling reaches a pixel further
        rasterFrame.toCanvas(
            Box(x: 0, y: 0, width: Double(raster.width), height: Double(raster.height)).grown(by: 1))
    }

    public func pixels(in frame: Frame, width: Int, height: Int) throws -> Pixels {
        if frame.sameRaster(as: rasterFrame), width == raster.width, height == raster.height { return raster }
        let whole = Box(x: 0, y: 0, width: Double(width), height: Double(height))
        let covered = frame.toRaster(
            rasterFrame.toCanvas(Box(x: 0, y: 0, width: Double(raster.width), height: Double(raster.height))))
        let left = max(0, Int(covered.x.rounded(.down))), top = max(0, Int(covered.y.rounded(.down)))
        let right = min(width, Int(covered.maxX.rounded(.up))), bottom = min(height, Int(covered.maxY.rounded(.up)))
        guard whole.intersection(covered) != nil, right > left, bottom > top else {
            return try Pixels.black(width: width, height: height)
        }
        let part = try resampled(to: frame.cropped(left: Double(left), top: Double(top)), right - left, bottom - top)
        if part.width == width, part.height == height { return part }
        return try part.embed(x: left, y: top, width: width, height: height, background: [0])
    }

    /// Bilinear between the centres of pixels; shrunk by whole factors with an average first, so that
    /// fine structure is averaged rather than skipped.
    private func resampled(to frame: Frame, _ width: Int, _ height: Int) throws -> Pixels {
        var source = raster
        var sourceFrame = rasterFrame
        let shrinkX = max(1, Int(rasterFrame.scaleX / frame.scaleX))
        let shrinkY = max(1, Int(rasterFrame.scaleY / frame.scaleY))
        if shrinkX > 1 || shrinkY > 1 {
            source = try source.shrink(x: Double(min(shrinkX, source.width)), y: Double(min(shrinkY, source.height)))
            sourceFrame = sourceFrame.scaled(
                Double(source.width) / Double(raster.width), Double(source.height) / Double(raster.height))
        }
        let ratioX = frame.scaleX / sourceFrame.scaleX, ratioY = frame.scaleY / sourceFrame.scaleY
        let offsetX = (frame.x - sourceFrame.x) * sourceFrame.scaleX
        let offsetY = (frame.y - sourceFrame.y) * sourceFrame.scaleY
        // Centres lie at i + ½: out = ratio · (in + ½ − offset) − ½.
        return try source.affine(
            matrix: [ratioX, 0, 0, ratioY], odx: (0.5 - offsetX) * ratioX - 0.5, ody: (0.5 - offsetY) * ratioY - 0.5,
            area: (x: 0, y: 0, width: width, height: height), extend: .copy)
    }
}

extension Frame {
    /// Whether the rasters' pixels fall on each other to a thousandth of a pixel over any picture.
    package func sameRaster(as other: Frame) -> Bool {
        canvas == other.canvas && abs(x - other.x) * scaleX < 1e-3 && abs(y - other.y) * scaleY < 1e-3
            && abs(scaleX / other.scaleX - 1) < 1e-7 && abs(scaleY / other.scaleY - 1) < 1e-7
    }
}
