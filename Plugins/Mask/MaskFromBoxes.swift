public import VipsamKit

/// Makes a mask of boxes: those of the recipe, or those of the picture's row in the prompt table.
///
/// A pixel's value is the share of it that a box covers, the greatest of all boxes.
public struct MaskFromBoxes: Operation {
    public static let name = "mask-from-boxes"
    public static let summary = "Makes a mask of boxes, of the recipe or of the prompt table."
    public static let example: String? = "[[10%, 20%, 40%, 50%]]"

    let boxes: [BoxLength]?
    let image: Slot

    public init(_ p: Parameters) throws {
        boxes = p.boxes(
            "boxes", "Boxes [x, y, width, height] in pixels of the original or %; the prompt table's if absent.",
            main: true)
        image = p.slot("image", .image, "The picture that the boxes lie on.")
    }

    public var result: Kind? { .mask }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        let canvas = image.frame.canvas
        let given = boxes?.map { $0.box(inWidth: canvas.width, height: canvas.height) }
        let found = context.prompts?.compactMap(\.box) ?? given
        guard let boxes = found, !boxes.isEmpty else { throw Diagnostic.noBoxes }
        let whole = Box(x: 0, y: 0, width: Double(canvas.width), height: Double(canvas.height))
        for box in boxes where whole.intersection(box) == nil { throw Diagnostic.outside(box, canvas) }
        return .mask(
            Mask(BoxMask(boxes: boxes), frame: image.frame, width: image.width, height: image.height))
    }
}

/// Boxes of a canvas, drawn on whatever raster asks.
struct BoxMask: MaskSource {
    let boxes: [Box]

    var reach: Box? { boxes.first.map { boxes.dropFirst().reduce($0) { $0.union($1) } } }

    func pixels(in frame: Frame, width: Int, height: Int) throws -> Pixels {
        let parts = try boxes.compactMap { try drawn(frame.toRaster($0), width, height) }
        return try parts.isEmpty ? Pixels.black(width: width, height: height) : Pixels.maximum(parts)
    }

    /// The cover of a pixel by an upright box is the cover of its column times that of its row.
    private func drawn(_ box: Box, _ width: Int, _ height: Int) throws -> Pixels? {
        guard let area = PixelArea(box, inWidth: width, height: height) else { return nil }
        let columns = cover(area.left, area.width, box.x, box.maxX)
        let rows = cover(area.top, area.height, box.y, box.maxY)
        let across = try Pixels.from(floats: columns, width: area.width, height: 1, bands: 1)
        let down = try Pixels.from(floats: rows, width: 1, height: area.height, bands: 1)
        let product = try across.replicate(across: 1, down: area.height)
            .multiply(down.replicate(across: area.width, down: 1)).linear([255], [0.5]).cast(.uchar)
        return try product.relabelled(.blackAndWhite)
            .embed(x: area.left, y: area.top, width: width, height: height)
    }

    private func cover(_ first: Int, _ count: Int, _ low: Double, _ high: Double) -> [Float] {
        (first..<first + count).map { Float(max(0, min(high, Double($0 + 1)) - max(low, Double($0)))) }
    }
}

extension Diagnostic {
    fileprivate static var noBoxes: Diagnostic {
        .error("mask-from-boxes has no box: neither 'boxes' nor a row of the prompt table gives one")
    }

    fileprivate static func outside(_ box: Box, _ canvas: Canvas) -> Diagnostic {
        let numbers = [box.x, box.y, box.width, box.height].map(NumberText.plain).joined(separator: ", ")
        return .error("the box [\(numbers)] lies outside the picture of \(canvas.width)×\(canvas.height) pixels")
    }
}
