public import VipsamKit

/// Paints the subject, the background, or everything with a colour.
///
/// The colour is laid over the picture with the opacity w · α, w from the mask and α the colour's own: I · (1 − wα) +
/// c · wα. A grey picture becomes a colour picture where the colour is not neutral.
public struct Fill: Operation {
    public static let name = "fill"
    public static let summary = "Paints the subject, the background, or everything with a colour."

    let what: Part
    let mask: Slot
    let image: Slot
    let color: Color

    public init(_ p: Parameters) throws {
        color = p.color("color", or: .white, named: "white", "The paint; #rrggbbaa lets the picture shine through.", main: true)
        (what, mask) = p.part(or: .subject, "What to paint.")
        image = p.slot("image", .image, "The picture to paint on.")
    }

    public var result: Kind? { .image }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image).inColour(for: [color])
        let pixels = image.pixels
        let ink = try pixels.ink(color)
        let paint = try pixels.plain(pixels.hasAlpha ? ink + [pixels.fullScale] : ink)
        let whole = try what.weights(mask, context, on: image)
        let weights =
            color.alpha >= 255
            ? whole
            : try (whole ?? Pixels.constant([255], width: image.width, height: image.height, interpretation: .blackAndWhite))
                .linear([color.alpha / 255], [0.5]).cast(.uchar)
        return .image(image.with(try pixels.mixed(with: paint, by: weights)))
    }
}
