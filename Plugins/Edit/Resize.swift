public import VipsamKit

/// Makes the picture smaller or larger.
///
/// `to: 50%` scales; `to: 2000` is the longer side in pixels of the output, and so are `width` and `height`. With one
/// of them the proportions stay; with both, the picture fits inside, covers, or is stretched. Smaller: a Lanczos
/// kernel of three lobes; larger: Catmull-Rom splines.
public struct Resize: Operation {
    public static let name = "resize"
    public static let summary = "Makes the picture smaller or larger."
    public static let example: String? = "50%"

    enum Fit: String, CaseIterable { case inside, cover, stretch }

    let to: Length?
    let width: Int?
    let height: Int?
    let fit: Fit
    let enlarge: Bool
    let image: Slot

    public init(_ p: Parameters) throws {
        to = p.optionalLength("to", 0.001...100_000, "A percentage, or the longer side in pixels of the output.", main: true)
        width = p.optionalInteger("width", 1...PictureSize.longest, "In pixels of the output.")
        height = p.optionalInteger("height", 1...PictureSize.longest, "In pixels of the output.")
        fit = p.choice("fit", or: .inside, "With width and height: inside them, covering them, or exactly them.")
        enlarge = p.boolean("enlarge", or: true, "Whether a picture may get larger.")
        image = p.slot("image", .image, "The picture to resize.")
        let hasSides = p.has("width") || p.has("height")
        if !p.isProbe, p.has("to") == hasSides { p.report(.eitherToOrSides) }
    }

    public var result: Kind? { .image }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        let scale = factors(image)
        let size = (
            try PictureSize.side(Double(image.width) * scale.x), try PictureSize.side(Double(image.height) * scale.y)
        )
        if !enlarge, scale.x > 1 || scale.y > 1 { return .image(image) }
        return .image(try image.resized(width: size.0, height: size.1))
    }

    private func factors(_ image: Image) -> (x: Double, y: Double) {
        if let to {
            let factor = to.unit == .percent ? to.value / 100 : to.value / image.longerSide
            return (factor, factor)
        }
        let x = width.map { Double($0) / Double(image.width) }, y = height.map { Double($0) / Double(image.height) }
        guard let x, let y else {
            let factor = x ?? y ?? 1
            return (factor, factor)
        }
        return switch fit {
        case .inside: (min(x, y), min(x, y))
        case .cover: (max(x, y), max(x, y))
        case .stretch: (x, y)
        }
    }
}

extension Diagnostic {
    fileprivate static var eitherToOrSides: Diagnostic {
        .error("resize needs either 'to' (50%, or the longer side) or 'width' and 'height'", cause: .recipe)
    }
}
