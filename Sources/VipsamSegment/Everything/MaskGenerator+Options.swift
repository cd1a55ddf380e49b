extension MaskGenerator {
    /// The original code's parameters, with its defaults.
    public struct Options: Sendable, Hashable {
        /// Points along one side of the grid.
        public var pointsPerSide = 32
        /// A mask whose predicted IoU is not above this goes; nothing goes at 0 and below.
        public var predIoUThreshold = 0.88
        /// A mask whose stability is below this goes; nothing goes at 0 and below.
        public var stabilityScoreThreshold = 0.95
        /// Shift of the threshold that stability is measured with, in logits.
        public var stabilityScoreOffset = 1.0
        /// Of boxes in one crop that overlap more than this the better one stays.
        public var boxNMSThreshold = 0.7
        /// Layers of crops beyond the whole picture; layer n has `2^n × 2^n` crops.
        public var cropLayers = 0
        /// Of boxes in different crops that overlap more than this the one from the smaller crop stays.
        public var cropNMSThreshold = 0.7
        /// Overlap of crops in the first layer, as a fraction of the picture's shorter side.
        public var cropOverlapRatio = 512.0 / 1500.0
        /// Layer n has the grid's points per side divided by this to the power of n.
        public var cropPointsDownscaleFactor = 1
        /// Holes and islands of fewer pixels are filled and removed; 0 for not at all.
        public var minMaskRegionArea = 0
        /// Beyond the original code: masks are ranked by predicted IoU × stability in and across crops alike, at most
        /// so many stay, and a mask is cut off only when it nearly touches a side of its crop. Nil for the original.
        public var most: Int?

        public init() {}

        /// Points per side in a layer; at least 1.
        func pointsPerSide(layer: Int) -> Int {
            var divisor = 1.0
            for _ in 0..<layer { divisor *= Double(cropPointsDownscaleFactor) }
            return max(1, Int(Double(pointsPerSide) / divisor))
        }
    }
}
