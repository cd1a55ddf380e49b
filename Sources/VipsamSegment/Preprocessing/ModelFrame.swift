/// How a picture lies in a model's square input: enlarged or shrunk to fill the longer side, in the top left corner.
public struct ModelFrame: Sendable, Hashable {
    /// The picture's own size, in pixels.
    public let width: Int
    public let height: Int
    /// Side of the square.
    public let side: Int
    /// The part of the square that holds the picture.
    public let validWidth: Int
    public let validHeight: Int

    public init(width: Int, height: Int, side: Int) {
        precondition(width > 0 && height > 0 && side > 0, "sizes are at least 1")
        self.width = width
        self.height = height
        self.side = side
        // Multiplied by the scale, in double precision, as the original code does; very thin pictures keep a pixel.
        let scale = Double(side) / Double(max(width, height))
        validWidth = min(side, max(1, Int(Double(width) * scale + 0.5)))
        validHeight = min(side, max(1, Int(Double(height) * scale + 0.5)))
    }

    /// A place in the picture as a place in the square, both in pixels.
    public func place(x: Double, y: Double) -> (x: Float, y: Float) {
        (
            Float(x * (Double(validWidth) / Double(width))),
            Float(y * (Double(validHeight) / Double(height)))
        )
    }
}
