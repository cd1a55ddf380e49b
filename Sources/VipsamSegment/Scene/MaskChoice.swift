public import VipsamKit

/// Which of a model's masks a prompt stands for, as recipes spell it.
public enum MaskChoice: String, Sendable, CaseIterable {
    case auto, best, single, mean, largest, smallest

    public static let help =
        "Which of the model's masks: best (highest predicted IoU of three), single (its one answer), mean (of all four, "
        + "by predicted IoU), largest or smallest of three; auto is best for one point or a box alone, single for more, "
        + "and mean for boxes where the model was trained to take them literally, as the default one."

    /// A prompt of one point or a box alone is ambiguous: the whole or a part may be meant. The original export to ONNX
    /// draws the line in the same place. A model that boxes enter densely knows what a box means: its
    /// four masks are four drawings of the same object.
    public func candidates(for prompt: Prompt, by model: LoadedModel) -> CandidateChoice {
        switch self {
        case .best: .best
        case .single: .single
        case .mean: .mean
        case .largest: .largest
        case .smallest: .smallest
        case .auto where model.drawsBoxes && prompt.box != nil: .mean
        case .auto: prompt.clicks.count + (prompt.box == nil ? 0 : 1) > 1 ? .single : .best
        }
    }
}
