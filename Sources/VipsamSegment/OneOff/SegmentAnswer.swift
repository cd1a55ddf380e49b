/// What `vipsam segment` found; encoded as JSON with these keys.
public struct SegmentAnswer: Sendable, Encodable {
    public struct Result: Sendable, Encodable {
        public let prompt: PromptText
        public let candidates: [Mask]
    }

    /// As the user would write it: points with their labels, and a box.
    public struct PromptText: Sendable, Encodable {
        /// [x, y, label] each; in pixels of the upright picture.
        public let points: [[Double]]?
        /// [x, y, width, height].
        public let box: [Double]?
    }

    public struct Mask: Sendable, Encodable {
        /// The mask's file, relative to the output folder: one band, 0 or 255, of the picture's size.
        public let mask: String
        /// [x, y, width, height], tight, `x + width` just outside; all zero for an empty mask.
        public let box: [Int]
        /// In pixels.
        public let area: Int
        public let predictedIoU: Float
        /// 0…1; 0 for an empty mask.
        public let stability: Float

        enum CodingKeys: String, CodingKey {
            case mask, box, area, stability
            case predictedIoU = "predicted_iou"
        }
    }

    /// The picture's file, as it was given.
    public let image: String
    /// Of the upright picture, in pixels.
    public let width: Int
    public let height: Int
    /// The model's name in the catalog, or its file.
    public let model: String
    public let results: [Result]
    /// Sentences about the picture and the thresholds, for people.
    public let notes: [String]

    enum CodingKeys: String, CodingKey { case image, width, height, model, results }
}
