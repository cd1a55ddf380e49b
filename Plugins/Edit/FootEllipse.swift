import VipsamKit

/// The ground that a standing object touches, as an ellipse seen from the side.
///
/// The foot is what is opaque (alpha at least a half) in the lowest 8 % of the object's height. The ellipse is as wide
/// as the foot, so many times lower than wide as the view is flat, and centred on the foot's middle, a third of its
/// half height above the object's lowest row: the object hides its far half.
struct FootEllipse {
    /// Of the object's height.
    private static let footShare = 0.08
    /// Of the ellipse's lower half axis.
    private static let lift = 1.0 / 3

    /// In pixels of the picture, as are the half axes.
    let centre: Point
    let halfWidth: Double
    let halfHeight: Double

    /// - Parameter flatness: the ellipse's height divided by its width.
    /// - Returns: nil where nothing is opaque.
    init?(under alpha: Pixels, flatness: Double) throws {
        let half = alpha.fullScale / 2
        guard let object = try alpha.extent(above: half) ?? alpha.extent() else { return nil }
        let rows = max(1, Int((Double(object.height) * Self.footShare).rounded()))
        let lowest = try alpha.extractArea(
            left: object.left, top: object.bottom - rows, width: object.width, height: rows)
        guard let foot = try lowest.extent(above: half) ?? lowest.extent() else { return nil }
        halfWidth = max(0.5, Double(foot.width) / 2)
        halfHeight = max(0.5, halfWidth * flatness)
        centre = Point(
            x: Double(object.left + foot.left) + Double(foot.width) / 2,
            y: Double(object.bottom) - halfHeight * Self.lift)
    }

    /// The pixels that it touches.
    var area: PixelArea {
        let left = Int((centre.x - halfWidth).rounded(.down)), top = Int((centre.y - halfHeight).rounded(.down))
        return PixelArea(
            left: left, top: top, width: Int((centre.x + halfWidth).rounded(.up)) - left,
            height: Int((centre.y + halfHeight).rounded(.up)) - top)
    }

    /// One band of 0…255 over a part of the plane: (1 − e) · b + ½ held to 0…1, where e is the distance from the centre
    /// in half axes and b the shorter half axis in pixels, so that the edge is about a pixel wide.
    func coverage(over part: PixelArea) throws -> Pixels {
        let x = centre.x - Double(part.left) - 0.5, y = centre.y - Double(part.top) - 0.5
        let places = try Pixels.image("xyz", ["width": .int(part.width), "height": .int(part.height)])
            .linear([1 / halfWidth, 1 / halfHeight], [-x / halfWidth, -y / halfHeight])
        let squares = try places.multiply(places)
        let distance = try squares.extractBand(0).add(squares.extractBand(1))
            .apply("math2_const", ["math2": .string("pow"), "c": .arrayDouble([0.5])])
        let edge = min(halfWidth, halfHeight)
        return try distance.linear([-255 * edge], [255 * (edge + 0.5)]).cast(.uchar).relabelled(.blackAndWhite)
    }
}
