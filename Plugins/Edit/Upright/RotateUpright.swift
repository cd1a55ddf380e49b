public import VipsamKit

/// Turns the picture so that the subject stands upright.
///
/// The angle is that of the smallest rectangle around the mask (`SmallestRectangle`). `nearest` turns by at most 45
/// degrees, until its sides are level; `tall` makes its longer side vertical, `wide` horizontal. The picture grows so
/// that no corner is lost; what is new there is transparent, or has the colour, and so has what was transparent.
/// Bicubic; masks made before do not fit the turned picture. A grey picture becomes a colour picture where the colour
/// is not neutral.
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
        stand = p.choice("stand", or: .nearest, "How the subject stands: as near to what it was as can be, tall, or wide.", main: true)
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
        guard let angle = try angle(context.mask(mask), image) else { throw Diagnostic.emptyMask }
        guard abs(angle) > 0.01 else { return .image(image) }
        let opaque = color.alpha >= 255 && !image.pixels.hasAlpha
        let source = opaque ? image.pixels : try image.pixels.transparent()
        let ink = try source.withoutAlpha().ink(color) + (opaque ? [] : [0])
        // Premultiplied, and labelled as plain numbers: libvips would multiply once more.
        var turned = try source.premultiply().relabelled(.multiband).apply(
            "similarity",
            [
                "angle": .double(angle), "interpolate": .interpolate("bicubic"),
                "background": .arrayDouble(opaque ? ink : ink.map { _ in 0 }),
            ])
        if !opaque { turned = try turned.relabelled(source.interpretation).unpremultiply() }
        var result = try turned.finished(like: source)
        if color.alpha > 0, !opaque {
            let ground = try result.plain(source.withoutAlpha().ink(color) + [color.alpha / 255 * result.fullScale])
            result = try result.over(ground)
            if color.alpha >= 255 { result = try result.withoutAlpha() }
        }
        return .image(image.with(result, onNewCanvas: "the turned picture"))
    }

    /// Degrees, clockwise; nil for an empty mask.
    private func angle(_ mask: Mask, _ image: Image) throws -> Double? {
        let scale = max(1, (Double(image.width) * Double(image.height) / Self.measuredPixels).squareRoot())
        let width = max(1, Int(Double(image.width) / scale)), height = max(1, Int(Double(image.height) / scale))
        let frame = image.frame.scaled(1 / scale, 1 / scale)
        guard mask.frame.canvas == image.frame.canvas else {
            _ = try mask.pixels(on: image)
            return nil
        }
        let bytes = try mask.source.pixels(in: frame, width: width, height: height).bytes()
        guard let rectangle = SmallestRectangle(bytes, width: width, height: height) else { return nil }
        // From −45 to 45: the turn that makes the sides level.
        var turn = -rectangle.angle.remainder(dividingBy: 90)
        let isSwapped = abs((rectangle.angle + turn).remainder(dividingBy: 180)) > 45
        let acrossLength = isSwapped ? rectangle.otherSide : rectangle.side
        let downLength = isSwapped ? rectangle.side : rectangle.otherSide
        let isTall = downLength >= acrossLength
        if stand == .tall && !isTall || stand == .wide && isTall { turn += turn > 0 ? -90 : 90 }
        return turn
    }
}

extension Diagnostic {
    fileprivate static var emptyMask: Diagnostic { .error("the mask is empty: there is nothing to turn upright") }
}
