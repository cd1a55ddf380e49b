import VipsamTensor

/// 1×1 convolution, depthwise 3×3, 1×1 convolution, each with its batch norm folded in: the pattern of both `MBConv`
/// (wide in the middle, with a shortcut and a GELU after it) and `PatchMerging` (which shrinks the picture).
///
/// Worked off in blocks that never leave the second-level cache: one row is widened, the depthwise convolution reads the
/// last three widened rows, and its row is narrowed at once.
struct InvertedBottleneck: Sendable {
    /// Output rows and columns per piece of work; what is around a block is widened twice. Three widened rows of 64
    /// columns, the depthwise row and the weights are 390 KB in MobileSAM's first stage; whole rows would be 1 MB.
    private static let band = 16, run = 64

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
        let across = (half + Self.run - 1) / Self.run, down = (half + Self.band - 1) / Self.band
        threads.spread(down * across) { index, scratch in
            let top = index / across * Self.band, left = index % across * Self.run
            block(
                top..<min(top + Self.band, half), left..<min(left + Self.run, half), x, side: side, into: y,
                width: half, scratch)
        }
    }

    /// The output rows and columns of a block.
    private func block(
        _ rows: Range<Int>, _ columns: Range<Int>, _ x: Floats, side: Int, into y: MutableFloats, width: Int,
        _ scratch: Scratch
    ) {
        // the depthwise convolution takes what is left of its input for zeros: a block that does not begin at the
        // picture's edge begins one output earlier, which is then wrong and left out
        let extra = columns.lowerBound > 0 ? 1 : 0
        let from = (columns.lowerBound - extra) * stride
        let past = min((columns.upperBound - 1) * stride + 2, side), wide = past - from
        let ring = scratch.take(3 * wide * inner), row = scratch.take((columns.count + 2) * inner)
        var widened = max(rows.lowerBound * stride - 1, 0)
        for line in rows {
            let centre = line * stride
            while widened <= min(centre + 1, side - 1) {
                conv1(
                    wide, x + (widened * side + from) * inputs, inputs, into: ring + widened % 3 * wide * inner, inner,
                    activation: .gelu, scratch)
                widened += 1
            }
            let around = [centre - 1, centre, centre + 1].map { at in
                at >= 0 && at < side ? Floats(ring + at % 3 * wide * inner) : nil
            }
            conv2(width: wide, above: around[0], centre: around[1], below: around[2], into: row, activation: .gelu)
            let narrow = row + extra * inner, result = y + (line * width + columns.lowerBound) * outputs
            if shortcut {
                conv3(
                    columns.count, narrow, inner, into: result, outputs,
                    residual: x + (line * side + columns.lowerBound) * inputs, residualStride: inputs,
                    activation: .gelu, scratch)
            } else {
                conv3(columns.count, narrow, inner, into: result, outputs, scratch)
            }
        }
    }
}
