import VipsamKit

extension Image {
    /// All of its pixels.
    var raster: PixelArea { PixelArea(left: 0, top: 0, width: width, height: height) }
}

extension PixelArea {
    func moved(_ right: Int, _ down: Int) -> PixelArea {
        PixelArea(left: left + right, top: top + down, width: width, height: height)
    }

    /// The smallest one that holds both.
    func joined(_ other: PixelArea) -> PixelArea {
        let left = min(left, other.left), top = min(top, other.top)
        return PixelArea(
            left: left, top: top, width: max(right, other.right) - left, height: max(bottom, other.bottom) - top)
    }
}
