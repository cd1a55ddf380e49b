import VipsamTensor

/// The path of a mask prompt: two 2×2 convolutions of stride 2 with norm and GELU, then a 1×1 convolution.
struct MaskDownscaling: Sendable {
    private static let eps: Float = 1e-6

    private let few: Int, more: Int, channels: Int
    private let conv0: Linear, norm1: LayerNorm, conv3: Linear, norm4: LayerNorm, conv6: Linear

    /// Reads `0` … `6` at this place.
    init(_ w: Weights, channels: Int) throws(CheckpointError) {
        let few = try w.shape("0.weight", rank: 4)[0], more = try w.shape("3.weight", rank: 4)[0]
        (self.few, self.more, self.channels) = (few, more, channels)
        conv0 = Linear(weight: try w.tensor("0.weight", few, 1, 2, 2), bias: try w.tensor("0.bias", few))
        norm1 = try LayerNorm(w["1"], few, eps: Self.eps)
        conv3 = Linear(weight: try w.tensor("3.weight", more, few, 2, 2), bias: try w.tensor("3.bias", more))
        norm4 = try LayerNorm(w["4"], more, eps: Self.eps)
        conv6 = Linear(weight: try w.tensor("6.weight", channels, more, 1, 1), bias: try w.tensor("6.bias", channels))
    }

    /// Logits [4·grid, 4·grid] to a dense embedding [grid², channels].
    func callAsFunction(_ mask: Floats, grid: Int, into y: MutableFloats, _ scratch: Scratch) {
        scratch.frame {
            let side = 2 * grid, cells = grid * grid
            let halved = scratch.take(side * side * few), quartered = scratch.take(cells * more)
            let patches = scratch.take(side * side * 4 * max(few, 1))
            Self.gather(mask, side: 2 * side, channels: 1, into: patches)
            conv0(side * side, patches, 4, into: halved, few, scratch)
            norm1(side * side, halved, few, into: halved, few)
            Kernels.gelu(side * side * few, halved)
            Self.gather(halved, side: side, channels: few, into: patches)
            conv3(cells, patches, 4 * few, into: quartered, more, scratch)
            norm4(cells, quartered, more, into: quartered, more)
            Kernels.gelu(cells * more, quartered)
            conv6(cells, quartered, more, into: y, channels, scratch)
        }
    }

    /// The 2×2 patches of x [side², channels] as rows (channel, ky, kx).
    private static func gather(_ x: Floats, side: Int, channels: Int, into patches: MutableFloats) {
        var target = patches
        for row in stride(from: 0, to: side, by: 2) {
            for column in stride(from: 0, to: side, by: 2) {
                for channel in 0..<channels {
                    for corner in 0..<4 {
                        let at = (row + corner / 2) * side + column + corner % 2
                        target[channel * 4 + corner] = x[at * channels + channel]
                    }
                }
                target += 4 * channels
            }
        }
    }
}
