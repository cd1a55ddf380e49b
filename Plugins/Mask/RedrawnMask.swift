import VipsamKit

/// A mask that is drawn on the raster that asks for it, and then changed there.
struct RedrawnMask: MaskSource {
    let base: Mask
    let change: @Sendable (Pixels, Frame) throws -> Pixels

    func pixels(in frame: Frame, width: Int, height: Int) throws -> Pixels {
        try change(base.source.pixels(in: frame, width: width, height: height), frame)
    }
}

extension Mask {
    /// - Parameter change: from one band of bytes to another of the same size; lengths are multiplied by the frame's scale.
    func redrawn(_ change: @escaping @Sendable (Pixels, Frame) throws -> Pixels) -> Mask {
        Mask(RedrawnMask(base: self, change: change), frame: frame, width: width, height: height)
    }

    func drawn(_ change: @escaping @Sendable (Pixels) throws -> Pixels) -> Mask {
        redrawn { pixels, _ in try change(pixels) }
    }
}
