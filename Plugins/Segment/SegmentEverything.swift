public import VipsamKit
import VipsamSegment

/// Every object of the picture.
///
/// Names and defaults of the arguments are those of the original SamAutomaticMaskGenerator.
public struct SegmentEverything: Operation {
    public static let name = "segment-everything"
    public static let summary = "Every object of the picture, found with a grid of points."

    private static let standard = MaskGenerator.Options()

    private let image: Slot
    private let model: ModelChoice
    private let options: MaskGenerator.Options
    /// Nil where the recipe leaves them to the model.
    private let predIoUThreshold: Double?
    private let stabilityScoreThreshold: Double?
    private let cropLayers: Int?

    public init(_ p: Parameters) throws {
        let standard = Self.standard
        var options = standard
        options.pointsPerSide = p.integer(
            "points-per-side", 1...512, or: standard.pointsPerSide, "Points along one side of the grid.")
        predIoUThreshold = p.optionalNumber(
            "pred-iou-thresh", 0...10, "Masks need a predicted IoU above this; left out, the model's own, or 0.88.")
        stabilityScoreThreshold = p.optionalNumber(
            "stability-score-thresh", 0...1, "Masks need at least this stability; left out, the model's own, or 0.95.")
        options.stabilityScoreOffset = p.number(
            "stability-score-offset", 0...100, or: standard.stabilityScoreOffset,
            "How far the threshold is moved to measure stability, in logits.")
        options.boxNMSThreshold = p.number(
            "box-nms-thresh", 0...1, or: standard.boxNMSThreshold, "Of boxes that overlap more, the better one stays.")
        cropLayers = p.optionalInteger(
            "crop-n-layers", 0...4,
            "Look at smaller parts of the picture as well: layer n has 2^n × 2^n of them; left out, the model's own, or 0.")
        options.cropNMSThreshold = p.number(
            "crop-nms-thresh", 0...1, or: standard.cropNMSThreshold,
            "Of boxes from different parts that overlap more, the one from the smaller part stays.")
        options.cropOverlapRatio = p.number(
            "crop-overlap-ratio", 0...0.99, or: standard.cropOverlapRatio,
            "How much parts of the first layer overlap, as a fraction of the shorter side.")
        options.cropPointsDownscaleFactor = p.integer(
            "crop-n-points-downscale-factor", 1...16, or: standard.cropPointsDownscaleFactor,
            "Layer n has the points per side divided by this to the power of n.")
        options.minMaskRegionArea = p.integer(
            "min-mask-region-area", 0...100_000_000, or: standard.minMaskRegionArea,
            "Fill holes and remove islands of fewer pixels of the working image; 0 leaves them.")
        self.options = options
        model = ModelChoice(p)
        image = p.slot("image", .image, "The picture to look at.", main: true)
    }

    public var result: Kind? { .objects }

    public func apply(_ context: Context) throws -> Value? {
        let scene = try Scene(context.image(image), context, model: model)
        let (options, notes) = scene.model.recommended.applied(
            to: options, predIoUThreshold: predIoUThreshold, stabilityScoreThreshold: stabilityScoreThreshold,
            cropLayers: cropLayers)
        notes.forEach { context.note("segment-everything: \($0)") }
        let generator = MaskGenerator(scene.model.predictor, options: options)
        let found = generator.generate(try scene.view.raster(), whole: scene.embedding, threads: scene.threads)
        let frame = scene.view.frame
        return .objects(
            scene.set(
                found.map { mask in
                    let place = frame.toCanvas(Box(x: mask.point.x, y: mask.point.y, width: 0, height: 0))
                    return SegmentedObject(
                        mask.runs, mask.logits, seen: mask.crop, inputSide: scene.model.predictor.model.inputSide, on: scene.view,
                        score: Double(mask.predictedIoU), stability: Double(mask.stability),
                        prompt: Prompt(clicks: [Click(Point(x: place.x, y: place.y))]))
                }))
    }
}
