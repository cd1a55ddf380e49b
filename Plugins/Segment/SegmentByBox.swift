public import VipsamKit
import VipsamSegment

/// The object inside a box; without a box the subject of the picture.
///
/// Segment Anything (Kirillov et al. 2023): an encoder makes an embedding of the picture, once; a box becomes two
/// tokens, its upper left and its lower right corner; a decoder lets tokens and embedding attend to each other and
/// draws four masks with their predicted IoU, as logits of which those above 0 are on the mask. A corner's token is
/// [sin 2π(q·G), cos 2π(q·G)] plus a learned vector for which corner it is, with q = 2(p + ½)/side − 1, p the corner in
/// pixels of the model's square input and G a [2, channels/2] matrix of the checkpoint. A checkpoint's metadata may ask
/// for more: the box drawn into the mask prompt as well (`DensePrompts`), a second look in a crop and in a mirror, a
/// contour on colour edges (`CloserLook`). Which mask counts: `MaskChoice`.
///
/// Without a box and without a table, a model that was trained to answer no prompt is asked so. Where it was not, or
/// its answer is no subject, the best mask is taken that a grid of 5 × 5 points gives (`SubjectFinder`).
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
