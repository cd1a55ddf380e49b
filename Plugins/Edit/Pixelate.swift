public import VipsamKit

/// Makes faces and plates unreadable: squares of one colour.
///
/// Each square has the mean of its pixels inside the picture, colours weighted by alpha. Squares lie on a grid from the
/// picture's top left corner. Blur can partly be undone; large squares cannot.
public struct Pixelate: Operation {
    public static let name = "pixelate"
    public static let summary = "Makes faces and plates unreadable: squares of one colour."

    let what: Part
    let mask: Slot
    let image: Slot
    let size: Length

    public init(_ p: Parameters) throws {
        size = p.length(
            "size", 0.001...10_000, or: .percent(12),
            "Side of a square, in pixels of the working image or in % of the object's longer side.", main: true)
        (what, mask) = p.part(or: .subject, "What to make unreadable.")
        image = p.slot("image", .image, "The picture.")
    }

    public var result: Kind? { .image }

    /// A square needs all its rows at once.
    public var access: Access { .random }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        let weights = try what.weights(mask, context, on: image)
        var side = image.frame.pixels(size, longerSide: image.longerSide)
        if size.unit == .percent, what != .all {
            side = try context.mask(mask).canvasPixels(size) * image.frame.scale
        }
        let block = max(1, Int(min(side, Double(max(image.width, image.height))).rounded()))
        guard block > 1 else { return .image(image) }
        let squares = try squares(image.pixels, block)
        return .image(image.with(try image.pixels.mixed(with: squares, by: weights)))
    }

    private func squares(_ pixels: Pixels, _ block: Int) throws -> Pixels {
        let across = (pixels.width + block - 1) / block, down = (pixels.height + block - 1) / block
        /// Means of whole squares, zeros where the border cuts one.
        func means(_ image: Pixels) throws -> Pixels {
            try image.cast(.float).embed(x: 0, y: 0, width: across * block, height: down * block)
                .shrink(x: Double(block), y: Double(block))
        }
        let ones = try Pixels.constant(
            [1], width: pixels.width, height: pixels.height, format: .float, interpretation: .multiband)
        let means = try means(pixels.premultiply()).divide(means(ones))
        let large = try Pixels.image(
            "zoom", ["input": .image(means), "xfac": .int(block), "yfac": .int(block)])
        return try large.extractArea(left: 0, top: 0, width: pixels.width, height: pixels.height)
            .relabelled(pixels.interpretation).unpremultiply()
    }
}
