/// A picture in memory as a model takes it: 8-bit sRGB, red, green, blue interleaved, row by row from the top.
public struct RGBRaster: Sendable, Equatable {
    /// In pixels; at least 1.
    public let width: Int
    public let height: Int
    /// `3 * width * height` values.
    public let bytes: [UInt8]

    public init(width: Int, height: Int, bytes: [UInt8]) {
        precondition(width > 0 && height > 0 && bytes.count == 3 * width * height, "three bytes per pixel")
        self.width = width
        self.height = height
        self.bytes = bytes
    }

    /// Left and right changed.
    package func mirrored() -> RGBRaster {
        var turned = bytes
        for row in stride(from: 0, to: bytes.count, by: 3 * width) {
            for x in 0..<width {
                let from = row + 3 * (width - 1 - x), to = row + 3 * x
                for band in 0..<3 { turned[to + band] = bytes[from + band] }
            }
        }
        return RGBRaster(width: width, height: height, bytes: turned)
    }

    /// The pixels of a rectangle that lies inside.
    public func cropped(x: Int, y: Int, width: Int, height: Int) -> RGBRaster {
        precondition(x >= 0 && y >= 0 && x + width <= self.width && y + height <= self.height, "inside the picture")
        if width == self.width, height == self.height { return self }
        var part: [UInt8] = []
        part.reserveCapacity(3 * width * height)
        for row in y..<(y + height) {
            let start = 3 * (row * self.width + x)
            part.append(contentsOf: bytes[start..<(start + 3 * width)])
        }
        return RGBRaster(width: width, height: height, bytes: part)
    }
}
