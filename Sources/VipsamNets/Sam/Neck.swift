package import VipsamTensor

/// The last layers of both image encoders: 1×1 convolution, norm, 3×3 convolution, norm.
package struct Neck: Sendable {
    private static let eps: Float = 1e-6
    /// Cells per piece of work.
    private static let block = 64

    package let channels: Int
    private let width: Int
    private let conv0: Linear, norm1: LayerNorm, conv2: Convolution3x3, norm3: LayerNorm

    /// Reads `0.weight` … `3.bias` at this place; `width` is that of the encoder.
    package init(_ w: Weights, width: Int) throws(CheckpointError) {
        let channels = try w.shape("0.weight", rank: 4)[0]
        self.channels = channels
        self.width = width
        conv0 = Linear(weight: try w.tensor("0.weight", channels, width, 1, 1), bias: nil)
        norm1 = try LayerNorm(w["1"], channels, eps: Self.eps)
        conv2 = Convolution3x3(weight: try w.tensor("2.weight", channels, channels, 3, 3), bias: nil)
        norm3 = try LayerNorm(w["3"], channels, eps: Self.eps)
    }

    /// x [grid², width] to an embedding [grid², channels].
    package func callAsFunction(_ x: Floats, grid: Int, threads: Threads) -> Tensor {
        let memory = Scratch()
        let narrow = memory.take(grid * grid * channels)
        threads.spreadRows(grid * grid, by: 4 * Self.block) { first, count, scratch in
            let y = narrow + first * channels
            conv0(count, x + first * width, width, into: y, channels, scratch)
            norm1(count, y, channels, into: y, channels)
        }
        return Tensor([grid * grid, channels]) { output in
            guard let output = output.baseAddress else { return }
            let pieces = (grid + Self.block - 1) / Self.block
            threads.spread(grid * pieces) { index, scratch in
                let row = index / pieces, first = index % pieces * Self.block
                let count = min(Self.block, grid - first)
                let centre = narrow + row * grid * channels
                let y = output + (row * grid + first) * channels
                conv2(
                    columns: first, count, width: grid, above: row > 0 ? Floats(centre - grid * channels) : nil,
                    centre: centre, below: row + 1 < grid ? Floats(centre + grid * channels) : nil, into: y, scratch)
                norm3(count, y, channels, into: y, channels)
            }
        }
    }
}
