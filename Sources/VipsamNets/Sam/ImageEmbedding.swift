public import VipsamTensor

/// What the image encoder makes of a picture; depends on nothing but pixels and weights, so it can be kept.
public struct ImageEmbedding: Sendable {
    /// [gridSize², channels], row by row, channels last.
    public let tensor: Tensor

    public init(_ tensor: Tensor) {
        self.tensor = tensor
    }
}

/// An embedding with all that does not depend on the prompt worked out, ready for prompts.
public struct PreparedImage: Sendable {
    /// The embedding without any prompt's dense term.
    let embedding: Tensor
    /// The embedding with the dense term of prompts without a mask (or of one prompt with one).
    let keys: Tensor
    /// Positional encoding of the cells.
    let positions: Tensor
    let shared: SharedImageSide

    var cells: Int { keys.shape[0] }
}

/// A prompt's answer before its masks are drawn.
public struct DecodedPrompt: Sendable {
    /// Predicted quality (an estimate of the IoU) of each mask: index 0 for clear prompts, 1… for ambiguous ones.
    public let iouPredictions: [Float]
    /// Tokens and cells after the transformer.
    let tokens: Tensor, cells: Tensor
}
