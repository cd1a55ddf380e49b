/// A rectangle of whole pixels of a raster: left, top, width, height; `right` and `bottom` are just outside.
public struct PixelArea: Sendable, Hashable {
    public var left, top, width, height: Int

    public init(left: Int, top: Int, width: Int, height: Int) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }

    public var right: Int { left + width }
    public var bottom: Int { top + height }
    public var longerSide: Double { Double(max(width, height)) }
    public var box: Box { Box(x: Double(left), y: Double(top), width: Double(width), height: Double(height)) }

    /// The pixels that a box touches, as far as they lie on a raster of that size; nil where there are none.
    public init?(_ box: Box, inWidth width: Int, height: Int) {
        let sides = [box.x, box.y, box.maxX, box.maxY]
        guard sides.allSatisfy(\.isFinite) else { return nil }
        // A touch of less than a thousandth of a pixel is the rounding of a conversion.
        let left = Int(max(0, min(Double(width), (box.x + 1e-3).rounded(.down))))
        let top = Int(max(0, min(Double(height), (box.y + 1e-3).rounded(.down))))
        let right = Int(max(0, min(Double(width), (box.maxX - 1e-3).rounded(.up))))
        let bottom = Int(max(0, min(Double(height), (box.maxY - 1e-3).rounded(.up))))
        guard right > left, bottom > top else { return nil }
        self.init(left: left, top: top, width: right - left, height: bottom - top)
    }

    /// With so many pixels more on each side; it may leave the raster.
    public func grown(by margin: Int) -> PixelArea {
        PixelArea(left: left - margin, top: top - margin, width: width + 2 * margin, height: height + 2 * margin)
    }

    /// The part that lies on a raster of that size; nil where there is none.
    public func clipped(toWidth width: Int, height: Int) -> PixelArea? {
        let left = max(0, self.left), top = max(0, self.top)
        let right = min(width, self.right), bottom = min(height, self.bottom)
        guard right > left, bottom > top else { return nil }
        return PixelArea(left: left, top: top, width: right - left, height: bottom - top)
    }
}
