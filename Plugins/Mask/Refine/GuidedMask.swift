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
        let width = right - left, height = bottom - top
        let enlarged = try RasterMask(raster: coefficients, rasterFrame: coefficientFrame)
            .pixels(in: image.frame.cropped(left: Double(left), top: Double(top)), width: width, height: height)
        let colours = try ImageFile.model(of: image.pixels)
            .extractArea(left: left, top: top, width: width, height: height).cast(.float)
        let products = try colours.multiply(enlarged.extractBand(0, count: 3))
        // Half a level more, because a cast cuts off.
        let sum = try products.apply("bandmean").linear([3], [0.5]).add(enlarged.extractBand(3))
        let mask = try sum.cast(.uchar).relabelled(.blackAndWhite)
        return try mask.embed(x: left, y: top, width: image.width, height: image.height, background: [0])
    }
}
