import VipsamTensor

/// Attention of the tokens to the image; `cross_attn_token_to_image` and `final_attn_token_to_image`.
///
/// There are thousands of cells but only a handful of tokens, so the projections of the image are moved to the tokens:
/// q·(Wk·x) is (Wkᵀ·q)·x, and Σp·(Wv·x) is Wv·Σ(p·x). The bias of the keys adds the same to all scores of a token and
/// cancels in the softmax. Only layer 0, whose image side is the same for all prompts, projects the image (once).
struct TokenToImage: Sendable {
    let channels: Int, inner: Int, heads: Int
    private let q: Linear, k: Linear, v: Linear, out: Linear
    /// Per head: Wk [depth, channels], and Wvᵀ [channels, depth].
    private let keyHeads: [PackedMatrix], valueHeads: [PackedMatrix]
    private let valueBias: Tensor

    /// Reads `q_proj`, `k_proj`, `v_proj` and `out_proj` at this place.
    init(_ w: Weights, channels: Int, heads: Int) throws(CheckpointError) {
        let inner = try w.innerWidth(heads: heads), depth = inner / heads
        (self.channels, self.inner, self.heads) = (channels, inner, heads)
        q = try Linear(w["q_proj"], channels, inner)
        k = try Linear(w["k_proj"], channels, inner)
        v = try Linear(w["v_proj"], channels, inner)
        out = try Linear(w["out_proj"], inner, channels)
        let key = try w.tensor("k_proj.weight", inner, channels), value = try w.tensor("v_proj.weight", inner, channels)
        valueBias = try w.tensor("v_proj.bias", inner)
        keyHeads = (0..<heads).map { head in
            withExtendedLifetime(key) {
                PackedMatrix(
                    rows: depth, columns: channels, key.base + head * depth * channels, rowStride: channels,
                    columnStride: 1)
            }
        }
        valueHeads = (0..<heads).map { head in
            withExtendedLifetime(value) {
                PackedMatrix(
                    rows: channels, columns: depth, value.base + head * depth * channels, rowStride: 1,
                    columnStride: channels)
            }
        }
    }

    private var depth: Int { inner / heads }
    private var scale: Float { 1 / Float(depth).squareRoot() }

    // MARK: Shared image side

    /// Keys [depth, cells] (scaled) and values [cells, depth] of each head, of an image that many prompts share.
    func project(
        _ keys: Floats, positioned: Floats, cells: Int, threads: Threads
    ) -> [(keys: PackedMatrix, values: PackedMatrix)] {
        let memory = Scratch()
        let projectedKeys = memory.take(cells * inner), projectedValues = memory.take(cells * inner)
        threads.spreadRows(cells, by: 252) { first, count, scratch in
            k(count, positioned + first * channels, channels, into: projectedKeys + first * inner, inner, scratch)
            Kernels.scale(count * inner, projectedKeys + first * inner, by: scale)
            v(count, keys + first * channels, channels, into: projectedValues + first * inner, inner, scratch)
        }
        return (0..<heads).map { head in
            (
                PackedMatrix(
                    rows: depth, columns: cells, projectedKeys + head * depth, rowStride: 1, columnStride: inner),
                PackedMatrix(
                    rows: cells, columns: depth, projectedValues + head * depth, rowStride: inner, columnStride: 1)
            )
        }
    }

    /// y += attention of the tokens x [tokens, channels] to a shared image.
    func attend(
        _ tokens: Int, _ x: Floats, to shared: [(keys: PackedMatrix, values: PackedMatrix)], into y: MutableFloats,
        _ crew: Crew, _ scratch: Scratch
    ) {
        scratch.frame {
            let queries = scratch.take(tokens * inner), mixed = scratch.take(tokens * inner)
            q(tokens, x, channels, into: queries, inner, scratch)
            crew.spread(heads) { head, scratch in
                let (keys, values) = shared[head]
                let cells = keys.columns, stride = cells + 16
                let scores = scratch.take(tokens * stride), inverse = scratch.take(tokens)
                keys.panels.multiply(tokens, queries + head * depth, inner, into: scores, stride, scratch)
                Kernels.softmax(tokens, cells, scores, stride, inverse: inverse)
                let target = mixed + head * depth
                values.panels.multiply(tokens, scores, stride, into: target, inner, scratch)
                Kernels.scaleRows(tokens, depth, target, inner, by: inverse)
            }
            out(tokens, mixed, inner, into: y, channels, residual: y, residualStride: channels, scratch)
        }
    }

    // MARK: Image side in factored form

    /// Queries [tokens, inner] of the tokens x, not scaled.
    func queries(_ tokens: Int, _ x: Floats, into queries: MutableFloats, _ scratch: Scratch) {
        q(tokens, x, channels, into: queries, inner, scratch)
    }

    /// y += the output projection of what the tokens got from the values, [tokens, inner].
    func project(_ tokens: Int, mixed: Floats, into y: MutableFloats, _ scratch: Scratch) {
        out(tokens, mixed, inner, into: y, channels, residual: y, residualStride: channels, scratch)
    }

    // MARK: Image side of one prompt

    /// What the image's cells are multiplied with to give scores: Wkᵀ·q/√depth as a right-hand side [channels,
    /// heads·tokens], column head·tokens + token.
    func queries(_ tokens: Int, _ x: Floats, at memory: MutableFloats, _ scratch: Scratch) -> Panels {
        scratch.frame {
            let queries = scratch.take(tokens * inner), moved = scratch.take(heads * tokens * channels)
            q(tokens, x, channels, into: queries, inner, scratch)
            for head in 0..<heads {
                keyHeads[head].panels.multiply(
                    tokens, queries + head * depth, inner, into: moved + head * tokens * channels, channels, scratch)
            }
            return Panels(
                rows: channels, columns: heads * tokens, moved, rowStride: 1, columnStride: channels, scale: scale,
                at: memory)
        }
    }

    /// y += what the tokens get from Σp·x [heads·tokens, channels], the mean of the image's cells for each of them.
    func finish(_ tokens: Int, means: Floats, into y: MutableFloats, _ scratch: Scratch) {
        scratch.frame {
            let mixed = scratch.take(tokens * inner)
            for head in 0..<heads {
                valueHeads[head].panels.multiply(
                    tokens, means + head * tokens * channels, channels, into: mixed + head * depth, inner,
                    bias: valueBias.base + head * depth, scratch)
            }
            out(tokens, mixed, inner, into: y, channels, residual: y, residualStride: channels, scratch)
        }
    }
}
