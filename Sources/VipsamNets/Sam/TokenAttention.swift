import VipsamTensor

/// Attention of a prompt's few tokens among themselves; `self_attn` of the two-way transformer.
struct TokenAttention: Sendable {
    private let channels: Int, inner: Int, heads: Int
    private let q: Linear, k: Linear, v: Linear, out: Linear

    /// Reads `q_proj`, `k_proj`, `v_proj` and `out_proj` at this place.
    init(_ w: Weights, channels: Int, heads: Int) throws(CheckpointError) {
        (self.channels, self.heads) = (channels, heads)
        inner = try w.innerWidth(heads: heads)
        q = try Linear(w["q_proj"], channels, inner)
        k = try Linear(w["k_proj"], channels, inner)
        v = try Linear(w["v_proj"], channels, inner)
        out = try Linear(w["out_proj"], inner, channels)
    }

    /// y = attention(queries: x, keys: x, values: z), plus y if `adding`, for `batch` prompts of `tokens` tokens each.
    func callAsFunction(
        batch: Int, tokens: Int, _ x: Floats, values z: Floats, into y: MutableFloats, adding: Bool, _ scratch: Scratch
    ) {
        scratch.frame {
            let rows = batch * tokens
            let queries = scratch.take(rows * inner), keys = scratch.take(rows * inner)
            let values = scratch.take(rows * inner), mixed = scratch.take(rows * inner)
            q(rows, x, channels, into: queries, inner, scratch)
            k(rows, x, channels, into: keys, inner, scratch)
            v(rows, z, channels, into: values, inner, scratch)
            for prompt in 0..<batch {
                for head in 0..<heads {
                    let at = prompt * tokens * inner + head * (inner / heads)
                    mix(tokens, queries + at, keys + at, values + at, into: mixed + at, scratch)
                }
            }
            out(
                rows, mixed, inner, into: y, channels, residual: adding ? Floats(y) : nil, residualStride: channels,
                scratch)
        }
    }

    private func mix(
        _ tokens: Int, _ q: Floats, _ k: Floats, _ v: Floats, into y: MutableFloats, _ scratch: Scratch
    ) {
        scratch.frame {
            let depth = inner / heads
            let scores = scratch.take(tokens * tokens), inverse = scratch.take(tokens)
            let keys = Panels(
                rows: depth, columns: tokens, k, rowStride: 1, columnStride: inner,
                scale: 1 / Float(depth).squareRoot(), in: scratch)
            let values = Panels(
                rows: tokens, columns: depth, v, rowStride: inner, columnStride: 1, in: scratch)
            keys.multiply(tokens, q, inner, into: scores, tokens, scratch)
            Kernels.softmax(tokens, tokens, scores, tokens, inverse: inverse)
            values.multiply(tokens, scores, tokens, into: y, inner, scratch)
            Kernels.scaleRows(tokens, depth, y, inner, by: inverse)
        }
    }
}

extension Weights {
    /// Width inside an attention: outputs of its `q_proj`, which its heads must divide.
    func innerWidth(heads: Int) throws(CheckpointError) -> Int {
        let inner = try shape("q_proj.weight", rank: 2)[0]
        guard inner % heads == 0 else {
            throw fault("q_proj.weight", "has \(inner) outputs, which \(heads) heads do not divide")
        }
        return inner
    }
}
