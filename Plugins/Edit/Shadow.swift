public import VipsamKit

/// Puts a soft shadow under a cut-out subject.
///
/// The shadow is the picture's alpha, moved by the offset, blurred by a Gaussian of standard deviation `blur` and
/// multiplied by `opacity`; the picture lies over it. `expand` adds the room that the shadow needs beyond the
/// picture, up to 2.5 standard deviations from the moved subject: what is farther away has less than 1 % of the
/// shadow's strength.
public struct Shadow: Operation {
    public static let name = "shadow"
    public static let summary = "Puts a soft shadow under a cut-out subject."

    let blur: Length
    let offset: [Length]
    let opacity: Double
    let color: Color
    let expand: Bool
    let image: Slot

    public init(_ p: Parameters) throws {
        blur = p.length(
            "blur", 0...1_000, or: .pixels(12), "Softness, in pixels of the working image or in % of its longer side.")
        offset =
            p.lengths("offset", -10_000...10_000, count: 2...2, "[right, down], as blur; [0, 8] if absent.")
            ?? [.pixels(0), .pixels(8)]
        opacity = p.number("opacity", 0...1, or: 0.35, "0 is no shadow, 1 a full one.")
        color = p.color("color", or: .black, named: "black", "The shadow's colour.")
        expand = p.boolean("expand", or: true, "Make room where the shadow leaves the picture; false cuts it off there.")
        image = p.slot("image", .image, "The cut-out picture.", main: true)
    }

    public var result: Kind? { .image }

    public func apply(_ context: Context) throws -> Value? {
        var image = try context.image(image)
        guard image.pixels.hasAlpha else { throw Diagnostic.opaque }
        let sigma = image.frame.pixels(blur, longerSide: image.longerSide)
        let shift = offset.map { min(1e5, max(-1e5, image.frame.pixels($0, longerSide: image.longerSide))) }
        guard let right = shift.first, let down = shift.last else { throw Diagnostic.opaque }
        if expand { image = try widened(image, right, down, Int(min(1e5, 2.5 * sigma).rounded(.up))) }
        let pixels = image.pixels
        guard let alpha = try pixels.alpha() else { throw Diagnostic.opaque }
        let reach = Int(min(1e5, 3 * sigma).rounded(.up)) + 1
        // Around the picture all is transparent, and what the blur needs of it lies inside this frame.
        let soft = try alpha
            .embed(x: reach, y: reach, width: image.width + 2 * reach, height: image.height + 2 * reach)
            .softened(sigma: sigma)
        let shade = try soft.moved(
            x: Int(right.rounded()) - reach, y: Int(down.rounded()) - reach, width: image.width, height: image.height
        ).linear([opacity * color.alpha / 255], [0])
        let ink = try pixels.ink(color)
        let ground = try pixels.withoutAlpha().plain(ink).cast(.float).bandjoin(shade)
            .relabelled(pixels.interpretation).finished(like: pixels)
        return .image(image.with(try pixels.over(ground)))
    }

    private func widened(_ image: Image, _ right: Double, _ down: Double, _ reach: Int) throws -> Image {
        guard let subject = try image.pixels.alpha()?.extent() else { return image }
        var shadow = subject.grown(by: reach)
        shadow.left += Int(right.rounded())
        shadow.top += Int(down.rounded())
        let left = min(0, shadow.left), top = min(0, shadow.top)
        return try image.framed(
            PixelArea(
                left: left, top: top, width: max(image.width, shadow.right) - left,
                height: max(image.height, shadow.bottom) - top))
    }
}

extension Diagnostic {
    fileprivate static var opaque: Diagnostic {
        .error("shadow needs a picture with transparency").noting("cut the subject out first: cutout")
    }
}
