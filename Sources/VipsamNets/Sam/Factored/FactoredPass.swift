import VipsamTensor

/// The passes over the image for one prompt in factored form: as `ImagePass`, the cells attend to the tokens of a layer
/// and the tokens of the next layer to the cells, but the cells themselves are never formed. The formulas are those of
/// `FactoredWeights`; matrices of scores and weights lie [heads·tokens, cells] here.
struct FactoredPass {
    /// Cells at a time: four matrices of so many columns stay in the second-level cache.
    static let band = 128

    let image: FactoredImage
    let cells: FactoredCells
    let tokens: Int
    /// Keys [tokens, inner] of the layer that the cells attend to, its values, and the queries of the next attention.
    let keys: Floats, values: Floats, next: Floats
    /// The first layer's pass needs its values later on.
    let values0: Floats

    private var weights: FactoredWeights { image.weights }
    private var heads: Int { weights.heads }
    private var depth: Int { weights.depth }
    private var inner: Int { weights.inner }
    private var queries: Int { cells.queries }

    // MARK: Over the bands

    /// The first pass of prompts on one picture: what their tokens get, [tokens, inner] for each, into `mixed`.
    static func runFirst(_ passes: [FactoredPass], into mixed: MutableFloats, _ crew: Crew, _ scratch: Scratch) {
        scratch.frame {
            for pass in passes { pass.lift0(scratch) }
            let terms = passes.map { First($0, scratch) }
            run(passes, width: passes[0].firstWidth, crew, scratch) { index, first, count, sums, band, scratch in
                passes[index].first(terms[index], first, count, into: sums, at: band, scratch)
            } finish: { index, means in
                passes[index].firstMixture(means, into: mixed + index * passes[index].tokens * passes[index].inner, scratch)
            }
        }
    }

    /// The second pass, likewise.
    static func runSecond(_ passes: [FactoredPass], into mixed: MutableFloats, _ crew: Crew, _ scratch: Scratch) {
        scratch.frame {
            for pass in passes { pass.lift1(scratch) }
            let terms = passes.map { Second($0, scratch) }
            run(passes, width: passes[0].secondWidth, crew, scratch) { index, first, count, sums, band, scratch in
                passes[index].second(terms[index], first, count, into: sums, at: band, scratch)
            } finish: { index, means in
                passes[index].secondMixture(
                    means, into: mixed + index * passes[index].tokens * passes[index].inner, scratch)
            }
        }
    }

    /// Every prompt over every band; several prompts go over a band one after the other, because they share its memory.
    private static func run(
        _ passes: [FactoredPass], width: Int, _ crew: Crew, _ scratch: Scratch,
        band body: (Int, Int, Int, BandSums, Int, Scratch) -> Void, finish: (Int, Floats) -> Void
    ) {
        let all = passes[0].cells.cells, bands = (all + band - 1) / band
        let sums = passes.map { BandSums(bands: bands, queries: $0.queries, width: width, scratch) }
        crew.spread(bands) { index, scratch in
            let first = index * band, count = min(band, all - first)
            for prompt in passes.indices { body(prompt, first, count, sums[prompt], index, scratch) }
        }
        let means = scratch.take(passes[0].queries * width)
        for prompt in passes.indices {
            sums[prompt].merge(into: means, crew)
            finish(prompt, means)
        }
    }

    /// What the values become, as the first `lift…` of the weights says.
    private func lift0(_ scratch: Scratch) {
        let width = weights.lift0Columns.count
        for (head, matrix) in weights.lift0.enumerated() {
            matrix.panels.multiply(
                tokens, values + head * depth, inner, into: cells.lifted0 + head * tokens * width, width, scratch)
        }
    }

    private func lift1(_ scratch: Scratch) {
        let width = weights.lift1Columns.count
        for (head, matrix) in weights.lift1.enumerated() {
            matrix.panels.multiply(
                tokens, values + head * depth, inner, into: cells.lifted1 + head * tokens * width, width,
                bias: head == 0 ? weights.lift1Bias.base : nil, scratch)
        }
    }

    // MARK: First pass

    /// What a prompt brings to the first pass: U₀·U₀ᵀ and the part of the next scores that comes by A₀.
    struct First {
        let gram: Floats, scores: Floats

        init(_ pass: FactoredPass, _ scratch: Scratch) {
            let columns = pass.weights.lift0Columns, lifted = pass.cells.lifted0
            gram = pass.gram(lifted + columns.u, columns.count, lifted + columns.u, columns.count, scratch)
            scores = pass.scores(lifted + columns.keys, columns.count, pass.next, scratch)
        }
    }

    /// Width of what the next layer's tokens take from the cells in the first pass: weights of A₀, and values.
    var firstWidth: Int { queries + depth }

    func first(_ terms: First, _ first: Int, _ count: Int, into sums: BandSums, at band: Int, _ scratch: Scratch) {
        scratch.frame {
            let width = ImagePass.apart(count), some = scratch.take(queries * width + Kernels.panel)
            let attention = cells.attention0 + first, stride = cells.stride, scale = cells.scale1 + first
            // A₀
            multiply(image.image.shared.imageToToken, keys, first, count, into: attention, stride, scratch)
            normalise(attention, count)
            // s₁: |X + A₀·U₀|² = |X|² + A₀·(2 X·U₀ᵀ + U₀·U₀ᵀ·A₀)
            multiply(image.cross0, values, first, count, into: some, width, scratch)
            combine(terms.gram, attention, plus: some, width, count)
            let square = scratch.take(count)
            square.update(from: image.squareX.base + first, count: count)
            Kernels.dotColumns(queries, count, attention, stride, some, width, into: square)
            for cell in 0..<count { scale[cell] = deviation(square[cell]) }
            // the next tokens' scores
            multiply(image.keys1, next, first, count, into: some, width, scratch)
            combine(terms.scores, attention, plus: some, width, count)
            Kernels.scaleColumns(queries, count, some, width, by: scale)
            multiply(image.keys1OfPositions, next, first, count, into: some, width, adding: true, scratch)
            take(some, width, of: [(attention, scale)], image.values1, first, count, into: sums.of(band), scratch)
        }
    }

    // MARK: Second pass

    /// What a prompt brings to the second pass: products of W₀ and U₁, and the parts of scores that come by A₀ and A₁.
    struct Second {
        let gram00: Floats, gram10: Floats, gram11: Floats
        let scores: Floats, final0: Floats, final1: Floats

        init(_ pass: FactoredPass, _ scratch: Scratch) {
            let (columns0, columns1) = (pass.weights.lift0Columns, pass.weights.lift1Columns)
            let lifted0 = pass.cells.lifted0, lifted1 = pass.cells.lifted1
            let w = lifted0 + columns0.w, u = lifted1 + columns1.u
            gram00 = pass.gram(w, columns0.count, w, columns0.count, scratch)
            // as the left side of a product that takes it transposed
            gram10 = pass.gram(w, columns0.count, u, columns1.count, scratch)
            gram11 = pass.gram(u, columns1.count, u, columns1.count, scratch)
            scores = pass.scores(lifted0 + columns0.queries, columns0.count, pass.keys, scratch)
            final0 = pass.scores(lifted0 + columns0.finalKeys, columns0.count, pass.next, scratch)
            final1 = pass.scores(lifted1 + columns1.finalKeys, columns1.count, pass.next, scratch)
        }
    }

    /// As `firstWidth`, for the second pass: weights of A₀ and A₁, and values.
    var secondWidth: Int { 2 * queries + depth }

    func second(_ terms: Second, _ first: Int, _ count: Int, into sums: BandSums, at band: Int, _ scratch: Scratch) {
        scratch.frame {
            let width = ImagePass.apart(count), some = scratch.take(queries * width + Kernels.panel)
            let stride = cells.stride, scale1 = cells.scale1 + first, scale2 = cells.scale2 + first
            let attention0 = cells.attention0 + first, attention1 = cells.attention1 + first
            // A₁
            multiply(image.queries1, keys, first, count, into: some, width, scratch)
            combine(terms.scores, attention0, plus: some, width, count)
            Kernels.scaleColumns(queries, count, some, width, by: scale1)
            multiply(image.queries1OfPositions, keys, first, count, into: some, width, adding: true, scratch)
            for row in 0..<queries { (attention1 + row * stride).update(from: some + row * width, count: count) }
            normalise(attention1, count)
            // s₂: the square of s₁·(Y + A₀·W₀) + A₁·U₁
            let own = scratch.take(count), mixed = scratch.take(count), other = scratch.take(count)
            own.update(from: image.squareY.base + first, count: count)
            multiply(image.cross01, values0, first, count, into: some, width, scratch)
            combine(terms.gram00, attention0, plus: some, width, count)
            Kernels.dotColumns(queries, count, attention0, stride, some, width, into: own)
            mixed.update(from: image.shiftY.base + first, count: count)
            multiply(image.cross11, values, first, count, into: some, width, scratch)
            combine(terms.gram10, attention0, plus: some, width, count)
            Kernels.dotColumns(queries, count, attention1, stride, some, width, into: mixed)
            other.update(repeating: 0, count: count)
            combine(terms.gram11, attention1, plus: nil, into: some, width, count)
            Kernels.dotColumns(queries, count, attention1, stride, some, width, into: other)
            for cell in 0..<count {
                let s = scale1[cell]
                scale2[cell] = deviation(s * (s * own[cell] + 2 * mixed[cell]) + other[cell])
            }
            // the final scores
            multiply(image.finalKeys, next, first, count, into: some, width, scratch)
            combine(terms.final0, attention0, plus: some, width, count)
            Kernels.scaleColumns(queries, count, some, width, by: scale1)
            combine(terms.final1, attention1, plus: some, width, count)
            Kernels.scaleColumns(queries, count, some, width, by: scale2)
            multiply(image.finalKeysOfPositions, next, first, count, into: some, width, adding: true, scratch)
            take(
                some, width, of: [(attention1, scale2), (attention0, scale1)], image.finalValues, first, count,
                into: sums.of(band), scratch)
        }
    }

    /// What the tokens take from a band of cells: by the exponentials of their scores, attention weights of the layers so
    /// far (the first layer's first), then values.
    ///
    /// - Parameters:
    ///   - scores: [queries, count], rows `width` apart.
    ///   - layers: attention weights [queries, count] and the cells' scales, the latest layer first: cells pass each of
    ///     the scales from there on.
    private func take(
        _ scores: MutableFloats, _ width: Int, of layers: [(attention: MutableFloats, scale: MutableFloats)],
        _ values: Tensor, _ first: Int, _ count: Int,
        into part: (sums: MutableFloats, greatest: MutableFloats, weight: MutableFloats), _ scratch: Scratch
    ) {
        let turned = ImagePass.apart(queries), all = layers.count * queries + depth
        let exponentials = scratch.take(count * turned), taken = scratch.take(count * turned + Kernels.panel)
        Kernels.transpose(queries, count, scores, width, into: exponentials, turned)
        Kernels.exponentialColumns(count, queries, exponentials, turned, greatest: part.greatest, sum: part.weight)
        for (later, (attention, scale)) in layers.enumerated() {
            Kernels.scaleRows(count, queries, exponentials, turned, by: scale)
            Kernels.transpose(queries, count, attention, cells.stride, into: taken, turned)
            Kernels.productTransposed(
                queries, queries, count, exponentials, turned, taken, turned,
                into: part.sums + (layers.count - 1 - later) * queries, all)
        }
        collect(values, first, count, exponentials, turned, into: part.sums + layers.count * queries, all)
    }

    // MARK: Results

    /// What the tokens get of the first pass, before the output projection: [tokens, inner].
    func firstMixture(_ means: Floats, into mixed: MutableFloats, _ scratch: Scratch) {
        let columns = weights.lift0Columns
        mix(
            means, firstWidth, [(Floats(cells.lifted0) + columns.values, columns.count)], bias: weights.valueBias1, into: mixed,
            scratch)
    }

    /// What they get of the second.
    func secondMixture(_ means: Floats, into mixed: MutableFloats, _ scratch: Scratch) {
        let (columns0, columns1) = (weights.lift0Columns, weights.lift1Columns)
        mix(
            means, secondWidth,
            [
                (Floats(cells.lifted0) + columns0.finalValues, columns0.count),
                (Floats(cells.lifted1) + columns1.finalValues, columns1.count),
            ], bias: weights.valueBiasFinal, into: mixed, scratch)
    }

    /// Means of values, plus means of attention weights times what the values of the layers became.
    private func mix(
        _ means: Floats, _ width: Int, _ layers: [(lifted: Floats, stride: Int)], bias: Tensor, into mixed: MutableFloats,
        _ scratch: Scratch
    ) {
        for head in 0..<heads {
            let from = means + head * tokens * width, target = mixed + head * depth
            for token in 0..<tokens {
                (target + token * inner).update(from: from + token * width + layers.count * queries, count: depth)
            }
            Kernels.add(tokens, depth, target, inner, bias.base + head * depth, 0, into: target, inner)
            for (layer, (lifted, stride)) in layers.enumerated() {
                scratch.frame {
                    let panels = Panels(
                        rows: queries, columns: depth, lifted + head * depth, rowStride: stride, columnStride: 1,
                        in: scratch)
                    panels.multiply(
                        tokens, from + layer * queries, width, into: target, inner, residual: target,
                        residualStride: inner, scratch)
                }
            }
        }
    }

    // MARK: Pieces

    /// x·yᵀ for [heads·tokens, channels] and the like.
    private func gram(_ x: Floats, _ xStride: Int, _ y: Floats, _ yStride: Int, _ scratch: Scratch) -> Floats {
        let product = scratch.take(queries * queries)
        scratch.frame {
            let panels = Panels(
                rows: weights.channels, columns: queries, y, rowStride: 1, columnStride: yStride, in: scratch)
            panels.multiply(queries, x, xStride, into: product, queries, scratch)
        }
        return Floats(product)
    }

    /// For each head, all rows of `lifted` times its few vectors: [heads·tokens of lifted, heads·tokens].
    private func scores(_ lifted: Floats, _ stride: Int, _ vectors: Floats, _ scratch: Scratch) -> Floats {
        let product = scratch.take(queries * queries)
        for head in 0..<heads {
            scratch.frame {
                let panels = Panels(
                    rows: depth, columns: tokens, vectors + head * depth, rowStride: 1, columnStride: inner,
                    in: scratch)
                panels.multiply(
                    queries, lifted + head * depth, stride, into: product + head * tokens, queries, scratch)
            }
        }
        return Floats(product)
    }

    /// For each head, its few vectors times the picture's matrix [depth, cells].
    private func multiply(
        _ matrices: [PackedMatrix], _ vectors: Floats, _ first: Int, _ count: Int, into target: MutableFloats,
        _ stride: Int, adding: Bool = false, _ scratch: Scratch
    ) {
        for (head, matrix) in matrices.enumerated() {
            let target = target + head * tokens * stride
            matrix.panels.columns(from: first, count).multiply(
                tokens, vectors + head * depth, inner, into: target, stride, residual: adding ? Floats(target) : nil,
                residualStride: stride, scratch)
        }
    }

    /// target = matrixᵀ·weights + from
    private func combine(
        _ matrix: Floats, _ attention: Floats, plus from: Floats?, into target: MutableFloats, _ width: Int, _ count: Int
    ) {
        Kernels.productTransposed(
            queries, count, queries, matrix, queries, attention, cells.stride, plus: from, width, into: target, width)
    }

    private func combine(
        _ matrix: Floats, _ attention: Floats, plus target: MutableFloats, _ width: Int, _ count: Int
    ) {
        combine(matrix, attention, plus: Floats(target), into: target, width, count)
    }

    /// Scores to weights: the softmax over a head's tokens.
    private func normalise(_ attention: MutableFloats, _ count: Int) {
        for head in 0..<heads {
            Kernels.softmaxColumns(tokens, count, attention + head * tokens * cells.stride, cells.stride)
        }
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
                tokens, depth, count, exponentials + head * tokens, stride,
                values.base + first * inner + head * depth, inner, into: sums + head * tokens * width, width)
        }
    }
}
