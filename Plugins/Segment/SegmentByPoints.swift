public import VipsamKit
import VipsamSegment

/// The object that points lie on; points around it say where it ends.
///
/// As `SegmentByBox`, after Kirillov et al. 2023: each point becomes one token, the encoding of its place plus a
/// learned vector for on or off the object. With a box its two corners follow, without one a padding token that stands
/// for no point. All points of a prompt mean one object; one point alone may mean it, a part or more, which is what the
/// three masks are for. Where a checkpoint's metadata asks for it, points are looked at in crops of several sizes as
/// well (`ClickLook`).
public struct SegmentByPoints: Operation {
    public static let name = "segment-by-points"
    public static let summary = "The object that points lie on; points around it say where it ends."
    public static let example: String? = "[[320, 240]]"

    private let image: Slot
    private let points: [Click]?
    private let box: BoxLength?
    private let choice: MaskChoice
    private let model: ModelChoice
    private let zoom: ZoomChoice
    private let refine: RefineChoice

    public init(_ p: Parameters) throws {
        points = p.clicks(
            "points", "A list of [x, y] or [x, y, label] in pixels of the original; label 1 is on the object, 0 around "
                + "it. Together they mean one object. A prompt table's points beat them.", main: true)
        box = p.optionalBox("box", "Around the object, if that helps: [x, y, width, height].")
        choice = p.choice("choose", or: .auto, MaskChoice.help)
        model = ModelChoice(p)
        zoom = ZoomChoice(p)
        refine = p.choice("refine", or: .auto, RefineChoice.help)
        image = p.slot("image", .image, "The picture to look at.")
    }

    public var result: Kind? { .objects }

    public func apply(_ context: Context) throws -> Value? {
        guard context.prompts != nil || points != nil || box != nil else {
            throw Diagnostic.error("there is nothing to segment by: 'points' is missing, and there is no prompt table")
                .noting("write points: [[x, y]] in pixels of the original")
        }
        let scene = try Scene(context.image(image), context, model: model, zoom: zoom, refine: refine)
        if let prompts = context.prompts {
            return .objects(try scene.objects(for: prompts, choice, in: context))
        }
        let canvas = scene.view.frame.canvas
        let prompt = Prompt(clicks: points ?? [], box: box?.box(inWidth: canvas.width, height: canvas.height))
        return .objects(try scene.objects(for: [prompt], choice, in: context))
    }
}
