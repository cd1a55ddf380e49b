public import VipsamKit

/// Lays a picture or a line of text over the picture: a logo, a watermark, a caption.
///
/// The overlay is scaled to `size`, placed by gravity with a margin, and composited with its alpha times `opacity`.
/// Text is drawn by Pango through libvips and needs a font on the machine (in Debian: fonts-dejavu-core); its size is
/// the height of the font. A picture in colour, or text of a colour that is not neutral, makes a grey picture
/// a colour picture.
public struct Overlay: Operation {
    public static let name = "overlay"
    public static let summary = "Lays a picture or a line of text over the picture: a logo, a watermark, a caption."
    public static let example: String? = "{text: \"© Studio\", size: 3%}"

    let with: Slot?
    let text: String?
    let font: String
    let size: Length?
    let color: Color
    let gravity: Gravity
    let margin: Length
    let opacity: Double
    let image: Slot

    public init(_ p: Parameters) throws {
        with = p.namedSlot("with", .image, "The picture to lay over it; give it or 'text'.")
        text = p.optionalText("text", "The text to write; it \(Letters.needs).")
        font = p.text("font", or: "sans", "The font's name.")
        size = p.optionalLength(
            "size", 0.1...10_000,
            "Longer side of the overlay, or the height of text: pixels of the working image or % of its longer side.")
        color = p.color("color", or: .white, named: "white", "Of text.")
        gravity = p.choice("gravity", or: .southEast, "Where it lies.")
        margin = p.length("margin", 0...10_000, or: .percent(2), "Distance from the border, as size.")
        opacity = p.number("opacity", 0...1, or: 1, "0 is not seen, 1 hides what is behind.")
        image = p.slot("image", .image, "The picture to lay it on.")
        guard !p.isProbe else { return }
        if p.has("with") == p.has("text") { p.report(.pictureOrText) }
        if let text, !Letters.isVisible(text) { p.report(.nothingToWrite.at(p.mark(of: "text"))) }
    }

    public var result: Kind? { .image }

    public var access: Access { .random }

    public func apply(_ context: Context) throws -> Value? {
        let picture = try context.image(image)
        let image = try with.map { try picture.inColour(beside: [context.image($0)]) } ?? picture.inColour(for: [color])
        let layer = try layer(context, image)
        let room = Int(min(1e5, image.frame.pixels(margin, longerSide: image.longerSide)).rounded())
        let place = gravity.place(
            layer.width, layer.height, inWidth: max(1, image.width - 2 * room), height: max(1, image.height - 2 * room))
        let faded = try layer.withoutAlpha().cast(.float)
            .bandjoin((layer.alpha() ?? layer).cast(.float).linear([opacity], [0])).relabelled(image.pixels.interpretation)
            .finished(like: image.pixels)
        let spread = try faded.moved(x: place.x + room, y: place.y + room, width: image.width, height: image.height)
        let base = try image.pixels.transparent()
        let result = try spread.relabelled(image.pixels.interpretation).over(base)
        return .image(image.with(try image.pixels.hasAlpha ? result : result.withoutAlpha()))
    }

    /// In the colours and number type of the picture, with alpha.
    private func layer(_ context: Context, _ image: Image) throws -> Pixels {
        guard let with else { return try written(image) }
        let picture = try context.image(with)
        var side = size.map { image.frame.pixels($0, longerSide: image.longerSide) } ?? picture.longerSide
        side = min(side, image.longerSide)
        let factor = side / picture.longerSide
        let scaled = try picture.resized(
            width: PictureSize.side(Double(picture.width) * factor),
            height: PictureSize.side(Double(picture.height) * factor))
        return try image.pixels.conformed(scaled.pixels).transparent()
    }

    private func written(_ image: Image) throws -> Pixels {
        guard let text else { throw Diagnostic.pictureOrText }
        let height = image.frame.pixels(size ?? .percent(4), longerSide: image.longerSide)
        let points = max(1, Int(min(height, 4_000).rounded()))
        let letters = try Letters.drawn(text, font: font, points: points)
        let ground = try Pixels.constant(
            image.pixels.ink(color), width: letters.width, height: letters.height, format: image.pixels.format,
            interpretation: image.pixels.interpretation)
        let made = try ground.bandjoin(
            letters.linear([image.pixels.fullScale / 255 * color.alpha / 255], [0]).cast(image.pixels.format))
            .relabelled(image.pixels.interpretation)
        guard made.hasAlpha else { return try made.transparent() }
        return made
    }
}

extension Diagnostic {
    fileprivate static var pictureOrText: Diagnostic {
        .error("overlay needs either 'with' (the name of a picture) or 'text'", cause: .recipe)
    }

    fileprivate static var nothingToWrite: Diagnostic {
        .error("'text' is blank: there is nothing to write", cause: .recipe)
    }
}
