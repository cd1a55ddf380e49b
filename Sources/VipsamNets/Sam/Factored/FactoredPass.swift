import VipsamTensor

/// The passes over the image for one prompt in factored form: as `ImagePass`, the cells attend to the tokens of a layer
/// and the tokens of the next layer to the cells, but the cells themselves are never formed. The formulas are those of
/// `FactoredWeights`; attention weights lie [heads·(tokens − 1) + 1, cells], as `FactoredCells` says, and scores of the
/// next layer's queries [heads·seekers, cells].
struct FactoredPass {
    /// Cells at a time: four matrices of so many columns stay in the second-level cache.
    static let band = 128
    let image: FactoredImage
    let cells: FactoredCells
    let tokens: Int
    /// Keys [tokens, inner] of the layer that the cells attend to and its values, both relative to the last token.
    let keys: Floats, values: Floats
    /// Tokens of the next layer that attend to the cells, and their queries [seekers, inner].
    let seekers: Int
    let next: Floats
    /// The first layer's pass needs its values later on.
    let values0: Floats

    private var weights: FactoredWeights { image.weights }
    private var heads: Int { weights.heads }
    private var depth: Int { weights.depth }
    private var inner: Int { weights.inner }
    private var others: Int { cells.others }
    private var rows: Int { cells.rows }
    private var queries: Int { heads * seekers }

    // MARK: Over the bands

    /// The first pass of prompts on one picture: what their tokens get, [seekers, inner] for each, into `mixed`.
    static func runFirst(_ passes: [FactoredPass], into mixed: MutableFloats, _ crew: Crew, _ scratch: Scratch) {
        scratch.frame {
            for pass in passes { pass.lift0(scratch) }
            let terms = passes.map { First($0, scratch) }
            run(passes, layers: 1, crew, scratch) { index, first, count, sums, band, scratch in
                passes[index].first(terms[index], first, count, into: sums, at: band, scratch)
            } finish: { index, means in
                let pass = passes[index]
                pass.firstMixture(means, into: mixed + index * pass.seekers * pass.inner, scratch)
            }
        }
    }

    /// The second pass, likewise.
    static func runSecond(_ passes: [FactoredPass], into mixed: MutableFloats, _ crew: Crew, _ scratch: Scratch) {
        scratch.frame {
            for pass in passes { pass.lift1(scratch) }
            let terms = passes.map { Second($0, scratch) }
            run(passes, layers: 2, crew, scratch) { index, first, count, sums, band, scratch in
                passes[index].second(terms[index], first, count, into: sums, at: band, scratch)
            } finish: { index, means in
                let pass = passes[index]
                pass.secondMixture(means, into: mixed + index * pass.seekers * pass.inner, scratch)
            }
        }
    }

    /// Every prompt over every band; several prompts go over a band one after the other, because they share its memory.
    private static func run(
        _ passes: [FactoredPass], layers: Int, _ crew: Crew, _ scratch: Scratch,
        band body: (Int, Int, Int, BandSums, Int, Scratch) -> Void, finish: (Int, Floats) -> Void
    ) {
        let all = passes[0].cells.cells, bands = (all + band - 1) / band
        let queries = passes[0].queries, width = passes[0].width(layers: layers)
        let sums = passes.map { _ in BandSums(bands: bands, queries: queries, width: width, scratch) }
        crew.spread(bands) { index, scratch in
            let first = index * band, count = min(band, all - first)
            for prompt in passes.indices { body(prompt, first, count, sums[prompt], index, scratch) }
        }
        let means = scratch.take(queries * width)
        for prompt in passes.indices {
            sums[prompt].merge(into: means, crew)
            finish(prompt, means)
        }
    }

    /// Width of what a query takes from the cells: weights of the layers so far, and values.
    private func width(layers: Int) -> Int { layers * rows + depth }

    /// What the values become, as the first `lift…` of the weights says.
    private func lift0(_ scratch: Scratch) {
        let width = weights.lift0Columns.count
        relative(width, into: cells.lifted0, width, scratch) { head, target in
            weights.lift0[head].panels.multiply(tokens, values + head * depth, inner, into: target, width, scratch)
        }
    }

    private func lift1(_ scratch: Scratch) {
        let width = weights.lift1Columns.count
        relative(width, into: cells.lifted1, width, scratch) { head, target in
            weights.lift1[head].panels.multiply(tokens, values + head * depth, inner, into: target, width, scratch)
        }
        Kernels.addScaled(width, weights.lift1Bias.base, by: 1, into: cells.lifted1 + others * width)
    }

    // MARK: First pass

    /// What a prompt brings to the first pass: U₀·U₀ᵀ and the part of the next scores that comes by A₀.
    struct First {
        let gram: QuadraticForm, scores: Floats

        init(_ pass: FactoredPass, _ scratch: Scratch) {
            let columns = pass.weights.lift0Columns, lifted = pass.cells.lifted0
            gram = pass.form(lifted + columns.u, columns.count, scratch)
            scores = pass.scores(lifted + columns.keys, columns.count, pass.next, pass.seekers, scratch)
        }
    }

    func first(_ terms: First, _ first: Int, _ count: Int, into sums: BandSums, at band: Int, _ scratch: Scratch) {
        scratch.frame {
            let width = ImagePass.apart(count), some = scratch.take(max(rows, queries) * width + Kernels.panel)
            let attention = cells.attention0 + first, stride = cells.stride, scale = cells.scale1 + first
            // A₀
            multiply(image.image.shared.imageToToken, keys, tokens - 1, first, count, into: attention, stride, scratch)
            normalise(attention, count)
            // s₁: |X + A₀·U₀|² = |X|² + A₀·(2 X·U₀ᵀ + U₀·U₀ᵀ·A₀)
            let square = scratch.take(count)
            square.update(from: image.squareX.base + first, count: count)
            multiplyRelative(image.cross0, values, first, count, into: some, width, scratch)
            terms.gram.add(of: attention, stride, plus: some, at: some, width, count, into: square)
            for cell in 0..<count { scale[cell] = deviation(square[cell]) }
            // the next tokens' scores
            multiply(image.keys1, next, seekers, first, count, into: some, width, scratch)
            combine(terms.scores, queries, attention, plus: some, width, count)
            Kernels.scaleColumns(queries, count, some, width, by: scale)
            multiply(image.keys1OfPositions, next, seekers, first, count, into: some, width, adding: true, scratch)
            take(some, width, of: [(attention, scale)], image.values1, first, count, into: sums.of(band), scratch)
        }
    }

    // MARK: Second pass

    /// What a prompt brings to the second pass: products of W₀ and U₁, and the parts of scores that come by A₀ and A₁.
    struct Second {
        let gram00: QuadraticForm, gram11: QuadraticForm
        let gram10: Floats
        let scores: Floats, final0: Floats, final1: Floats

        init(_ pass: FactoredPass, _ scratch: Scratch) {
            let (columns0, columns1) = (pass.weights.lift0Columns, pass.weights.lift1Columns)
            let lifted0 = pass.cells.lifted0, lifted1 = pass.cells.lifted1
            let w = lifted0 + columns0.w, u = lifted1 + columns1.u
            gram00 = pass.form(w, columns0.count, scratch)
            gram11 = pass.form(u, columns1.count, scratch)
            // as the left side of a product that takes it transposed
            gram10 = Floats(pass.gram(w, columns0.count, u, columns1.count, scratch))
            scores = pass.scores(lifted0 + columns0.queries, columns0.count, pass.keys, pass.tokens - 1, scratch)
            final0 = pass.scores(lifted0 + columns0.finalKeys, columns0.count, pass.next, pass.seekers, scratch)
            final1 = pass.scores(lifted1 + columns1.finalKeys, columns1.count, pass.next, pass.seekers, scratch)
        }
    }

    func second(_ terms: Second, _ first: Int, _ count: Int, into sums: BandSums, at band: Int, _ scratch: Scratch) {
        scratch.frame {
            let width = ImagePass.apart(count), some = scratch.take(max(rows, queries) * width + Kernels.panel)
            let stride = cells.stride, scale1 = cells.scale1 + first, scale2 = cells.scale2 + first
            let attention0 = cells.attention0 + first, attention1 = cells.attention1 + first
            // A₁
            multiply(image.queries1, keys, tokens - 1, first, count, into: some, width, scratch)
            combine(terms.scores, others, attention0, plus: some, width, count)
            Kernels.scaleColumns(others, count, some, width, by: scale1)
            multiply(
                image.queries1OfPositions, keys, tokens - 1, first, count, into: some, width, adding: true, scratch)
            for row in 0..<others { (attention1 + row * stride).update(from: some + row * width, count: count) }
            normalise(attention1, count)
            // s₂: the square of s₁·(Y + A₀·W₀) + A₁·U₁
            let own = scratch.take(count), mixed = scratch.take(count), other = scratch.take(count)
            own.update(from: image.squareY.base + first, count: count)
            multiplyRelative(image.cross01, values0, first, count, into: some, width, scratch)
            terms.gram00.add(of: attention0, stride, plus: some, at: some, width, count, into: own)
            mixed.update(from: image.shiftY.base + first, count: count)
            multiplyRelative(image.cross11, values, first, count, into: some, width, scratch)
            combine(terms.gram10, rows, attention0, plus: some, width, count)
            Kernels.dotColumns(rows, count, attention1, stride, some, width, into: mixed)
            other.update(repeating: 0, count: count)
            terms.gram11.add(of: attention1, stride, plus: nil, at: some, width, count, into: other)
            for cell in 0..<count {
                let s = scale1[cell]
                scale2[cell] = deviation(s * (s * own[cell] + 2 * mixed[cell]) + other[cell])
            }
            // the final scores
            multiply(image.finalKeys, next, seekers, first, count, into: some, width, scratch)
            combine(terms.final0, queries, attention0, plus: some, width, count)
            Kernels.scaleColumns(queries, count, some, width, by: scale1)
            combine(terms.final1, queries, attention1, plus: some, width, count)
            Kernels.scaleColumns(queries, count, some, width, by: scale2)
            multiply(image.finalKeysOfPositions, next, seekers, first, count, into: some, width, adding: true, scratch)
            take(
                some, width, of: [(attention1, scale2), (attention0, scale1)], image.finalValues, first, count,
                into: sums.of(band), scratch)
        }
    }

    /// What the tokens take from a band of cells: by the exponentials of their scores, attention weights of the layers
    /// so far (the first layer's first), then values.
    ///
    /// - Parameters:
    ///   - scores: [queries, count], rows `width` apart.
    ///   - layers: attention weights [rows, count] and the cells' scales, the latest layer first: cells pass each of
    ///     the scales from there on.
    private func take(
        _ scores: MutableFloats, _ width: Int, of layers: [(attention: MutableFloats, scale: MutableFloats)],
        _ values: Tensor, _ first: Int, _ count: Int,
        into part: (sums: MutableFloats, greatest: MutableFloats, weight: MutableFloats), _ scratch: Scratch
    ) {
        let turned = ImagePass.apart(queries), apart = ImagePass.apart(others), all = self.width(layers: layers.count)
        let exponentials = scratch.take(count * turned), taken = scratch.take(count * apart + Kernels.panel)
        let ones = scratch.take(queries), sum = scratch.take(queries)
        ones.update(repeating: 1, count: queries)
        Kernels.transpose(queries, count, scores, width, into: exponentials, turned)
        Kernels.exponentialColumns(count, queries, exponentials, turned, greatest: part.greatest, sum: part.weight)
        for (later, (attention, scale)) in layers.enumerated() {
            let target = part.sums + (layers.count - 1 - later) * rows
            Kernels.scaleRows(count, queries, exponentials, turned, by: scale)
            Kernels.transpose(others, count, attention, cells.stride, into: taken, apart)
            Kernels.productTransposed(
                queries, others, count, exponentials, turned, taken, apart, into: target, all)
            // the row of ones
            sum.update(repeating: 0, count: queries)
            Kernels.dotColumns(count, queries, exponentials, turned, ones, 0, into: sum)
            for query in 0..<queries { target[query * all + others] = sum[query] }
        }
        collect(values, first, count, exponentials, turned, into: part.sums + layers.count * rows, all)
    }

    // MARK: Results

    /// What the tokens get of the first pass, before the output projection: [seekers, inner].
    func firstMixture(_ means: Floats, into mixed: MutableFloats, _ scratch: Scratch) {
        let columns = weights.lift0Columns
        mix(
            means, [(Floats(cells.lifted0) + columns.values, columns.count)], bias: weights.valueBias1, into: mixed,
            scratch)
    }

    /// What they get of the second.
    func secondMixture(_ means: Floats, into mixed: MutableFloats, _ scratch: Scratch) {
        let (columns0, columns1) = (weights.lift0Columns, weights.lift1Columns)
        mix(
            means,
            [
                (Floats(cells.lifted0) + columns0.finalValues, columns0.count),
                (Floats(cells.lifted1) + columns1.finalValues, columns1.count),
            ], bias: weights.valueBiasFinal, into: mixed, scratch)
    }

    /// Means of values, plus means of attention weights times what the values of the layers became.
    private func mix(
        _ means: Floats, _ layers: [(lifted: Floats, stride: Int)], bias: Tensor, into mixed: MutableFloats,
        _ scratch: Scratch
    ) {
        let width = self.width(layers: layers.count)
        for head in 0..<heads {
            let from = means + head * seekers * width, target = mixed + head * depth
            for seeker in 0..<seekers {
                (target + seeker * inner).update(from: from + seeker * width + layers.count * rows, count: depth)
            }
            Kernels.add(seekers, depth, target, inner, bias.base + head * depth, 0, into: target, inner)
            for (layer, (lifted, stride)) in layers.enumerated() {
                scratch.frame {
                    let panels = Panels(
                        rows: rows, columns: depth, lifted + head * depth, rowStride: stride, columnStride: 1,
                        in: scratch)
                    panels.multiply(
                        seekers, from + layer * rows, width, into: target, inner, residual: target,
                        residualStride: inner, scratch)
                }
            }
        }
    }

    // MARK: Pieces

    /// The form with the matrix x·xᵀ for x [rows, channels].
    private func form(_ x: Floats, _ stride: Int, _ scratch: Scratch) -> QuadraticForm {
        QuadraticForm(gram(x, stride, x, stride, scratch), others: others)
    }

    /// x·yᵀ for [rows, channels] and the like.
    private func gram(_ x: Floats, _ xStride: Int, _ y: Floats, _ yStride: Int, _ scratch: Scratch) -> MutableFloats {
        let product = scratch.take(rows * rows)
        scratch.frame {
            let panels = Panels(
                rows: weights.channels, columns: rows, y, rowStride: 1, columnStride: yStride, in: scratch)
            panels.multiply(rows, x, xStride, into: product, rows, scratch)
        }
        return product
    }

    /// For each head, all rows of `lifted` times its `count` vectors: [rows, heads·count].
    private func scores(
        _ lifted: Floats, _ stride: Int, _ vectors: Floats, _ count: Int, _ scratch: Scratch
    ) -> Floats {
        let width = heads * count, product = scratch.take(rows * width)
        for head in 0..<heads {
            scratch.frame {
                let panels = Panels(
                    rows: depth, columns: count, vectors + head * depth, rowStride: 1, columnStride: inner, in: scratch)
                panels.multiply(rows, lifted + head * depth, stride, into: product + head * count, width, scratch)
            }
        }
        return Floats(product)
    }

    /// For each head, its `each` vectors times the picture's matrix [depth, cells].
    private func multiply(
        _ matrices: [PackedMatrix], _ vectors: Floats, _ each: Int, _ first: Int, _ count: Int,
        into target: MutableFloats, _ stride: Int, adding: Bool = false, _ scratch: Scratch
    ) {
        for (head, matrix) in matrices.enumerated() {
            let target = target + head * each * stride
            matrix.panels.columns(from: first, count).multiply(
                each, vectors + head * depth, inner, into: target, stride, residual: adding ? Floats(target) : nil,
                residualStride: stride, scratch)
        }
    }

    /// The same for values relative to the last token: [rows, count].
    private func multiplyRelative(
        _ matrices: [PackedMatrix], _ vectors: Floats, _ first: Int, _ count: Int, into target: MutableFloats,
        _ stride: Int, _ scratch: Scratch
    ) {
        relative(count, into: target, stride, scratch) { head, target in
            matrices[head].panels.columns(from: first, count).multiply(
                tokens, vectors + head * depth, inner, into: target, stride, scratch)
        }
    }

    /// Puts the heads' rows [tokens, width] for values relative to the last token together: those of the other tokens
    /// one head after the other, then the sum of those of the last ones.
    private func relative(
        _ width: Int, into target: MutableFloats, _ stride: Int, _ scratch: Scratch,
        of head: (Int, MutableFloats) -> Void
    ) {
        scratch.frame {
            let sum = scratch.take(width)
            sum.update(repeating: 0, count: width)
            for index in 0..<heads {
                head(index, target + index * (tokens - 1) * stride)
                // the next head begins in its place
                Kernels.addScaled(width, target + (index + 1) * (tokens - 1) * stride, by: 1, into: sum)
            }
            (target + others * stride).update(from: sum, count: width)
        }
    }

    /// target = matrixᵀ·weights + target, for a matrix of so many columns
    private func combine(
        _ matrix: Floats, _ columns: Int, _ attention: Floats, plus target: MutableFloats, _ width: Int, _ count: Int
    ) {
        Kernels.productTransposed(
            columns, count, rows, matrix, columns, attention, cells.stride, plus: target, width, into: target, width)
    }

    /// Scores relative to the last token's to weights: the softmax over a head's tokens; and the row of ones.
    private func normalise(_ attention: MutableFloats, _ count: Int) {
        let stride = cells.stride
        for head in 0..<heads {
            Kernels.softmaxColumns(
                tokens - 1, count, attention + head * (tokens - 1) * stride, stride, besideZero: true)
        }
        (attention + others * stride).update(repeating: 1, count: count)
    }

    /// One over the deviation, from the sum of squares; rounding may leave a little less than nothing.
    private func deviation(_ squares: Float) -> Float {
        1 / (max(squares, 0) / Float(weights.channels) + weights.eps).squareRoot()
    }

    /// Sums of the exponentials times the values of their own head.
    private func collect(
        _ values: Tensor, _ first: Int, _ count: Int, _ exponentials: Floats, _ stride: Int, into sums: MutableFloats,
        _ width: Int
    ) {
        for head in 0..<heads {
            Kernels.productTransposed(
                seekers, depth, count, exponentials + head * seekers, stride,
                values.base + first * inner + head * depth, inner, into: sums + head * seekers * width, width)
        }
    }
}
