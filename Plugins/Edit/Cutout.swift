public import VipsamKit

/// Cuts the subject out: what is off the mask becomes transparent.
///
/// Alpha is the mask (times the picture's own alpha) in the picture's number type, 16 bits for 16 bits; colours are
/// left as they are. `feather` softens the mask by a Gaussian of that standard deviation.
public struct Cutout: Operation {
    public static let name = "cutout"
    public static let summary = "Cuts the subject out: what is off the mask becomes transparent."

    let image: Slot
    let mask: Slot
    let feather: Length
    let trim: Bool
    let margin: Length?

    public init(_ p: Parameters) throws {
        mask = p.slot("mask", .mask, "What to cut out.", main: true)
        image = p.slot("image", .image, "The picture to cut it out of.")
        feather = p.length(
            "feather", 0...1_000, or: .pixels(0),
            "Softness of the edge, in pixels of the working image or in % of the object's longer side.")
        trim = p.boolean("trim", or: false, "Keep only the object's box; a margin does that too.")
        margin = p.optionalLength(
            "margin", 0...100_000,
            "Room around the object's box, in pixels of the working image or in % of its longer side.")
    }

    public var result: Kind? { .image }

    public func apply(_ context: Context) throws -> Value? {
        let mask = try context.mask(mask)
        let picture = try context.image(image)
        let image = try mask.correction?.applied(to: picture) ?? picture
        var weights = try mask.pixels(on: image)
        var softness = 0
        if feather.value > 0 {
            let sigma = try mask.canvasPixels(feather) * image.frame.scale
            softness = Int((4 * sigma).rounded(.up))
            weights = try weights.softened(sigma: sigma).linear([1], [0.5]).cast(.uchar)
        }
        let cut = image.with(try image.pixels.masked(by: weights))
        guard trim || margin != nil else { return .image(cut) }
        guard let extent = try weights.extent(within: mask.area(on: image, margin: softness)) else { throw Diagnostic.emptyMask }
        let room = margin.map { image.frame.pixels($0, longerSide: extent.longerSide) } ?? 0
        return .image(try cut.framed(extent.grown(by: Int(min(room, 1e6).rounded()))))
    }
}

extension Image {
    /// A part of the picture; where the area leaves it, transparent or (without alpha) black pixels are added.
    func framed(_ area: PixelArea, background: [Double]? = nil) throws -> Image {
        guard let inside = area.clipped(toWidth: width, height: height) else { throw Diagnostic.outsidePicture }
        _ = try PictureSize.side(area.longerSide)
        var pixels = try pixels.extractArea(
            left: inside.left, top: inside.top, width: inside.width, height: inside.height)
        if inside != area {
            pixels = try pixels.embed(
                x: inside.left - area.left, y: inside.top - area.top, width: area.width, height: area.height,
                extend: background == nil ? .black : .background, background: background)
        }
        return with(pixels, in: frame.cropped(left: Double(area.left), top: Double(area.top)))
    }
}

extension Diagnostic {
    fileprivate static var emptyMask: Diagnostic { .error("the mask is empty: there is nothing to cut out") }
    fileprivate static var outsidePicture: Diagnostic { .error("the area lies outside the picture") }
}
