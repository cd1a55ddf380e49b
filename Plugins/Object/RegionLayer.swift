import VipsamKit

/// Pixels of the working raster, one pixel wider all around, as a mask on the original.
enum RegionLayer {
    static func mask(_ pixels: [Int], in area: PixelArea, on raster: WorkingRaster) -> Mask {
        let wide = area.grown(by: 2)
        var bytes = [UInt8](repeating: 0, count: wide.width * wide.height)
        for index in pixels {
            let x = index % area.width + 2, y = index / area.width + 2
            for ny in y - 1...y + 1 {
                for nx in x - 1...x + 1 { bytes[ny * wide.width + nx] = 255 }
            }
        }
        let frame = raster.frame.cropped(left: Double(wide.left), top: Double(wide.top))
        return Mask(
            ByteMask(bytes: bytes, width: wide.width, height: wide.height, frame: frame), frame: frame,
            width: wide.width, height: wide.height)
    }
}

/// A mask of given bytes.
struct ByteMask: MaskSource {
    let bytes: [UInt8]
    let width: Int
    let height: Int
    let frame: Frame

    var reach: Box? {
        frame.toCanvas(Box(x: 0, y: 0, width: Double(width), height: Double(height)).grown(by: 1))
    }

    func pixels(in target: Frame, width: Int, height: Int) throws -> Pixels {
        let raster = try Pixels.from(bytes: bytes, width: self.width, height: self.height, bands: 1)
        return try RasterMask(raster: raster, rasterFrame: frame).pixels(in: target, width: width, height: height)
    }
}

/// What is on one mask and not on another: min(a, 255 − b).
struct DifferenceMask: MaskSource {
    let base: Mask
    let taken: Mask

    var reach: Box? { base.source.reach }

    func pixels(in frame: Frame, width: Int, height: Int) throws -> Pixels {
        let off = try base.source.pixels(in: frame, width: width, height: height).invert()
        let other = try taken.source.pixels(in: frame, width: width, height: height)
        return try Pixels.maximum([off, other]).invert()
    }
}

extension Mask {
    func without(_ other: Mask) -> Mask {
        Mask(DifferenceMask(base: self, taken: other), frame: frame, width: width, height: height)
    }
}
