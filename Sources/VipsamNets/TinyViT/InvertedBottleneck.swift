import VipsamTensor

/// 1×1 convolution, depthwise 3×3, 1×1 convolution, each with its batch norm folded in: the pattern of both `MBConv`
/// (wide in the middle, with a shortcut and a GELU after it) and `PatchMerging` (which shrinks the picture).
///
/// Worked off in bands of rows that never leave the cache: one row is widened, the depthwise convolution reads the last
/// three widened rows, and its row is narrowed at once.
struct InvertedBottleneck: Sendable {
    /// Output rows per piece of work; the two rows around a band are widened twice.
    private static let band = 16

    private let inputs: Int, inner: Int, outputs: Int, stride: Int, shortcut: Bool
    private let conv1: Linear, conv2: Depthwise3x3, conv3: Linear

    /// Reads `conv1`, `conv2` and `conv3` at this place.
    init(_ w: Weights, inputs: Int, stride: Int, shortcut: Bool) throws(CheckpointError) {
        let inner = try w.shape("conv1.c.weight", rank: 4)[0], outputs = try w.shape("conv3.c.weight", rank: 4)[0]
        if shortcut && outputs != inputs {
            throw w.fault("conv3.c.weight", "has \(outputs) outputs; a shortcut over \(inputs) channels needs as many")
        }
        (self.inputs, self.inner, self.outputs) = (inputs, inner, outputs)
        (self.stride, self.shortcut) = (stride, shortcut)
        conv1 = try ConvBN(w["conv1"], inner, inputs, 1, 1).linear
        let depthwise = try ConvBN(w["conv2"], inner, 1, 3, 3)
        conv2 = Depthwise3x3(weight: depthwise.weight, bias: depthwise.bias, stride: stride)
        conv3 = try ConvBN(w["conv3"], outputs, inner, 1, 1).linear
    }

    /// Channels of the result.
    var channels: Int { outputs }

    /// x [side², inputs] to y [(side / stride)², outputs]; y may not be x.
    func callAsFunction(_ x: Floats, side: Int, into y: MutableFloats, threads: Threads) {
        let half = (side + stride - 1) / stride
        threads.spread((half + Self.band - 1) / Self.band) { index, scratch in
            let ring = scratch.take(4 * side * inner), row = scratch.take(half * inner)
            let first = index * Self.band, past = min(first + Self.band, half)
            var widened = max(first * stride - 1, 0)
            for line in first..<past {
                let centre = line * stride
                while widened <= min(centre + 1, side - 1) {
                    let slot = ring + widened % 4 * side * inner
                    conv1(side, x + widened * side * inputs, inputs, into: slot, inner, activation: .gelu, scratch)
                    widened += 1
                }
                let around = [centre - 1, centre, centre + 1].map { at in
                    at >= 0 && at < side ? Floats(ring + at % 4 * side * inner) : nil
                }
                conv2(
                    width: side, above: around[0], centre: around[1], below: around[2], into: row, activation: .gelu)
                let result = y + line * half * outputs
                if shortcut {
                    conv3(
                        half, row, inner, into: result, outputs, residual: x + line * side * inputs,
                        residualStride: inputs, activation: .gelu, scratch)
                } else {
                    conv3(half, row, inner, into: result, outputs, scratch)
                }
            }
        }
    }
}
