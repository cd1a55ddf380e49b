public import VipsamKit
public import VipsamTensor

/// A picture as a step looks at it: its view, the model, and the view's embedding.
public struct Scene: Sendable {
    public let view: WorkingView
    public let model: LoadedModel
    public let embedding: Embedding
    public let threads: Threads
    private let look: CloserLook

    /// - Parameters:
    ///   - name: the model as the step names it; nil for the default.
    ///   - zoom: how closely boxes are looked at.
    ///   - refine: whether contours are moved onto colour edges.
    public init(
        _ image: Image, _ context: Context, model name: String?, zoom: ZoomChoice = .automatic,
        refine: RefineChoice = .auto
    ) throws {
        guard let store = context.services[ModelStore.self] else {
            throw Diagnostic.error("there are no models here", cause: .model)
        }
        model = try store.model(name)
        threads = Threads(context.threads)
        look = CloserLook(zoom: zoom.factor(model.closerLook.zoom), cuts: refine.cuts(model.closerLook.cuts))
        view = try context.views.view(of: image)
        embedding = try store.embedding(of: view, with: model, threads: threads)
    }

    /// One object per prompt, in their order.
    public func objects(for prompts: [Prompt], _ choice: MaskChoice, in context: Context) throws -> ObjectSet {
        guard !prompts.isEmpty else { throw ItemSignal.skip("the prompt table has no row for it") }
        let canvas = view.frame.canvas
        return set(
            try prompts.flatMap { prompt in
                do {
                    try prompt.checkInside(width: canvas.width, height: canvas.height)
                } catch let problem as Diagnostic {
                    throw problem.caused(by: .item)
                }
                return try objects(for: prompt, choice.candidates(for: prompt))
            })
    }

    /// The best central subject; nil when there is none.
    public func subject(_ context: Context) throws -> SegmentedObject? {
        guard let (candidate, point) = SubjectFinder(model.predictor).subject(in: embedding, threads: threads) else {
            return nil
        }
        let place = view.frame.toCanvas(Box(x: point.x, y: point.y, width: 0, height: 0))
        let prompt = Prompt(clicks: [Click(Point(x: place.x, y: place.y))])
        return try object(candidate, prompt, in: whole, of: try view.raster())
    }

    public func set(_ objects: [SegmentedObject]) -> ObjectSet {
        ObjectSet(objects, frame: view.frame, width: view.pixels.width, height: view.pixels.height)
    }

    private var whole: PixelRect { PixelRect(x: 0, y: 0, width: view.pixels.width, height: view.pixels.height) }

    /// The masks of one prompt; a box is looked at from near where that shows more.
    private func objects(for prompt: Prompt, _ choice: CandidateChoice) throws -> [SegmentedObject] {
        let picture = try view.raster()
        var part = whole, seen = embedding
        if let box = prompt.box,
            let crop = look.crop(around: view.frame.toRaster(box), width: whole.width, height: whole.height)
        {
            part = crop
            seen = model.predictor.embed(
                picture.cropped(x: crop.x, y: crop.y, width: crop.width, height: crop.height), threads: threads,
                keeps: false)
        }
        let frame = view.frame.cropped(left: Double(part.x), top: Double(part.y))
        return try model.predictor.candidates(
            for: frame.toRaster(prompt), in: seen, choosing: choice, threads: threads
        ).map { try object($0, prompt, in: part, of: picture) }
    }

    /// - Parameter part: what the model saw of the view.
    private func object(
        _ candidate: Candidate, _ prompt: Prompt, in part: PixelRect, of picture: RGBRaster
    ) throws -> SegmentedObject {
        var logits = candidate.logits, cells = model.predictor.model.maskSide
        var inputSide = model.predictor.model.inputSide, runs = candidate.scan.runs
        if look.cuts {
            let seen = picture.cropped(x: part.x, y: part.y, width: part.width, height: part.height)
            let box = prompt.box.map { view.frame.cropped(left: Double(part.x), top: Double(part.y)).toRaster($0) }
            if let cut = look.cut(logits, cells: cells, inputSide: inputSide, in: seen, box: box, threads: threads) {
                (logits, cells, inputSide) = (cut.logits, cut.side, cut.side)
                let frame = ModelFrame(width: part.width, height: part.height, side: cut.side)
                runs = MaskScanner(frame, cells: cut.side).scan(logits).runs
            }
        }
        return SegmentedObject(
            runs.placed(x: part.x, y: part.y, inWidth: whole.width, height: whole.height),
            MaskLogits(logits, side: cells), seen: part, inputSide: inputSide, on: view,
            score: Double(candidate.predictedIoU), stability: Double(candidate.scan.stability), prompt: prompt)
    }
}
