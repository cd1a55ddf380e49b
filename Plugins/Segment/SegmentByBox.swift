public import VipsamKit
import VipsamSegment

/// The object inside a box; without a box the subject of the picture.
public struct SegmentByBox: Operation {
    public static let name = "segment-by-box"
    public static let summary = "The object inside a box; without a box the subject of the picture."
    public static let example: String? = "{box: [10%, 10%, 80%, 80%]}"

    private let image: Slot
    private let box: BoxLength?
    private let found: Slot?
    private let choice: MaskChoice
    private let model: ModelChoice
    private let zoom: ZoomChoice
    private let refine: RefineChoice

    public init(_ p: Parameters) throws {
        box = p.optionalBox(
            "box", "Around the object: [x, y, width, height] in pixels of the original, or in %. "
                + "A prompt table's boxes beat it; without any, the best central subject is found.", main: true)
        found = p.namedSlot(
            "objects", .objects, "Look at each of these objects again, in its own box; labels stay.")
        choice = p.choice("choose", or: .auto, MaskChoice.help)
        model = ModelChoice(p)
        zoom = ZoomChoice(p)
        refine = p.choice("refine", or: .auto, RefineChoice.help)
        image = p.slot("image", .image, "The picture to look at.")
    }

    public var result: Kind? { .objects }

    public func apply(_ context: Context) throws -> Value? {
        let scene = try Scene(context.image(image), context, model: model, zoom: zoom, refine: refine)
        if let found {
            let prompts = try context.objects(found).objects.map { Prompt(box: $0.box, label: $0.label) }
            return .objects(try prompts.isEmpty ? scene.set([]) : scene.objects(for: prompts, choice, in: context))
        }
        if let prompts = context.prompts {
            return .objects(try scene.objects(for: prompts, choice, in: context))
        }
        if let box {
            let canvas = scene.view.frame.canvas
            let prompt = Prompt(box: box.box(inWidth: canvas.width, height: canvas.height))
            return .objects(try scene.objects(for: [prompt], choice, in: context))
        }
        guard let subject = scene.subject() else {
            context.needsReview("no subject was found; give a box")
            return .objects(scene.set([]))
        }
        return .objects(scene.set([subject]))
    }
}
