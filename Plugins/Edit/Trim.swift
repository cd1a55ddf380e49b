public import VipsamKit

/// Cuts away what is empty around the subject: transparent borders, or borders of one colour.
///
/// With alpha, pixels of at most `threshold` (of 255) are empty. Without, pixels that differ from the top left one by at
/// most `threshold` in every band, after a 3×3 median (libvips' find_trim). A picture that is empty altogether is left as
/// it is, with a note.
public struct Trim: Operation {
    public static let name = "trim"
    public static let summary = "Cuts away what is empty around the subject."

    let threshold: Double
    let margin: Length
    let image: Slot

    public init(_ p: Parameters) throws {
        threshold = p.number("threshold", 0...254, or: 0, "How much may stand in empty pixels, of 255.")
        margin = p.length(
            "margin", 0...100_000, or: .pixels(0), "Room to leave, in pixels of the working image or in % of what is left.")
        image = p.slot("image", .image, "The picture to trim.", main: true)
    }

    public var result: Kind? { .image }

    /// The pixels are looked at before they are used.
    public var access: Access { .random }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        guard let found = try extent(image.pixels) else {
            context.note("trim: the picture is empty all over, nothing was cut away")
            return .image(image)
        }
        let room = Int(min(1e6, image.frame.pixels(margin, longerSide: found.longerSide)).rounded())
        guard let area = found.grown(by: room).clipped(toWidth: image.width, height: image.height) else {
            return .image(image)
        }
        return .image(try image.framed(area))
    }

    private func extent(_ pixels: Pixels) throws -> PixelArea? {
        let limit = threshold / 255 * pixels.fullScale
        if let alpha = try pixels.alpha() { return try alpha.extent(above: limit) }
        let corner = try pixels.getpoint(x: 0, y: 0)
        let found = try Pixels.call(
            "find_trim",
            inputs: ["in": .image(pixels), "threshold": .double(max(limit, 0)), "background": .arrayDouble(corner)])
        guard let left = found["left"]?.int, let top = found["top"]?.int, let width = found["width"]?.int,
            let height = found["height"]?.int, width > 0, height > 0
        else { return nil }
        return PixelArea(left: left, top: top, width: width, height: height)
    }
}
