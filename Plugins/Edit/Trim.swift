public import VipsamKit

/// Cuts away what is empty around the subject: transparent borders, or borders of one colour.
///
/// With alpha, pixels of at most `threshold` (of 255; 0 if absent) are empty. Without, those that differ from the top
/// left one by at most `threshold` (10 if absent) in every band. A picture that is empty altogether is left as it is,
/// with a note.
public struct Trim: Operation {
    public static let name = "trim"
    public static let summary = "Cuts away what is empty around the subject."

    let threshold: Double?
    let margin: Length
    let image: Slot

    public init(_ p: Parameters) throws {
        threshold = p.optionalNumber(
            "threshold", 0...254, "How much may stand in empty pixels, of 255; 0 with transparency, 10 without.")
        margin = p.length(
            "margin", 0...100_000, or: .pixels(0), "Room to leave, in pixels of the working image or in % of what is left.")
        image = p.slot("image", .image, "The picture to trim.", main: true)
    }

    public var result: Kind? { .image }

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
        let unit = pixels.fullScale / 255
        if let alpha = try pixels.alpha() { return try alpha.extent(above: (threshold ?? 0) * unit) }
        let corner = try pixels.getpoint(x: 0, y: 0)
        let difference = try pixels.linear([1], corner.map { -$0 }).apply("abs")
        let hits = try difference.relational([(threshold ?? 10) * unit], .more).apply(
            "bandbool", ["boolean": .string("or")])
        return try hits.extent()
    }
}
