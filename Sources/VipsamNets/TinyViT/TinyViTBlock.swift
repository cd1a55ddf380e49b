import VipsamTensor

/// A transformer block of TinyViT: window attention with a residual, a depthwise convolution without one, an MLP.
struct TinyViTBlock: Sendable {
    /// Tokens, at least, per piece of work of the second half: their hidden layer, up to 1280 wide, is to stay near.
    private static let tokens = 126

    private let width: Int, hidden: Int
    private let attention: WindowAttention, localConv: Depthwise3x3
    private let norm: LayerNorm, fc1: Linear, fc2: Linear

    init(_ w: Weights, width: Int, heads: Int, window: Int) throws(CheckpointError) {
        self.width = width
        attention = try WindowAttention(w["attn"], width: width, heads: heads, window: window)
        let local = try ConvBN(w["local_conv"], width, 1, 3, 3)
        localConv = Depthwise3x3(weight: local.weight, bias: local.bias)
        hidden = try w.shape("mlp.fc1.weight", rank: 2)[0]
        norm = try LayerNorm(w["mlp.norm"], width, eps: 1e-5)
        fc1 = try Linear(w["mlp.fc1"], width, hidden)
        fc2 = try Linear(w["mlp.fc2"], hidden, width)
    }

    /// x [side², width] in place; `between` is memory of the same size.
    func callAsFunction(_ x: MutableFloats, side: Int, between: MutableFloats, threads: Threads) {
        let step = attention.windowsPerPiece * attention.window
        let down = (side + attention.window - 1) / attention.window, across = (side + step - 1) / step
        threads.spread(down * across) { index, scratch in
            attention(
                top: index / across * attention.window, left: index % across * step,
                windows: attention.windowsPerPiece, x, side: side, into: between, scratch)
        }
        threads.spreadRows(side, by: max(1, Self.tokens / side)) { first, count, scratch in
            for line in first..<first + count {
                let centre = between + line * side * width
                localConv(
                    width: side, above: line > 0 ? Floats(centre - side * width) : nil, centre: centre,
                    below: line + 1 < side ? Floats(centre + side * width) : nil, into: x + line * side * width)
            }
            let rows = count * side, tokens = x + first * side * width
            let normed = scratch.take(rows * width), inner = scratch.take(rows * hidden)
            norm(rows, tokens, width, into: normed, width)
            fc1(rows, normed, width, into: inner, hidden, activation: .gelu, scratch)
            fc2(rows, inner, hidden, into: tokens, width, residual: tokens, residualStride: width, scratch)
        }
    }
}
