import VipsamKit

/// A model's mask with its contour moved onto the colour edges of a view (see `ColourContour`).
enum SnappedContour {
    /// Smaller masks have no room for colours to be learned from.
    static let smallestSide = 8

    /// Nil where the picture has nothing to say, contradicts the mask, or where what the model saw has fewer than
    /// `shortest` pixels along its longer side.
    static func of(_ mask: LogitMask, view: WorkingView, shortest: Int) throws -> (any MaskSource)? {
        // what the model saw, in pixels of the view
        let seen = view.frame.toRaster(
            mask.frame.toCanvas(Box(x: 0, y: 0, width: Double(mask.width), height: Double(mask.height))))
        let left = max(0, Int(seen.x.rounded())), top = max(0, Int(seen.y.rounded()))
        let right = min(view.pixels.width, Int(seen.maxX.rounded()))
        let bottom = min(view.pixels.height, Int(seen.maxY.rounded()))
        guard min(right - left, bottom - top) >= smallestSide, max(right - left, bottom - top) >= shortest else { return nil }
        let scale = min(1, Double(ColourContour.longestSide) / Double(max(right - left, bottom - top)))
        let width = max(1, Int((Double(right - left) * scale).rounded()))
        let height = max(1, Int((Double(bottom - top) * scale).rounded()))
        let colours = try view.pixels.extractArea(left: left, top: top, width: right - left, height: bottom - top)
            .resized(width: width, height: height).bytes()
        let logits = Plane(
            width: width, height: height,
            values: try mask.logits(width: width, height: height, limit: ColourContour.certain))
        let guide = Plane.colours(of: colours, width: width, height: height)
        guard let moved = ColourContour.moved(logits, guide: guide) else { return nil }
        let raster = try Pixels.from(
            bytes: moved.mean(radius: 1).values.map { UInt8(($0 * 255).rounded()) }, width: width, height: height, bands: 1)
        let frame = view.frame.cropped(left: Double(left), top: Double(top))
            .scaled(Double(width) / Double(right - left), Double(height) / Double(bottom - top))
        return RasterMask(raster: raster, rasterFrame: frame)
    }
}
