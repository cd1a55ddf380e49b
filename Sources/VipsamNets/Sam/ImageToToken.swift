import VipsamTensor

/// Attention of the image's cells to the tokens; `cross_attn_image_to_token`.
///
/// As in `TokenToImage`, projections are moved to the tokens: (Wq·x + bq)·k is x·(Wqᵀ·k) + bq·k, and the output
/// projection of a mixture of values is the mixture of projected values.
struct ImageToToken: Sendable {
    let channels: Int, inner: Int, heads: Int
    private let q: Linear, k: Linear, v: Linear
    /// Per head: Wq [depth, channels], and Woᵀ [depth, channels].
    private let queryHeads: [PackedMatrix], outHeads: [PackedMatrix]
    private let queryBias: [Float]
    private let outBias: Tensor

    /// Reads `q_proj`, `k_proj`, `v_proj` and `out_proj` at this place.
    init(_ w: Weights, channels: Int, heads: Int) throws(CheckpointError) {
        let inner = try w.innerWidth(heads: heads), depth = inner / heads
        (self.channels, self.inner, self.heads) = (channels, inner, heads)
        q = try Linear(w["q_proj"], channels, inner)
        k = try Linear(w["k_proj"], channels, inner)
        v = try Linear(w["v_proj"], channels, inner)
        let query = try w.tensor("q_proj.weight", inner, channels)
        let out = try w.tensor("out_proj.weight", channels, inner)
        queryBias = try w.tensor("q_proj.bias", inner).values
        outBias = try w.tensor("out_proj.bias", channels)
        queryHeads = (0..<heads).map { head in
            withExtendedLifetime(query) {
                PackedMatrix(
                    rows: depth, columns: channels, query.base + head * depth * channels, rowStride: channels,
                    columnStride: 1)
            }
        }
        outHeads = (0..<heads).map { head in
            withExtendedLifetime(out) {
                PackedMatrix(
                    rows: depth, columns: channels, out.base + head * depth, rowStride: 1, columnStride: inner)
            }
        }
    }

    private var depth: Int { inner / heads }
    private var scale: Float { 1 / Float(depth).squareRoot() }

    /// Queries [depth, cells] of each head, scaled, of an image that many prompts share.
    func project(_ positioned: Floats, cells: Int, threads: Threads) -> [PackedMatrix] {
        let memory = Scratch()
        let queries = memory.take(cells * inner)
        threads.spreadRows(cells, by: 252) { first, count, scratch in
            q(count, positioned + first * channels, channels, into: queries + first * inner, inner, scratch)
            Kernels.scale(count * inner, queries + first * inner, by: scale)
        }
        return (0..<heads).map { head in
            PackedMatrix(rows: depth, columns: cells, queries + head * depth, rowStride: 1, columnStride: inner)
        }
    }

    /// Keys [tokens, inner] of the tokens x.
    func keys(_ tokens: Int, _ x: Floats, into keys: MutableFloats, _ scratch: Scratch) {
        k(tokens, x, channels, into: keys, inner, scratch)
    }

    /// Values [tokens, inner] of the tokens x.
    func values(_ tokens: Int, _ x: Floats, into values: MutableFloats, _ scratch: Scratch) {
        v(tokens, x, channels, into: values, inner, scratch)
    }

    /// Projected values [heads·tokens, channels] of the tokens x, in rows of `stride`. The output's bias is added to
    /// those of head 0: the weights of a head sum to one, so every cell gets it once.
    func values(_ tokens: Int, _ x: Floats, into y: MutableFloats, _ stride: Int, _ scratch: Scratch) {
        scratch.frame {
            let values = scratch.take(tokens * inner)
            v(tokens, x, channels, into: values, inner, scratch)
            for head in 0..<heads {
                outHeads[head].panels.multiply(
                    tokens, values + head * depth, inner, into: y + head * tokens * stride, stride,
                    bias: head == 0 ? outBias.base : nil, scratch)
            }
        }
    }

    /// What the cells are multiplied with to give scores, Wqᵀ·k/√depth as a right-hand side [channels, heads·tokens],
    /// and the constants bq·k/√depth [heads·tokens].
    func queries(
        _ tokens: Int, keys: Floats, at memory: MutableFloats, constants: MutableFloats, _ scratch: Scratch
    ) -> Panels {
        scratch.frame {
            let moved = scratch.take(heads * tokens * channels)
            for head in 0..<heads {
                queryHeads[head].panels.multiply(
                    tokens, keys + head * depth, inner, into: moved + head * tokens * channels, channels, scratch)
                for token in 0..<tokens {
                    var sum: Float = 0
                    for j in 0..<depth { sum += queryBias[head * depth + j] * keys[token * inner + head * depth + j] }
                    constants[head * tokens + token] = sum * scale
                }
            }
            return Panels(
                rows: channels, columns: heads * tokens, moved, rowStride: 1, columnStride: channels, scale: scale,
                at: memory)
        }
    }
}
