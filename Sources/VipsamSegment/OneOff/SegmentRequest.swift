public import VipsamKit

/// One picture and what to find in it, at full size: what `vipsam segment` asks for.
public struct SegmentRequest: Sendable {
    public enum Wanted: Sendable {
        /// One prompt in pixels of the upright picture: any number of clicks and at most one box.
        case prompt(Prompt, CandidateChoice)
        /// Every object. Nil thresholds are the model's own, else the official ones.
        case everything(MaskGenerator.Options, predIoUThreshold: Double?, stabilityScoreThreshold: Double?)
    }

    /// The picture's file.
    public var image: String
    public var wanted: Wanted
    /// The folder that masks are written to. It must exist.
    public var output: String
    /// Whether a damaged file is read as far as it goes.
    public var lenient: Bool

    public init(image: String, wanted: Wanted, output: String, lenient: Bool = false) {
        self.image = image
        self.wanted = wanted
        self.output = output
        self.lenient = lenient
    }
}
