import VipsamKit

/// One mask that a model proposes for a prompt.
public struct Candidate: Sendable {
    /// 0 for the model's single mask and for the mean of all, 1…3 for those of an ambiguous prompt (whole, part, subpart
    /// in no fixed order).
    public let index: Int
    /// The model's own estimate of the mask's IoU; may exceed 1.
    public let predictedIoU: Float
    /// Low-resolution logits, row by row; can be given back as the mask of the next prompt.
    public let logits: [Float]
    public let scan: MaskScan
}

/// Which of a model's masks are wanted.
public enum CandidateChoice: String, Sendable, Hashable, CaseIterable {
    /// Of the three the one with the highest predicted IoU.
    case best
    /// The three in the model's order.
    case three = "3"
    /// The single mask.
    case single = "1"
    /// The mean of all four, weighted by their predicted IoU: for prompts that mean one thing.
    case mean
    /// Of the three the one that covers most.
    case largest
    /// Of the three the one that covers least, empty ones aside.
    case smallest
}
