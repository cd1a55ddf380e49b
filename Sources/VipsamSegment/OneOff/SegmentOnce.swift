import Foundation
public import VipsamKit
public import VipsamTensor

/// Segments one picture from its full-size pixels, exactly as the original code does it.
public enum SegmentOnce {
    /// - Throws: a diagnostic for a prompt outside the picture (cause: usage), `PixelsError` for a file that cannot be
    ///   read or written.
    public static func run(
        _ request: SegmentRequest, with model: LoadedModel, threads: Threads,
        progress: (@Sendable (_ done: Int, _ all: Int) -> Void)? = nil
    ) throws -> SegmentAnswer {
        let opened = try ImageFile.open(request.image, lenient: request.lenient)
        var notes = opened.notes
        let pixels = try ImageFile.model(of: opened.pixels)
        let picture = RGBRaster(width: pixels.width, height: pixels.height, bytes: try pixels.bytes())
        guard picture.width * picture.height <= RunLengths.mostPixels else {
            throw Diagnostic.error("a picture of \(picture.width) × \(picture.height) pixels is too large for one mask")
        }
        if case .prompt(let prompt, _) = request.wanted {
            try prompt.checkInside(width: picture.width, height: picture.height)
        }
        let embedding = model.predictor.embed(picture, threads: threads)
        let found: [Found]
        switch request.wanted {
        case .prompt(let prompt, let choice):
            let candidates = model.predictor.candidates(
                for: prompt, in: embedding, choosing: choice, threads: threads)
            found = [Found(prompt: prompt, masks: candidates.map { ($0.scan.runs, $0.predictedIoU, $0.scan.stability) })]
        case .everything(let options, let predIoU, let stability):
            let (effective, told) = model.recommended.applied(
                to: options, predIoUThreshold: predIoU, stabilityScoreThreshold: stability)
            notes += told
            found = MaskGenerator(model.predictor, options: effective)
                .generate(picture, whole: embedding, threads: threads, progress: progress)
                .map { Found(prompt: Prompt(clicks: [Click($0.point)]), masks: [($0.runs, $0.predictedIoU, $0.stability)]) }
        }
        return SegmentAnswer(
            image: request.image, width: picture.width, height: picture.height, model: model.name,
            results: try write(found, request, threads), notes: notes)
    }

    private struct Found: Sendable {
        var prompt: Prompt
        var masks: [(runs: RunLengths, predictedIoU: Float, stability: Float)]
    }

    /// Masks are `NAME_<result>_<candidate>.png`, both counted from 1.
    private static func write(
        _ found: [Found], _ request: SegmentRequest, _ threads: Threads
    ) throws -> [SegmentAnswer.Result] {
        let name = ((request.image as NSString).lastPathComponent as NSString).deletingPathExtension
        let results = threads.map(found.count) { index in
            Result { () throws -> SegmentAnswer.Result in
                let masks = try found[index].masks.enumerated().map { candidate, mask in
                    let file = "\(name)_\(index + 1)_\(candidate + 1).png"
                    let pixels = try Pixels.mask(
                        counts: mask.runs.counts, width: mask.runs.width, height: mask.runs.height)
                    try ImageWriter.write(pixels, to: request.output + "/" + file)
                    let box = mask.runs.box ?? Box(x: 0, y: 0, width: 0, height: 0)
                    return SegmentAnswer.Mask(
                        mask: file, box: [box.x, box.y, box.width, box.height].map { Int($0) }, area: mask.runs.area,
                        predictedIoU: mask.predictedIoU.isFinite ? mask.predictedIoU : 0,
                        stability: mask.stability.isFinite ? mask.stability : 0)
                }
                return SegmentAnswer.Result(prompt: SegmentAnswer.PromptText(found[index].prompt), candidates: masks)
            }
        }
        return try results.map { try $0.get() }
    }
}

extension SegmentAnswer.PromptText {
    fileprivate init(_ prompt: Prompt) {
        self.init(
            points: prompt.clicks.isEmpty
                ? nil : prompt.clicks.map { [$0.point.x, $0.point.y, $0.isForeground ? 1 : 0] },
            box: prompt.box.map { [$0.x, $0.y, $0.width, $0.height] })
    }
}

extension Prompt {
    /// A prompt has to lie on its picture, at least in part.
    ///
    /// - Throws: a diagnostic (cause: usage) that names the part that does not.
    public func checkInside(width: Int, height: Int) throws {
        let whole = Box(x: 0, y: 0, width: Double(width), height: Double(height))
        func outside(_ what: String, _ numbers: [Double]) -> Diagnostic {
            .error(
                "the \(what) \(numbers.map(NumberText.plain).joined(separator: ",")) lies outside the picture, which has "
                    + "\(width) × \(height) pixels", cause: .usage)
        }
        if let box, box.intersection(whole) == nil {
            throw outside("box", [box.x, box.y, box.width, box.height])
        }
        for click in clicks
        where !(0..<whole.width).contains(click.point.x) || !(0..<whole.height).contains(click.point.y) {
            throw outside("point", [click.point.x, click.point.y])
        }
    }
}
