import VipsamKit

/// What a checkpoint's metadata recommends for segmenting everything: a small model is honestly less sure of its masks
/// than the official ones, and would find nothing with their thresholds.
public struct RecommendedThresholds: Sendable, Hashable {
    public let predIoUThreshold: Double?
    public let stabilityScoreThreshold: Double?
    /// How to look at parts of the picture as well; nil for as the original code does.
    package let crops: Crops?

    /// Ranked crops: small objects are too small for a small network in the whole picture.
    package struct Crops: Sendable, Hashable {
        let layers: Int
        /// Layer n has the grid's points per side divided by this to the power of n.
        let pointsDownscale: Int
        /// Boxes that overlap more are repetitions, in one crop and across crops.
        let overlap: Double
        /// Masks that stay.
        let most: Int

        /// `everything_crops`: layers, downscale of points, overlap and most masks, for instance `2,2,0.5,200`.
        init?(_ text: String?) {
            let numbers = (text ?? "").split(separator: ",").compactMap { NumberText.number(String($0)) }
            guard numbers.count == 4, (0...4).contains(numbers[0]), (1...16).contains(numbers[1]),
                (0...1).contains(numbers[2]), (1...10_000).contains(numbers[3])
            else { return nil }
            layers = Int(numbers[0])
            pointsDownscale = Int(numbers[1])
            overlap = numbers[2]
            most = Int(numbers[3])
        }
    }

    /// - Parameter metadata: of a safetensors file; `pred_iou_thresh` and `stability_score_thresh`, each 0…1, and
    ///   `everything_crops`.
    public init(_ metadata: [String: String]) {
        func fraction(_ key: String) -> Double? {
            metadata[key].flatMap(NumberText.number).flatMap { (0...1).contains($0) ? $0 : nil }
        }
        predIoUThreshold = fraction("pred_iou_thresh")
        stabilityScoreThreshold = fraction("stability_score_thresh")
        crops = Crops(metadata["everything_crops"])
    }

    /// The thresholds and crops to use: those that the user gave, else the model's own, else those of `options`.
    ///
    /// - Returns: the options with them, and a sentence where the model's own replace others.
    public func applied(
        to options: MaskGenerator.Options, predIoUThreshold: Double?, stabilityScoreThreshold: Double?,
        cropLayers: Int? = nil
    ) -> (options: MaskGenerator.Options, notes: [String]) {
        var options = options
        var changed: [String] = []
        func chosen(_ given: Double?, _ own: Double?, _ standard: Double, _ name: String) -> Double {
            if let given { return given }
            guard let own, own != standard else { return standard }
            changed.append("\(name) \(NumberText.plain(own))")
            return own
        }
        options.predIoUThreshold = chosen(
            predIoUThreshold, self.predIoUThreshold, options.predIoUThreshold, "pred-iou-thresh")
        options.stabilityScoreThreshold = chosen(
            stabilityScoreThreshold, self.stabilityScoreThreshold, options.stabilityScoreThreshold,
            "stability-score-thresh")
        if let cropLayers {
            options.cropLayers = cropLayers
        } else if let crops {
            let standard = MaskGenerator.Options()
            options.cropLayers = crops.layers
            options.most = crops.most
            if options.cropPointsDownscaleFactor == standard.cropPointsDownscaleFactor {
                options.cropPointsDownscaleFactor = crops.pointsDownscale
            }
            if options.boxNMSThreshold == standard.boxNMSThreshold { options.boxNMSThreshold = crops.overlap }
            if options.cropNMSThreshold == standard.cropNMSThreshold { options.cropNMSThreshold = crops.overlap }
            changed.append("crop-n-layers \(crops.layers) with at most \(crops.most) masks")
        }
        return (options, changed.isEmpty ? [] : ["the model recommends " + changed.joined(separator: ", ")])
    }
}
