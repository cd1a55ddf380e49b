public import VipsamKit

/// Puts the subject on another background: a colour, a gradient, or a picture.
///
/// A picture that is cut out already is laid over the background as it is; otherwise, or where the recipe names a
/// mask, the mask cuts it out first. A gradient goes from `color` to `to-color` along `angle`, evenly in sRGB values.
/// The background picture is scaled until it covers the subject's picture, cut at its middle, and converted to its
/// colours; before a colour that is not neutral, or a picture in colour, a grey picture becomes a colour picture.
public struct ReplaceBackground: Operation {
    public static let name = "replace-background"
    public static let summary = "Puts the subject on another background: a colour, a gradient, or a picture."

    let color: Color
    let toColor: Color?
    let angle: Double
    let with: Slot?
    let mask: Slot
    let image: Slot

    public init(_ p: Parameters) throws {
        color = p.color("color", or: .white, named: "white", "The background, or where its gradient begins.", main: true)
        toColor = p.optionalColor("to-color", "Where a gradient ends.")
        angle = p.number("angle", -360...360, or: 90, "Direction of the gradient in degrees: 0 to the right, 90 down.")
        with = p.namedSlot("with", .image, "A picture to put behind the subject.")
        mask = p.slot("mask", .mask, optional: true, "Where the subject is.")
        image = p.slot("image", .image, "The picture with the subject.")
    }

    public var result: Kind? { .image }

    public var access: Access { with == nil ? .streamed : .random }

    public func apply(_ context: Context) throws -> Value? {
        let picture = try context.image(image)
        let image = try with.map { try picture.inColour(beside: [context.image($0)]) }
            ?? picture.inColour(for: [color] + [toColor].compactMap { $0 })
        var cut = image.pixels
        if !cut.hasAlpha || mask.name != nil {
            guard context.has(mask) else { throw Diagnostic.noSubject }
            let mask = try context.mask(mask)
            let mended = try mask.correction?.applied(to: image) ?? image
            cut = try mended.pixels.masked(by: mask.pixels(on: image))
        }
        let ground = try ground(context, cut)
        let result = try cut.over(ground)
        let isOpaque =
            try with.map { try !context.image($0).pixels.hasAlpha }
            ?? (color.alpha >= 255 && (toColor?.alpha ?? 255) >= 255)
        return .image(image.with(try isOpaque ? result.withoutAlpha() : result))
    }

    /// Of the size, type and colours of `cut`, with alpha.
    private func ground(_ context: Context, _ cut: Pixels) throws -> Pixels {
        if let with {
            let picture = try context.image(with)
            return try covering(picture, cut)
        }
        let from = try cut.inkWithAlpha(color)
        guard let toColor else { return try cut.plain(from) }
        return try gradient(from, cut.inkWithAlpha(toColor), cut)
    }

    private func gradient(_ from: [Double], _ to: [Double], _ cut: Pixels) throws -> Pixels {
        let (dx, dy) = Direction.unit(degrees: angle)
        let places = try Pixels.image("xyz", ["width": .int(cut.width), "height": .int(cut.height)])
        // From 0 at the first corner in this direction to 1 at the last one.
        let reach = max(1e-9, abs(dx) * Double(cut.width - 1) + abs(dy) * Double(cut.height - 1))
        let start = min(0, dx) * Double(cut.width - 1) + min(0, dy) * Double(cut.height - 1)
        let along = try places.extractBand(0).linear([dx / reach], [-start / reach])
            .add(places.extractBand(1).linear([dy / reach], [0]))
        return try along.linear(zip(from, to).map { $1 - $0 }, from).finished(like: cut)
    }

    private func covering(_ picture: Image, _ cut: Pixels) throws -> Pixels {
        let factor = max(Double(cut.width) / Double(picture.width), Double(cut.height) / Double(picture.height))
        let scaled = try picture.resized(
            width: max(cut.width, try PictureSize.side(Double(picture.width) * factor)),
            height: max(cut.height, try PictureSize.side(Double(picture.height) * factor)))
        let place = Gravity.centre.place(cut.width, cut.height, inWidth: scaled.width, height: scaled.height)
        let part = try scaled.pixels.extractArea(left: place.x, top: place.y, width: cut.width, height: cut.height)
        return try cut.conformed(part).transparent()
    }
}

extension Diagnostic {
    fileprivate static var noSubject: Diagnostic {
        .error("replace-background needs a mask or a cut-out picture").noting("find the subject first: segment-by-box")
    }
}
