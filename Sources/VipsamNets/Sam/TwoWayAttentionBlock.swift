import VipsamTensor

/// One layer of the two-way transformer. Its halves are called by `TwoWayTransformer`, which interleaves the layers.
struct TwoWayAttentionBlock: Sendable {
    private static let eps: Float = 1e-5

    let tokenToImage: TokenToImage, imageToToken: ImageToToken, norm4: LayerNorm
    private let first: Bool
    private let channels: Int
    private let selfAttention: TokenAttention
    private let norm1: LayerNorm, norm2: LayerNorm, norm3: LayerNorm
    private let lin1: Linear, lin2: Linear

    /// Reads one layer; the first one's self attention has neither positions nor a residual.
    init(_ w: Weights, channels: Int, heads: Int, first: Bool) throws(CheckpointError) {
        self.first = first
        self.channels = channels
        selfAttention = try TokenAttention(w["self_attn"], channels: channels, heads: heads)
        tokenToImage = try TokenToImage(w["cross_attn_token_to_image"], channels: channels, heads: heads)
        imageToToken = try ImageToToken(w["cross_attn_image_to_token"], channels: channels, heads: heads)
        norm1 = try LayerNorm(w["norm1"], channels, eps: Self.eps)
        norm2 = try LayerNorm(w["norm2"], channels, eps: Self.eps)
        norm3 = try LayerNorm(w["norm3"], channels, eps: Self.eps)
        norm4 = try LayerNorm(w["norm4"], channels, eps: Self.eps)
        let hidden = try w.shape("mlp.lin1.weight", rank: 2)[0]
        lin1 = try Linear(w["mlp.lin1"], channels, hidden)
        lin2 = try Linear(w["mlp.lin2"], hidden, channels)
    }

    /// Self attention and norm1, in place; `positions` are the initial tokens.
    func attendToSelf(batch: Int, tokens: Int, _ q: MutableFloats, positions: Floats, _ scratch: Scratch) {
        scratch.frame {
            let rows = batch * tokens
            let copy = scratch.take(rows * channels)
            if first {
                copy.update(from: q, count: rows * channels)
                selfAttention(batch: batch, tokens: tokens, copy, values: copy, into: q, adding: false, scratch)
            } else {
                let values = scratch.take(rows * channels)
                values.update(from: q, count: rows * channels)
                Kernels.add(rows, channels, q, channels, positions, channels, into: copy, channels)
                selfAttention(batch: batch, tokens: tokens, copy, values: values, into: q, adding: true, scratch)
            }
            norm1(rows, q, channels, into: q, channels)
        }
    }

    /// norm2, MLP and norm3, in place: what follows the attention to the image.
    func finishTokens(_ rows: Int, _ q: MutableFloats, _ crew: Crew, _ scratch: Scratch) {
        scratch.frame {
            let hidden = scratch.take(rows * lin1.outputs)
            norm2(rows, q, channels, into: q, channels)
            crew.spread(lin1.pieces) { index, scratch in
                lin1.piece(index, rows, q, channels, into: hidden, lin1.outputs, activation: .relu, scratch)
            }
            crew.spread(lin2.pieces) { index, scratch in
                lin2.piece(
                    index, rows, hidden, lin1.outputs, into: q, channels, residual: q, residualStride: channels,
                    scratch)
            }
            norm3(rows, q, channels, into: q, channels)
        }
    }
}
