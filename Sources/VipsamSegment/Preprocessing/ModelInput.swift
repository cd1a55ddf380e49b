import VipsamTensor

/// What an image encoder takes: the resized picture, normalised, with the mean colour where the square has no picture.
public enum ModelInput {
    /// Mean and standard deviation of ImageNet's colours, red, green, blue, on the scale 0…255.
    static let mean: [Float] = [123.675, 116.28, 103.53]
    static let deviation: [Float] = [58.395, 57.12, 57.375]

    /// - Parameter picture: already resized to the valid part of `frame`.
    /// - Returns: `[3, side, side]`, channels first; zero to the right of and below the picture.
    static func tensor(_ picture: RGBRaster, in frame: ModelFrame) -> Tensor {
        precondition(picture.width == frame.validWidth && picture.height == frame.validHeight, "resized to the frame")
        let side = frame.side
        return Tensor([3, side, side]) { target in
            target.initialize(repeating: 0)
            picture.bytes.withUnsafeBufferPointer { bytes in
                for channel in 0..<3 {
                    // One table per channel: 256 divisions instead of one per pixel, with the same results.
                    let table = (0..<256).map { (Float($0) - mean[channel]) / deviation[channel] }
                    table.withUnsafeBufferPointer { table in
                        for y in 0..<picture.height {
                            let row = channel * side * side + y * side
                            var at = 3 * y * picture.width + channel
                            for x in 0..<picture.width {
                                target[row + x] = table[Int(bytes[at])]
                                at += 3
                            }
                        }
                    }
                }
            }
        }
    }
}
