import VipsamTensor

/// One pass over the image for one prompt: the cells attend to the tokens of a layer, then the tokens of the next layer
/// attend to the cells.
///
/// It goes over bands of cells that stay in the cache, each independent of the others: a band gives the new cells, and
/// for each of the next layer's queries what `BandSums` puts together at the end. Several prompts go over a band one
/// after the other, because they share its positions and, in layer 0, its cells.
struct ImagePass {
    /// A multiple of every panel and tile.
    static let band = 288
    /// Cells whose products are formed at a time: with their positions added they stay in the first-level cache.
    private static let block = 24

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
    /// Projected values [heads·tokens, channels] in rows of `stride`, readable up to a whole panel beyond their end.
    let values: Floats
    /// The next layer's queries, moved to the image.
    let next: Panels

    private var queries: Int { heads * tokens }

    /// The cells before and after the pass, [cells, channels], and the distances of their rows; they may be the same
    /// memory.
    let input: Floats, inputStride: Int, output: MutableFloats, stride: Int
    /// The means [heads·tokens, channels] of the cells that the next layer's tokens see.
    let means: MutableFloats

    /// Goes over all cells, for prompts on the same image.
    static func run(_ passes: [ImagePass], _ crew: Crew, _ scratch: Scratch) {
        guard let any = passes.first else { return }
        scratch.frame {
            let bands = (any.cells + band - 1) / band
            let parts = passes.map { BandSums(bands: bands, queries: $0.queries, width: $0.channels, scratch) }
            crew.spread(bands) { index, scratch in
                let first = index * band, count = min(band, any.cells - first)
                for (pass, parts) in zip(passes, parts) {
                    pass.update(first, count, scratch)
                    pass.collect(first, count, into: parts, at: index, scratch)
                }
            }
            for (pass, parts) in zip(passes, parts) { parts.merge(into: pass.means, crew) }
        }
    }

    /// The cells of a band attend to the tokens.
    private func update(_ first: Int, _ count: Int, _ scratch: Scratch) {
        scratch.frame {
            let width = Self.apart(count), attention = scratch.take(queries * width)
            scoreCells(first, count, into: attention, width, scratch)
            for head in 0..<heads {
                Kernels.softmaxColumns(tokens, count, attention + head * tokens * width, width)
            }
            for start in Swift.stride(from: 0, to: count, by: Self.block) {
                let rows = min(Self.block, count - start), target = output + (first + start) * stride
                Kernels.productTransposed(
                    rows, channels, queries, attention + start, width, values, stride,
                    plus: input + (first + start) * inputStride, inputStride, into: target, stride)
                norm(rows, target, stride, into: target, stride)
            }
        }
    }

    /// Scores [heads·tokens, count] of a band's cells, in rows of `width`.
    private func scoreCells(
        _ first: Int, _ count: Int, into target: MutableFloats, _ width: Int, _ scratch: Scratch
    ) {
        switch scores {
        case .shared(let shared, let keys, let stride):
            for (head, matrix) in shared.enumerated() {
                matrix.panels.columns(from: first, count).multiply(
                    tokens, keys + head * matrix.rows, stride, into: target + head * tokens * width, width, scratch)
            }
        case .own(let panels, let constants):
            let byCell = scratch.take(count * queries)
            multiply(first, count, input, inputStride, by: panels, into: byCell, queries, bias: constants, scratch)
            Kernels.transpose(count, queries, byCell, queries, into: target, width)
        }
    }

    /// The product of some cells and their positions with a matrix.
    private func multiply(
        _ first: Int, _ count: Int, _ from: Floats, _ fromStride: Int, by panels: Panels, into target: MutableFloats,
        _ targetStride: Int, bias: Floats? = nil, _ scratch: Scratch
    ) {
        scratch.frame {
            // rows next to each other a little off the powers of two, which share sets of the cache
            let width = Self.apart(channels), positioned = scratch.take(Self.block * width)
            for start in Swift.stride(from: 0, to: count, by: Self.block) {
                let rows = min(Self.block, count - start), cell = first + start
                Kernels.add(
                    rows, channels, from + cell * fromStride, fromStride, positions + cell * channels, channels,
                    into: positioned, width)
                panels.multiply(
                    rows, positioned, width, into: target + start * targetStride, targetStride, bias: bias, scratch)
            }
        }
    }

    /// What the next layer's queries take from a band: exponentials against the band's greatest score.
    private func collect(_ first: Int, _ count: Int, into parts: BandSums, at band: Int, _ scratch: Scratch) {
        scratch.frame {
            let width = Self.apart(queries), scores = scratch.take(count * width)
            let part = parts.of(band)
            multiply(first, count, output, stride, by: next, into: scores, width, scratch)
            Kernels.exponentialColumns(count, queries, scores, width, greatest: part.greatest, sum: part.weight)
            Kernels.productTransposed(
                queries, channels, count, scores, width, output + first * stride, stride, into: part.sums, channels)
        }
    }

    /// A distance of rows for that many columns that keeps neighbouring rows out of each other's cache sets.
    static func apart(_ columns: Int) -> Int {
        (columns + 15) & ~15 + (columns % 64 == 0 || columns % 64 > 48 ? 16 : 0)
    }
}
