public import VipsamKit

/// Lays a picture or a line of text over the picture: a logo, a watermark, a caption.
///
/// The overlay is scaled to `size`, placed by gravity with a margin, and composited with its alpha times `opacity`.
/// Text is drawn by Pango through libvips and needs a font on the machine (in Debian: fonts-dejavu-core); its size is
/// the height of the font. A picture in colour, or text of a colour that is not neutral, makes a grey picture
/// a colour picture.
///
/// Nothing is lost without a word. A picture whose `size` is given may be larger than the one below it, whose border
/// cuts it off; without a size it is made smaller until all of it is seen at its place. Text is made smaller until it
/// fits between the margins on both sides, or into half of what one margin leaves where that is more. Each of these
/// adds a note. A margin that puts the overlay outside the picture is an error.
public struct Overlay: Operation {
    public static let name = "overlay"
    public static let summary = "Lays a picture or a line of text over the picture: a logo, a watermark, a caption."
    public static let example: String? = "{text: \"© Studio\", size: 3%}"

    /// Text is drawn no higher, in pixels.
    private static let highestLetters = 4_000

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
        font = p.text(
            "font", or: "sans", "The font's name; where the machine does not have it, another one is taken.")
        size = p.optionalLength(
            "size", 0.1...10_000,
            "Longer side of the overlay (its own if absent) or height of text (4% if absent): pixels of the working "
                + "image or % of its longer side. An overlay may be larger than the picture, which cuts it off at its "
                + "border; one without a size is made smaller to fit, and so is text always.")
        color = p.color("color", or: .white, named: "white", "Of text.")
        gravity = p.choice("gravity", or: .southEast, "Where it lies.")
        margin = p.length(
            "margin", 0...10_000, or: .percent(2),
            "Distance from the border, as size; text keeps it on both sides. It moves nothing that lies in the middle.")
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
        let distance = Int(min(1e5, image.frame.pixels(margin, longerSide: image.longerSide)).rounded())
        let whole = try whole(image, distance)
        let layer = try text == nil ? scaled(context, image, to: whole) : written(context, image, distance, in: whole)
        let place = gravity.place(
            layer.width, layer.height, inWidth: image.width - 2 * distance, height: image.height - 2 * distance)
        let area = PixelArea(
            left: place.x + distance, top: place.y + distance, width: layer.width, height: layer.height)
        if area.clipped(toWidth: image.width, height: image.height) != area {
            context.note(
                "overlay: it is \(area.width)×\(area.height) pixels and reaches beyond the picture of "
                    + "\(image.width)×\(image.height); what lies outside is cut off")
        }
        let faded = try layer.withoutAlpha().cast(.float)
            .bandjoin((layer.alpha() ?? layer).cast(.float).linear([opacity], [0]))
            .relabelled(image.pixels.interpretation).finished(like: image.pixels)
        let spread = try faded.moved(x: area.left, y: area.top, width: image.width, height: image.height)
        let base = try image.pixels.transparent()
        let result = try spread.relabelled(image.pixels.interpretation).over(base)
        return .image(image.with(try image.pixels.hasAlpha ? result : result.withoutAlpha()))
    }

    /// The largest overlay that is seen whole at its place, in pixels; a margin moves nothing that lies in the middle.
    ///
    /// - Throws: a diagnostic where none is seen at all.
    private func whole(_ image: Image, _ distance: Int) throws -> (width: Int, height: Int) {
        let shares = gravity.shares
        let width = image.width - (shares.x == 0.5 ? 0 : distance)
        let height = image.height - (shares.y == 0.5 ? 0 : distance)
        guard width > 0, height > 0 else { throw Diagnostic.outside(margin, distance, image) }
        return (width, height)
    }

    /// The picture to lay over it, in the colours and number type of the picture, with alpha.
    private func scaled(_ context: Context, _ image: Image, to whole: (width: Int, height: Int)) throws -> Pixels {
        guard let with else { throw Diagnostic.pictureOrText }
        let picture = try context.image(with)
        let fitting = min(
            1, Double(whole.width) / Double(picture.width), Double(whole.height) / Double(picture.height))
        let factor = size.map { image.frame.pixels($0, longerSide: image.longerSide) / picture.longerSide } ?? fitting
        let scaled = try picture.resized(
            width: PictureSize.side(Double(picture.width) * factor),
            height: PictureSize.side(Double(picture.height) * factor))
        if size == nil, factor < 1 {
            context.note(
                "overlay: '\(with.name ?? with.key)' of \(picture.width)×\(picture.height) pixels does not fit and was "
                    + "made smaller: \(scaled.width)×\(scaled.height)")
        }
        return try image.pixels.conformed(scaled.pixels).transparent()
    }

    /// The text, as `scaled`.
    private func written(
        _ context: Context, _ image: Image, _ distance: Int, in whole: (width: Int, height: Int)
    ) throws -> Pixels {
        guard let text else { throw Diagnostic.pictureOrText }
        let height = image.frame.pixels(size ?? .percent(4), longerSide: image.longerSide)
        let points = max(1, Int(min(height, Double(Self.highestLetters)).rounded()))
        let (letters, fitting) = try Letters.fitted(
            text, font: font, points: points, inWidth: max(1, image.width - 2 * distance, whole.width / 2),
            height: max(1, image.height - 2 * distance, whole.height / 2))
        if fitting < Double(points) {
            let shown = NumberText.plain((fitting * 10).rounded() / 10)
            context.note("overlay: the text does not fit, its letters were made \(shown) pixels high, not \(points)")
        } else if height > Double(Self.highestLetters) {
            context.note("overlay: letters are drawn at most \(Self.highestLetters) pixels high, and so were these")
        }
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

    fileprivate static func outside(_ margin: Length, _ distance: Int, _ image: Image) -> Diagnostic {
        .error(
            "a margin of \(margin), here \(distance) pixels, puts the overlay outside the picture of "
                + "\(image.width)×\(image.height)")
    }

    fileprivate static var nothingToWrite: Diagnostic {
        .error("'text' is blank: there is nothing to write", cause: .recipe)
    }
}
