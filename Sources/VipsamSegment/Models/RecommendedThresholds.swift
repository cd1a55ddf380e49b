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
}
