public import VipsamTensor

/// What to segment: points, a box, a mask to start from, or any mixture of them; together they mean one object.
///
/// Coordinates are pixels of the padded square input (not of the picture): x to the right, y down.
public struct SamPrompt: Sendable {
    /// A point on the object (label 1) or off it (label 0).
    public struct Point: Sendable, Hashable {
        public var x: Float, y: Float
        public var label: Int

        public init(x: Float, y: Float, label: Int = 1) {
            (self.x, self.y, self.label) = (x, y, label)
        }
    }

    /// Two corners, the upper left and the lower right one.
    public struct Box: Sendable, Hashable {
        public var x0: Float, y0: Float, x1: Float, y1: Float

        public init(x0: Float, y0: Float, x1: Float, y1: Float) {
            (self.x0, self.y0, self.x1, self.y1) = (x0, y0, x1, y1)
        }
    }

    public var points: [Point]
    public var box: Box?
    /// Logits [maskSize, maskSize] of an earlier answer, over the whole square input.
    public var mask: Tensor?

    public init(points: [Point] = [], box: Box? = nil, mask: Tensor? = nil) {
        (self.points, self.box, self.mask) = (points, box, mask)
    }
}
