public import VipsamKit

/// Draws a line around the subject.
///
/// The line is what a disc of the given width adds to the shape (exact Euclidean distances, `GrownMask` of the kit). A
/// cut-out picture gets it under its own edge, so that soft edges stay soft; an opaque one on top, around the mask.
/// `expand` adds the room that the line needs beyond a picture with transparency: as many pixels as it is wide around
/// what is there. An opaque picture has nothing to show around it and keeps its size. A grey picture becomes a colour
/// picture where the colour is not neutral.
public struct Outline: Operation {
    public static let name = "outline"
    public static let summary = "Draws a line around the subject."

    let width: Length
    let color: Color
    let expand: Bool
    let image: Slot
    let mask: Slot?

    public init(_ p: Parameters) throws {
        width = p.length(
            "width", 0...1_000, or: .pixels(4),
            "In pixels of the working image or in % of the object's longer side.", main: true)
        color = p.color("color", or: .white, named: "white", "The line's colour.")
        expand = p.boolean(
            "expand", or: true, "Make room where the line leaves a cut-out picture; false cuts it off there.")
        image = p.slot("image", .image, "The picture to draw on.")
        mask = p.namedSlot("mask", .mask, "The subject; needed where the picture is not cut out.")
    }

    public var result: Kind? { .image }

    /// A pixel's line depends on rows around it.
    public var access: Access { .random }

    public func apply(_ context: Context) throws -> Value? {
        var image = try context.image(image).inColour(for: [color])
        guard var shape = try self.shape(context, image) else { throw Diagnostic.noShape }
        let distance = try shape.canvasPixels(width)
        if expand, image.pixels.hasAlpha { (image, shape) = try Self.roomy(image, shape, distance) }
        let grown = try shape.grown(by: distance).pixels(on: image)
        let opacity = color.alpha / 255
        guard mask == nil else {
            // What the line adds: (grown − mask), clipped at 0.
            let line = try grown.cast(.float).subtract(shape.pixels(on: image).cast(.float)).linear([opacity], [0.5])
                .cast(.uchar)
            let ink = try image.pixels.ink(color)
            let paint = try image.pixels.plain(image.pixels.hasAlpha ? ink + [image.pixels.fullScale] : ink)
            return .image(image.with(try image.pixels.mixed(with: paint, by: line)))
        }
        let scale = image.pixels.fullScale / 255
        let ground = try image.pixels.withoutAlpha().plain(image.pixels.ink(color)).cast(.float)
            .bandjoin(grown.linear([opacity * scale], [0])).relabelled(image.pixels.interpretation)
            .finished(like: image.pixels)
        return .image(image.with(try image.pixels.over(ground)))
    }

    private func shape(_ context: Context, _ image: Image) throws -> Mask? {
        if let mask { return try context.mask(mask) }
        guard let alpha = try image.pixels.alpha() else { return nil }
        let bytes = try alpha.linear([255 / image.pixels.fullScale], [0.5]).cast(.uchar)
        return Mask(try bytes.relabelled(.blackAndWhite), frame: image.frame)
    }

    /// The picture with room for the line, and what of the shape lies in it; both as they are where there is room.
    ///
    /// - Parameter distance: the line's width in pixels of the canvas.
    private static func roomy(_ image: Image, _ shape: Mask, _ distance: Double) throws -> (Image, Mask) {
        let bytes = try shape.pixels(on: image)
        guard let extent = try bytes.extent(within: shape.area(on: image)) else { return (image, shape) }
        // A thousandth of a pixel is the rounding of a conversion.
        let reach = Int((min(1e6, distance * image.frame.scale) - 1e-3).rounded(.up))
        let place = image.raster.joined(extent.grown(by: reach))
        guard place != image.raster else { return (image, shape) }
        let roomy = try image.framed(place)
        // On the new raster to the pixel: a line goes around what the picture's border cuts, too.
        let moved = try bytes.embed(x: -place.left, y: -place.top, width: place.width, height: place.height)
        return (roomy, Mask(moved, frame: roomy.frame))
    }
}

extension Diagnostic {
    fileprivate static var noShape: Diagnostic {
        .error("outline needs a cut-out picture, or the name of a mask")
            .noting("cut the subject out first (cutout), or write outline: {mask: NAME}")
    }
}
