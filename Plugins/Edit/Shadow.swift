public import VipsamKit

/// Puts a soft shadow under a cut-out subject.
///
/// `drop`: the picture's alpha, moved by the offset, as of a sheet that floats above the ground. `contact`: an ellipse
/// under the foot of a standing object (`FootEllipse`), as of a light from above. Either is blurred by a Gaussian of
/// standard deviation `blur` and multiplied by `opacity`; the picture lies over it. `expand` adds the room that the
/// shadow needs beyond the picture, up to 2.5 standard deviations: what is farther away has less than 1 % of the
/// shadow's strength. A grey picture becomes a colour picture where the colour is not neutral.
public struct Shadow: Operation {
    public static let name = "shadow"
    public static let summary = "Puts a soft shadow under a cut-out subject."

    enum Method: String, CaseIterable { case drop, contact }

    let method: Method
    let blur: Length
    let offset: [Length]
    let flatness: Double
    let opacity: Double
    let color: Color
    let expand: Bool
    let image: Slot

    public init(_ p: Parameters) throws {
        method = p.choice("method", or: .drop, "The subject's own shape, moved; or an ellipse under its foot.")
        blur = p.length(
            "blur", 0...1_000, or: .pixels(12), "Softness, in pixels of the working image or in % of its longer side.")
        let given = p.lengths(
            "offset", -10_000...10_000, count: 2...2, "[right, down], as blur; [0, 8] if absent, [0, 0] for contact.")
        offset = given ?? [.pixels(0), .pixels(method == .drop ? 8 : 0)]
        flatness = p.number("flatness", 0.01...1, or: 0.2, "contact: the ellipse's height divided by its width.")
        opacity = p.number("opacity", 0...1, or: 0.35, "0 is no shadow, 1 a full one.")
        color = p.color("color", or: .black, named: "black", "The shadow's colour.")
        expand = p.boolean("expand", or: true, "Make room where the shadow leaves the picture; false cuts it off there.")
        image = p.slot("image", .image, "The cut-out picture.", main: true)
    }

    public var result: Kind? { .image }

    public func apply(_ context: Context) throws -> Value? {
        var image = try context.image(image).inColour(for: [color])
        guard let first = try image.pixels.alpha() else { throw Diagnostic.opaque }
        let sigma = min(1e5, image.frame.pixels(blur, longerSide: image.longerSide))
        let shift = offset.map { Int(min(1e5, max(-1e5, image.frame.pixels($0, longerSide: image.longerSide))).rounded()) }
        guard let right = shift.first, let down = shift.last else { throw Diagnostic.opaque }
        let ellipse = method == .contact ? try FootEllipse(under: first, flatness: flatness) : nil
        if method == .contact, ellipse == nil { return .image(image) }
        var place = image.raster
        if expand, let caster = try ellipse?.area ?? first.extent() {
            place = place.joined(caster.moved(right, down).grown(by: Int((2.5 * sigma).rounded(.up))))
            image = try image.framed(place)
        }
        let pixels = image.pixels
        guard let alpha = try pixels.alpha() else { throw Diagnostic.opaque }
        let reach = Int((3 * sigma).rounded(.up)) + 1
        // Around the picture all is transparent, and what the blur needs of it lies inside this frame.
        let framed = place.grown(by: reach)
        let caster = try ellipse?.coverage(over: framed.moved(-right, -down))
            ?? alpha.embed(x: reach, y: reach, width: framed.width, height: framed.height)
        let soft = try caster.softened(sigma: sigma)
        let strength = opacity * color.alpha / 255 * (ellipse == nil ? 1 : pixels.fullScale / 255)
        let shade = try soft.moved(
            x: (ellipse == nil ? right : 0) - reach, y: (ellipse == nil ? down : 0) - reach, width: image.width,
            height: image.height
        ).linear([strength], [0])
        let ink = try pixels.ink(color)
        let ground = try pixels.withoutAlpha().plain(ink).cast(.float).bandjoin(shade)
            .relabelled(pixels.interpretation).finished(like: pixels)
        return .image(image.with(try pixels.over(ground)))
    }
}

extension Diagnostic {
    fileprivate static var opaque: Diagnostic {
        .error("shadow needs a picture with transparency").noting("cut the subject out first: cutout")
    }
}
