import VipsamKit

extension SegmentedObject {
    /// The object's pixels on the original: exact where the mask was made on that raster, else those that are at least
    /// half on it. Only the object's box is computed.
    func runsOnCanvas() throws -> RunLengths {
        let frame = mask.frame, canvas = frame.canvas
        let isWhole = mask.width == canvas.width && mask.height == canvas.height
        if isWhole, frame.x == 0, frame.y == 0, abs(frame.scaleX - 1) < 1e-9, abs(frame.scaleY - 1) < 1e-9 {
            return try mask.runLengths()
        }
        guard canvas.width <= RunLengths.mostPixels / max(1, canvas.height) else {
            throw Diagnostic.error("a picture of \(canvas.width) × \(canvas.height) pixels is too large for run lengths")
        }
        let original = Frame(canvas: canvas, workingScale: frame.workingScale)
        // A margin, since the smooth edge on the original may leave the coarse box.
        let margin = Int((2 / min(frame.scaleX, frame.scaleY)).rounded(.up))
        guard
            let area = PixelArea(box, inWidth: canvas.width, height: canvas.height)?.grown(by: min(margin, 1_000_000))
                .clipped(toWidth: canvas.width, height: canvas.height)
        else { return RunLengthBuilder(width: canvas.width, height: canvas.height).finish() }
        let part = try mask.source.pixels(
            in: original.cropped(left: Double(area.left), top: Double(area.top)), width: area.width, height: area.height)
        return RunLengths(bytes: try part.bytes(), width: area.width, height: area.height, threshold: 128)
            .placed(x: area.left, y: area.top, inWidth: canvas.width, height: canvas.height)
    }
}
