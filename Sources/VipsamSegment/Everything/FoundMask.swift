public import VipsamKit

/// One object that segmenting everything found.
public struct FoundMask: Sendable {
    /// At the picture's size.
    public var runs: RunLengths
    /// Smallest and largest column and row, both included: width as the original code gives it is their difference.
    public var bounds: PixelBounds
    public let predictedIoU: Float
    public let stability: Float
    /// The grid point that found it, in pixels of the picture.
    public let point: Point
    /// The part of the picture that the model saw.
    public let crop: PixelRect
    /// What the mask was made of, for edges at any size; nil once small regions were changed.
    public var logits: MaskLogits?

    public var area: Int { runs.area }
}
