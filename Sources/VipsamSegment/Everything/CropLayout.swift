/// A rectangle of whole pixels: columns `x..<x + width`, rows `y..<y + height`.
public struct PixelRect: Sendable, Hashable {
    public var x, y, width, height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    public var maxX: Int { x + width }
    public var maxY: Int { y + height }
    public var area: Int { width * height }
}

/// The crops that a picture is looked at in: the whole picture, then layers of ever smaller overlapping ones.
public enum CropLayout {
    public struct Crop: Sendable, Hashable {
        public let rect: PixelRect
        /// 0 for the whole picture.
        public let layer: Int
    }

    /// - Parameters:
    ///   - layers: beyond the whole picture; layer n has `2^n × 2^n` crops.
    ///   - overlap: of neighbouring crops in the first layer, as a fraction of the shorter side; halved with each.
    /// - Returns: layer by layer, from left to right, in each column from the top.
    public static func crops(width: Int, height: Int, layers: Int, overlap: Double) -> [Crop] {
        var crops = [Crop(rect: PixelRect(x: 0, y: 0, width: width, height: height), layer: 0)]
        for layer in 1..<max(1, layers + 1) {
            let side = 1 << layer
            let shared = Int(overlap * Double(min(width, height)) * (2 / Double(side)))
            let across = length(width, side, shared), down = length(height, side, shared)
            for i in 0..<side {
                for j in 0..<side {
                    let x = (across - shared) * i, y = (down - shared) * j
                    let rect = PixelRect(x: x, y: y, width: min(across, width - x), height: min(down, height - y))
                    // A picture of a few pixels has no room for so many crops.
                    if rect.width > 0, rect.height > 0 { crops.append(Crop(rect: rect, layer: layer)) }
                }
            }
        }
        return crops
    }

    private static func length(_ whole: Int, _ side: Int, _ shared: Int) -> Int {
        Int((Double(shared * (side - 1) + whole) / Double(side)).rounded(.up))
    }
}
