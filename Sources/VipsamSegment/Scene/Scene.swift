public import VipsamKit
public import VipsamTensor

/// A picture as a step looks at it: its view, the model, and the view's embedding.
public struct Scene: Sendable {
    public let view: WorkingView
    public let model: LoadedModel
    public let embedding: Embedding
    public let threads: Threads
    private let prompted: PromptedPicture

    /// - Parameters:
    ///   - choice: the model as the step names it.
    ///   - zoom: how closely boxes are looked at.
    ///   - refine: whether contours are moved onto colour edges.
    public init(
        _ image: Image, _ context: Context, model choice: ModelChoice, zoom: ZoomChoice = .automatic,
        refine: RefineChoice = .auto
    ) throws {
        guard let store = context.services[ModelStore.self] else {
            throw Diagnostic.error("there are no models here", cause: .model)
        }
        model = try store.model(choice)
        threads = Threads(context.threads)
        view = try context.views.view(of: image)
        embedding = try store.embedding(of: view, with: model, threads: threads)
        let look = model.closerLook(zoom, refine)
        prompted = PromptedPicture(try view.raster(), embedding, by: model, look: look, threads: threads)
    }

    /// One object per prompt, in their order.
    public func objects(for prompts: [Prompt], _ choice: MaskChoice, in context: Context) throws -> ObjectSet {
        guard !prompts.isEmpty else { throw ItemSignal.skip("the prompt table has no row for it") }
        let canvas = view.frame.canvas
        for prompt in prompts {
            do {
                try prompt.checkInside(width: canvas.width, height: canvas.height)
            } catch let problem as Diagnostic {
                throw problem.caused(by: .item)
            }
        }
        let find = { @Sendable (prompt: Prompt) -> [SegmentedObject] in
            prompted.masks(for: view.frame.toRaster(prompt), choosing: choice.candidates(for: prompt, by: model))
                .map { object($0, prompt) }
        }
        // a closer look has parts that only one thread can do: with enough prompts, each thread takes some whole
        guard prompts.count >= threads.count else { return set(prompts.flatMap(find)) }
        return set(threads.map(prompts.count) { find(prompts[$0]) }.flatMap { $0 })
    }

    /// The best central subject; nil when there is none.
    public func subject() -> SegmentedObject? {
        prompted.subject().map { mask, point in
            let place = point.map { view.frame.toCanvas(Box(x: $0.x, y: $0.y, width: 0, height: 0)) }
            return object(mask, Prompt(clicks: place.map { [Click(Point(x: $0.x, y: $0.y))] } ?? []))
        }
    }

    public func set(_ objects: [SegmentedObject]) -> ObjectSet {
        ObjectSet(objects, frame: view.frame, width: view.pixels.width, height: view.pixels.height)
    }

    private func object(_ mask: SeenMask, _ prompt: Prompt) -> SegmentedObject {
        SegmentedObject(
            mask.runs, mask.logits, seen: mask.part, inputSide: mask.inputSide, on: view,
            score: Double(mask.predictedIoU), stability: Double(mask.stability), prompt: prompt)
    }
}
