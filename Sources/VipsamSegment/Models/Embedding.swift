public import VipsamTensor

/// A picture as a model has seen it: embed once, prompt many times.
public struct Embedding: Sendable {
    /// How the picture lies in the model's input.
    public let frame: ModelFrame
    /// What the image encoder gave; this is what the cache keeps.
    public let features: Tensor
    /// SHA-256 of the model's file.
    public let modelDigest: String
    let prepared: any PreparedPicture
    let scanner: MaskScanner
}
