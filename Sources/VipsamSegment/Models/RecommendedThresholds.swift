import VipsamKit

/// What a checkpoint's metadata recommends for segmenting everything: a small model is honestly less sure of its masks
/// than the official ones, and would find nothing with their thresholds.
public struct RecommendedThresholds: Sendable, Hashable {
    public let predIoUThreshold: Double?
    public let stabilityScoreThreshold: Double?

    /// - Parameter metadata: of a safetensors file; `pred_iou_thresh` and `stability_score_thresh`, each 0…1.
    public init(_ metadata: [String: String]) {
        func fraction(_ key: String) -> Double? {
            metadata[key].flatMap(NumberText.number).flatMap { (0...1).contains($0) ? $0 : nil }
        }
        predIoUThreshold = fraction("pred_iou_thresh")
        stabilityScoreThreshold = fraction("stability_score_thresh")
    }

    /// The thresholds to use: those that the user gave, else the model's own, else those of `options`.
    ///
    /// - Returns: the options with them, and a sentence where the model's own replace others.
    public func applied(
        to options: MaskGenerator.Options, predIoUThreshold: Double?, stabilityScoreThreshold: Double?
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
        return (options, changed.isEmpty ? [] : ["the model recommends " + changed.joined(separator: ", ")])
    }
}
