public import VipsamKit

/// Keeps a rectangle of the picture: a box, or what a mask covers.
///
/// Edges of the box are rounded to the nearest pixel. The part of the rectangle that lies outside the picture is left
/// away.
public struct Crop: Operation {
    public static let name = "crop"
    public static let summary = "Keeps a rectangle of the picture: a box, or what a mask covers."
    public static let example: String? = "{box: [10%, 10%, 80%, 80%]}"

    let box: BoxLength?
    let to: Slot?
    let margin: Length
    let image: Slot

    public init(_ p: Parameters) throws {
        box = p.optionalBox(
            "box", "[x, y, width, height] in pixels of the original or %; what lies outside is left away.", main: true)
        to = p.namedSlot("to", .mask, "A mask or objects; their box is kept.")
        margin = p.length(
            "margin", 0...100_000, or: .pixels(0),
            "Room around it, in pixels of the working image or in % of its longer side.")
        image = p.slot("image", .image, "The picture to crop.")
        if !p.isProbe, p.has("box") == p.has("to") { p.report(.eitherBoxOrMask) }
    }

    public var result: Kind? { .image }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        let found = try area(context, image)
        let room = Int(min(1e6, image.frame.pixels(margin, longerSide: found.longerSide)).rounded())
        guard let area = found.grown(by: room).clipped(toWidth: image.width, height: image.height) else {
            throw Diagnostic.outside(image)
        }
        return .image(try image.framed(area))
    }

    private func area(_ context: Context, _ image: Image) throws -> PixelArea {
        if let to {
            guard let extent = try context.mask(to).extent(on: image) else { throw Diagnostic.emptyMask(to) }
            return extent
        }
        guard let box else { throw Diagnostic.eitherBoxOrMask }
        let canvas = image.frame.canvas
        let raster = image.frame.toRaster(box.box(inWidth: canvas.width, height: canvas.height))
        func side(_ value: Double) -> Int { Int(max(-1e7, min(1e7, value)).rounded()) }
        let left = side(raster.x), top = side(raster.y)
        return PixelArea(
            left: left, top: top, width: max(1, side(raster.maxX) - left), height: max(1, side(raster.maxY) - top))
    }
}

extension Diagnostic {
    fileprivate static var eitherBoxOrMask: Diagnostic {
        .error("crop needs either 'box' or 'to': a box [x, y, width, height], or the name of a mask", cause: .recipe)
    }

    fileprivate static func emptyMask(_ slot: Slot) -> Diagnostic {
        .error("the mask '\(slot.name ?? slot.key)' is empty: there is nothing to crop to")
    }

    fileprivate static func outside(_ image: Image) -> Diagnostic {
        .error("the box lies outside the picture of \(image.width)×\(image.height) pixels")
    }
}
