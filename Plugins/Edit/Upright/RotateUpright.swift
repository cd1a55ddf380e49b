public import VipsamKit

/// Turns the picture so that the subject stands upright.
///
/// The angle is that of the smallest rectangle around the mask (`SmallestRectangle`). `nearest` turns by at most 45
/// degrees, until its sides are level; `tall` makes its longer side vertical, `wide` horizontal. A subject without
/// a direction is not turned, and a note says so: a round one, around which the smallest rectangle has at least 95 % of
/// the area of the largest, has no tilt; one whose sides differ by at most 5 % (or 1.5 pixels of what is measured) has
/// no longer side.
///
/// Quarter turns move pixels and change none (`Turn`); any other is bicubic, and the picture grows so that no corner is
/// lost. What is new there is transparent, or has the colour, and so has what was transparent. Masks made before do not
/// fit the turned picture. A grey picture becomes a colour picture where the colour is not neutral.
public struct RotateUpright: Operation {
    public static let name = "rotate-upright"
    public static let summary = "Turns the picture so that the subject stands upright."

    enum Stand: String, CaseIterable { case nearest, tall, wide }

    /// The mask is looked at on at most so many pixels.
    private static let measuredPixels = 1_000_000.0

    let stand: Stand
    let color: Color
    let mask: Slot
    let image: Slot

    public init(_ p: Parameters) throws {
        stand = p.choice(
            "stand", or: .nearest,
            "How the subject stands: as near to what it was as can be, tall, or wide. What is round is not turned.",
            main: true)
        color = p.color(
            "color", or: .transparent, named: "transparent",
            "What the new corners show; a picture with transparent parts lies on it.")
        mask = p.slot("mask", .mask, "The subject.")
        image = p.slot("image", .image, "The picture to turn.")
    }

    public var result: Kind? { .image }

    public var access: Access { .random }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image).inColour(for: [color])
        guard let rectangle = try rectangle(context.mask(mask), image) else { throw Diagnostic.emptyMask }
        if let note = note(rectangle) { context.note(note) }
        let turn = Turn(degrees: angle(rectangle))
        var pixels = try turn.applied(to: image.pixels, color: color)
        if color.alpha > 0, pixels.hasAlpha {
            let ink = try pixels.withoutAlpha().ink(color) + [color.alpha / 255 * pixels.fullScale]
            pixels = try pixels.over(pixels.plain(ink))
            if color.alpha >= 255 { pixels = try pixels.withoutAlpha() }
        }
        if pixels === image.pixels { return .image(image) }
        return .image(turn.isNone ? image.with(pixels) : image.with(pixels, onNewCanvas: "the turned picture"))
    }

    /// Nil for an empty mask.
    private func rectangle(_ mask: Mask, _ image: Image) throws -> SmallestRectangle? {
        let scale = max(1, (Double(image.width) * Double(image.height) / Self.measuredPixels).squareRoot())
        let width = max(1, Int(Double(image.width) / scale)), height = max(1, Int(Double(image.height) / scale))
        let frame = image.frame.scaled(1 / scale, 1 / scale)
        guard mask.frame.canvas == image.frame.canvas else {
            _ = try mask.pixels(on: image)
            return nil
        }
        let bytes = try mask.source.pixels(in: frame, width: width, height: height).bytes()
        return SmallestRectangle(bytes, width: width, height: height)
    }

    /// Degrees, clockwise.
    private func angle(_ rectangle: SmallestRectangle) -> Double {
        // From −45 to 45: the turn that makes the sides level.
        let level = -rectangle.angle.remainder(dividingBy: 90)
        guard stand != .nearest, !rectangle.isSquare else { return level }
        let isSwapped = abs((rectangle.angle + level).remainder(dividingBy: 180)) > 45
        let acrossLength = isSwapped ? rectangle.otherSide : rectangle.side
        let downLength = isSwapped ? rectangle.side : rectangle.otherSide
        if (stand == .tall) == (downLength >= acrossLength) { return level }
        return level + (level > 0 ? -90 : 90)
    }

    /// Why less is turned than was asked for; nil where nothing is missing.
    private func note(_ rectangle: SmallestRectangle) -> String? {
        if rectangle.isRound, stand == .nearest || rectangle.isSquare {
            return "rotate-upright: the subject is round and has no direction, so the picture was not turned"
        }
        guard stand != .nearest, rectangle.isSquare else { return nil }
        return "rotate-upright: the subject has no longer side, so '\(stand.rawValue)' only made its sides level"
    }
}

extension Diagnostic {
    fileprivate static var emptyMask: Diagnostic { .error("the mask is empty: there is nothing to turn upright") }
}
