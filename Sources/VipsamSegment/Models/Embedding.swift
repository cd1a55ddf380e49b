public import VipsamTensor

/// A picture as a model has seen it: embed once, prompt many times.
public struct Embedding: Sendable {
    /// How the picture lies in the model's input.
    public let frame: ModelFrame
    /// What the image encoder gave; this is what the cache keeps.
    public let features: Tensor
    /// The model's file and precision (`Predictor.identity`).
    let model: String
    let prepared: any PreparedPicture
    let scanner: MaskScanner
}
