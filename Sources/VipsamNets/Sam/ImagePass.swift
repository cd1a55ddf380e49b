import VipsamTensor

/// One pass over the image for one prompt: the cells attend to the tokens of a layer, then the tokens of the next layer
/// attend to the cells.
///
/// It goes over bands of cells that stay in the cache, each independent of the others: a band gives the new cells, and
/// for each of the next layer's queries a greatest score, a sum of exponentials and a weighted sum of cells, which are
/// put together in the order of the bands at the end.
struct ImagePass {
    static let band = 256

    let cells: Int, channels: Int, heads: Int, tokens: Int
    /// Positional encoding of the cells.
    let positions: Floats
    let attention: ImageToToken, norm: LayerNorm
    /// Scores of the cells for the layer's tokens: from queries shared by all prompts and the keys [tokens, inner], or
    /// from the cells themselves.
    enum Scores {
        case shared([PackedMatrix], keys: Floats, stride: Int)
        case own(Panels, constants: Floats)
    }
    let scores: Scores
    /// Projected values [heads·tokens, channels], readable up to a whole panel beyond their end.
    let values: Floats
    /// The next layer's queries, moved to the image.
    let next: Panels

    private var queries: Int { heads * tokens }

    /// Goes over all cells, from `input` to `output` [cells, channels] (which may be the same), and writes the means
    /// [heads·tokens, channels] that the next layer's tokens see.
    func run(_ input: Floats, into output: MutableFloats, means: MutableFloats, _ crew: Crew, _ scratch: Scratch) {
        scratch.frame {
            let bands = (cells + Self.band - 1) / Self.band
            let sums = scratch.take(bands * queries * channels)
            let greatest = scratch.take(bands * queries), weight = scratch.take(bands * queries)
            crew.spread(bands) { index, scratch in
                let first = index * Self.band, count = min(Self.band, cells - first)
                update(first, count, input, into: output, scratch)
                collect(
                    first, count, output, into: sums + index * queries * channels,
                    greatest: greatest + index * queries, weight: weight + index * queries, scratch)
            }
            merge(bands, sums, greatest: greatest, weight: weight, into: means)
        }
    }

    /// The cells of a band attend to the tokens.
    private func update(
        _ first: Int, _ count: Int, _ input: Floats, into output: MutableFloats, _ scratch: Scratch
    ) {
        scratch.frame {
            let attention = scratch.take(queries * count)
            scoreCells(first, count, input, into: attention, scratch)
            for head in 0..<heads {
                Kernels.softmaxColumns(tokens, count, attention + head * tokens * count, count)
            }
            let target = output + first * channels
            Kernels.add(
                count, channels, input + first * channels, channels, self.attention.outBias.base, 0, into: target,
                channels)
            Kernels.productTransposed(
                count, channels, queries, attention, count, values, channels, into: target, channels, adding: true)
            norm(count, target, channels, into: target, channels)
        }
    }

    /// Scores [heads·tokens, count] of a band's cells.
    private func scoreCells(
        _ first: Int, _ count: Int, _ input: Floats, into target: MutableFloats, _ scratch: Scratch
    ) {
        switch scores {
        case .shared(let shared, let keys, let stride):
            for (head, matrix) in shared.enumerated() {
                matrix.panels.columns(from: first, count).multiply(
                    tokens, keys + head * matrix.rows, stride, into: target + head * tokens * count, count, scratch)
            }
        case .own(let panels, let constants):
            let positioned = scratch.take(count * channels), byCell = scratch.take(count * queries)
            Kernels.add(
                count, channels, input + first * channels, channels, positions + first * channels, channels,
                into: positioned, channels)
            panels.multiply(count, positioned, channels, into: byCell, queries, bias: constants, scratch)
            Kernels.transpose(count, queries, byCell, queries, into: target, count)
        }
    }

    /// What the next layer's queries take from a band: exponentials against the band's greatest score.
    private func collect(
        _ first: Int, _ count: Int, _ cells: Floats, into sums: MutableFloats, greatest: MutableFloats,
        weight: MutableFloats, _ scratch: Scratch
    ) {
        scratch.frame {
            let positioned = scratch.take(count * channels), scores = scratch.take(count * queries)
            let from = cells + first * channels
            Kernels.add(
                count, channels, from, channels, positions + first * channels, channels, into: positioned, channels)
            next.multiply(count, positioned, channels, into: scores, queries, scratch)
            Kernels.exponentialColumns(count, queries, scores, queries, greatest: greatest, sum: weight)
            Kernels.productTransposed(
                queries, channels, count, scores, queries, from, channels, into: sums, channels, adding: false)
        }
    }

    private func merge(
        _ bands: Int, _ sums: Floats, greatest: Floats, weight: Floats, into means: MutableFloats
    ) {
        for query in 0..<queries {
            let top = (0..<bands).reduce(-Float.infinity) { max($0, greatest[$1 * queries + query]) }
            let factors = (0..<bands).map { exponential(greatest[$0 * queries + query] - top) }
            let total = (0..<bands).reduce(Float(0)) { $0 + factors[$1] * weight[$1 * queries + query] }
            let mean = means + query * channels
            mean.update(repeating: 0, count: channels)
            for band in 0..<bands {
                Kernels.addScaled(
                    channels, sums + (band * queries + query) * channels, by: factors[band] / total, into: mean)
            }
        }
    }

    private func exponential(_ x: Float) -> Float { Kernels.exponential(x) }
}
