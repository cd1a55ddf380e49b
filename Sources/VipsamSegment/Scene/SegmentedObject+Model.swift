public import VipsamKit

extension SegmentedObject {
    /// What a model drew on a view, or on a part of it.
    ///
    /// - Parameters:
    ///   - runs: on the whole view.
    ///   - logits: of the part that the model saw; nil when the mask was changed after them.
    ///   - inputSide: of the square in which the part lay.
    public init(
        _ runs: RunLengths, _ logits: MaskLogits?, seen part: PixelRect, inputSide: Int, on view: WorkingView,
        score: Double, stability: Double, prompt: Prompt?
    ) {
        let source: any MaskSource
        if let logits {
            let frame = ModelFrame(width: part.width, height: part.height, side: inputSide)
            source = LogitMask(
                logits, runs: runs, inputSide: inputSide, validWidth: frame.validWidth,
                validHeight: frame.validHeight,
                frame: view.frame.cropped(left: Double(part.x), top: Double(part.y)), width: part.width,
                height: part.height)
        } else {
            source = RunLengthMask(runs, frame: view.frame)
        }
        let box = runs.box.map(view.frame.toCanvas) ?? Box(x: 0, y: 0, width: 0, height: 0)
        self.init(
            mask: Mask(source, frame: view.frame, width: view.pixels.width, height: view.pixels.height), box: box,
            area: Double(runs.area) / (view.frame.scaleX * view.frame.scaleY), score: score,
            stability: stability.isFinite ? stability : 0, label: prompt?.label ?? "", prompt: prompt)
    }
}
