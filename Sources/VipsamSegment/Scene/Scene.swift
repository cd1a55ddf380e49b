public import VipsamKit
public import VipsamTensor

/// A picture as a step looks at it: its view, the model, and the view's embedding.
public struct Scene: Sendable {
    public let view: WorkingView
    public let model: LoadedModel
    public let embedding: Embedding
    public let threads: Threads

    /// - Parameter name: the model as the step names it; nil for the default.
    public init(_ image: Image, _ context: Context, model name: String?) throws {
        guard let store = context.services[ModelStore.self] else {
            throw Diagnostic.error("there are no models here", cause: .model)
        }
        model = try store.model(name)
        threads = Threads(context.threads)
        view = try context.views.view(of: image)
        embedding = try store.embedding(of: view, with: model, threads: threads)
    }

    /// One object per prompt, in their order.
    public func objects(for prompts: [Prompt], _ choice: MaskChoice, in context: Context) throws -> ObjectSet {
        guard !prompts.isEmpty else { throw ItemSignal.skip("the prompt table has no row for it") }
        let canvas = view.frame.canvas
        let objects = try prompts.flatMap { prompt in
            do { try prompt.checkInside(width: canvas.width, height: canvas.height) } catch let problem as Diagnostic {
                throw problem.caused(by: .item)
            }
            return model.predictor.candidates(
                for: view.frame.toRaster(prompt), in: embedding, choosing: choice.candidates(for: prompt),
                threads: threads
            ).map { object($0, prompt) }
        }
        return set(objects)
    }

    /// The best central subject; nil when there is none.
    public func subject(_ context: Context) -> SegmentedObject? {
        SubjectFinder(model.predictor).subject(in: embedding, threads: threads).map { candidate, point in
            let place = view.frame.toCanvas(Box(x: point.x, y: point.y, width: 0, height: 0))
            return object(candidate, Prompt(clicks: [Click(Point(x: place.x, y: place.y))]))
        }
    }

    public func set(_ objects: [SegmentedObject]) -> ObjectSet {
        ObjectSet(objects, frame: view.frame, width: view.pixels.width, height: view.pixels.height)
    }

    private func object(_ candidate: Candidate, _ prompt: Prompt) -> SegmentedObject {
        let logits = MaskLogits(candidate.logits, side: model.predictor.model.maskSide)
        let whole = PixelRect(x: 0, y: 0, width: view.pixels.width, height: view.pixels.height)
        return SegmentedObject(
            candidate.scan.runs, logits, seen: whole, by: model.predictor.model, on: view,
            score: Double(candidate.predictedIoU), stability: Double(candidate.scan.stability), prompt: prompt)
    }
}
