public import VipsamKit

/// Lays the picture on a canvas of a given size, or adds room around it.
///
/// `inside` scales it until it fits between the margins, `cover` until they are filled (the rest is cut), `stretch`
/// ignores proportions, `none` leaves its size. What is transparent shows the colour; a transparent colour keeps (or
/// adds) alpha; a grey picture becomes a colour picture where the colour is not neutral. Sizes are pixels of the
/// output; a margin in % is of the canvas's shorter side (of the picture's without a size).
public struct CanvasStep: Operation {
    public static let name = "canvas"
    public static let summary = "Lays the picture on a canvas of a given size, or adds room around it."

    enum Fit: String, CaseIterable { case inside, cover, stretch, none }

    let size: [Double]?
    let fit: Fit
    let gravity: Gravity
    let color: Color
    let margin: Length
    let enlarge: Bool
    let image: Slot

    public init(_ p: Parameters) throws {
        size = p.numbers(
            "size", 1...Double(PictureSize.longest), count: 1...2,
            "[width, height] in pixels of the output; one number for a square.", main: true)
        fit = p.choice("fit", or: .inside, "How the picture is scaled to the canvas.")
        gravity = p.choice("gravity", or: .centre, "Where it lies, and which part stays.")
        color = p.color("color", or: .white, named: "white", "What shows around and behind it.")
        margin = p.length(
            "margin", 0...10_000, or: .pixels(0),
            "Free room on each side, in pixels of the output or in % of the canvas's shorter side (without a size, "
                + "of the picture's).")
        enlarge = p.boolean("enlarge", or: true, "Whether a small picture is enlarged to fit.")
        image = p.slot("image", .image, "The picture to lay on it.")
    }

    public var result: Kind? { .image }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image).inColour(for: [color])
        let shorter = Double(size?.min() ?? Double(min(image.width, image.height)))
        let room = Int((margin.unit == .percent ? margin.value / 100 * shorter : margin.value).rounded())
        guard let size, let first = size.first, let last = size.last else {
            return .image(
                try laid(image, try PictureSize.side(Double(image.width + 2 * room)),
                    try PictureSize.side(Double(image.height + 2 * room)), (room, room)))
        }
        let width = Int(first.rounded()), height = Int(last.rounded())
        let innerWidth = width - 2 * room, innerHeight = height - 2 * room
        guard innerWidth > 0, innerHeight > 0 else { throw Diagnostic.noRoom(margin, width, height) }
        var scaled = try fitted(image, innerWidth, innerHeight)
        if scaled.width > innerWidth || scaled.height > innerHeight, fit == .cover {
            scaled = try cut(scaled, min(scaled.width, innerWidth), min(scaled.height, innerHeight))
        }
        let place = gravity.place(scaled.width, scaled.height, inWidth: innerWidth, height: innerHeight)
        return .image(try laid(scaled, width, height, (place.x + room, place.y + room)))
    }

    private func fitted(_ image: Image, _ width: Int, _ height: Int) throws -> Image {
        let x = Double(width) / Double(image.width), y = Double(height) / Double(image.height)
        let factors: (x: Double, y: Double) =
            switch fit {
            case .inside: (min(x, y), min(x, y))
            case .cover: (max(x, y), max(x, y))
            case .stretch: (x, y)
            case .none: (1, 1)
            }
        if !enlarge, factors.x > 1 || factors.y > 1 { return image }
        return try image.resized(
            width: try PictureSize.side(Double(image.width) * factors.x),
            height: try PictureSize.side(Double(image.height) * factors.y))
    }

    private func cut(_ image: Image, _ width: Int, _ height: Int) throws -> Image {
        let place = gravity.place(width, height, inWidth: image.width, height: image.height)
        return try image.framed(PixelArea(left: place.x, top: place.y, width: width, height: height))
    }

    private func laid(_ image: Image, _ width: Int, _ height: Int, _ place: (x: Int, y: Int)) throws -> Image {
        let area = PixelArea(left: -place.x, top: -place.y, width: width, height: height)
        guard color.alpha < 255 || image.pixels.hasAlpha else {
            return try image.framed(area, background: image.pixels.ink(color))
        }
        let ink = try image.pixels.ink(color)
        let layer = try image.with(image.pixels.transparent()).framed(area)
        if color.alpha <= 0 { return layer }
        let ground = try layer.pixels.plain(ink + [color.alpha / 255 * layer.pixels.fullScale])
        let result = try layer.pixels.over(ground)
        return layer.with(try color.alpha >= 255 ? result.withoutAlpha() : result)
    }
}

extension Diagnostic {
    fileprivate static func noRoom(_ margin: Length, _ width: Int, _ height: Int) -> Diagnostic {
        .error("a margin of \(margin) leaves no room on a canvas of \(width)×\(height) pixels")
    }
}
