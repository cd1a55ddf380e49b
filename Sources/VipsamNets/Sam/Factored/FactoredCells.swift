import VipsamTensor

/// The cells of one prompt in factored form: attention weights and deviations, from which they could be put together.
///
/// A head's weights sum to one, so its last token's is one minus the others'. Where weights are multiplied with rows of
/// a matrix, that token's row is taken from the other rows of the head instead, and added once for all heads: with
/// `others` = heads·(tokens − 1), the weights are [others + 1, cells], the last row being ones, and so are such matrices
/// (called relative to the last token here).
struct FactoredCells {
    let others: Int, cells: Int
    /// Distance of the rows of the attention weights.
    let stride: Int
    /// Attention weights A₀ and A₁ [others + 1, cells].
    let attention0: MutableFloats, attention1: MutableFloats
    /// One over the deviation of each cell, s₁ and s₂.
    let scale1: MutableFloats, scale2: MutableFloats
    /// What the tokens' values became, relative to the last one: [others + 1, lift0Columns.count] and
    /// [others + 1, lift1Columns.count].
    let lifted0: MutableFloats, lifted1: MutableFloats

    /// Rows of the attention weights.
    var rows: Int { others + 1 }

    init(_ weights: FactoredWeights, cells: Int, tokens: Int, _ scratch: Scratch) {
        others = weights.heads * (tokens - 1)
        self.cells = cells
        stride = ImagePass.apart(cells)
        let rows = others + 1
        attention0 = scratch.take(rows * stride + Kernels.panel)
        attention1 = scratch.take(rows * stride + Kernels.panel)
        scale1 = scratch.take(cells)
        scale2 = scratch.take(cells)
        lifted0 = scratch.take(rows * weights.lift0Columns.count + Kernels.panel)
        lifted1 = scratch.take(rows * weights.lift1Columns.count + Kernels.panel)
    }

    /// Rows of the first transposed convolution of the final cells, [count, upscaled].
    func upscale(_ first: Int, _ count: Int, of image: FactoredImage, into y: MutableFloats) {
        let weights = image.weights, width = weights.upscaled
        let (columns0, columns1) = (weights.lift0Columns, weights.lift1Columns)
        Kernels.productTransposed(
            count, width, rows, attention0 + first, stride, lifted0 + columns0.upscaled, columns0.count,
            plus: image.upscaled.base + first * width, width, into: y, width)
        Kernels.scaleRows(count, width, y, width, by: scale1 + first)
        Kernels.productTransposed(
            count, width, rows, attention1 + first, stride, lifted1 + columns1.upscaled, columns1.count,
            plus: y, width, into: y, width)
        Kernels.scaleRows(count, width, y, width, by: scale2 + first)
        Kernels.add(count, width, y, width, weights.upscaledBias.base, 0, into: y, width)
    }
}
