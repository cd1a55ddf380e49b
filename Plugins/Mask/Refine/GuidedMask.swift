import VipsamKit

/// A mask that is a linear function of a picture's colours, with coefficients from a small view.
///
/// On the raster of that picture it is computed strip by strip at full resolution: the coefficients
/// are enlarged smoothly, the colours are the original's own (He and Sun 2015).
struct GuidedMask: MaskSource {
    /// Four bands of `float`: slopes for red, green and blue, and the constant; colours and mask 0…255.
    let coefficients: Pixels
    let coefficientFrame: Frame
    let image: Image

    func pixels(in frame: Frame, width: Int, height: Int) throws -> Pixels {
        guard frame.sameRaster(as: image.frame), width == image.width, height == image.height else {
            let own = try onImage()
            return try RasterMask(raster: own, rasterFrame: image.frame).pixels(in: frame, width: width, height: height)
        }
        return try onImage()
    }

    private func onImage() throws -> Pixels {
        let covered = image.frame.toRaster(
            coefficientFrame.toCanvas(
                Box(x: 0, y: 0, width: Double(coefficients.width), height: Double(coefficients.height))))
        let left = max(0, Int(covered.x.rounded())), top = max(0, Int(covered.y.rounded()))
        let right = min(image.width, Int(covered.maxX.rounded())), bottom = min(image.height, Int(covered.maxY.rounded()))
        guard right > left, bottom > top else { return try Pixels.black(width: image.width, height: image.height) }
        let area = PixelArea(left: left, top: top, width: right - left, height: bottom - top)
        // Of the area's corner in the grid, and of one pixel.
        let corner = image.frame.cropped(left: Double(left), top: Double(top))
        return try ImageFile.model(of: image.pixels).guidedMask(
            coefficients: coefficients.floats(), gridWidth: coefficients.width, gridHeight: coefficients.height,
            over: area,
            step: (coefficientFrame.scaleX / corner.scaleX, coefficientFrame.scaleY / corner.scaleY),
            start: (
                (corner.x - coefficientFrame.x) * coefficientFrame.scaleX,
                (corner.y - coefficientFrame.y) * coefficientFrame.scaleY
            ))
    }
}
