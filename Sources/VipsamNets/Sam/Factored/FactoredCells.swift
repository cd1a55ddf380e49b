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
    private let stacked: MutableFloats

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
        stacked = scratch.take((2 * rows + 1) * ImagePass.apart(weights.upscaled) + Kernels.panel)
    }

    /// Puts the rows together that `upscale` multiplies: those of both layers and the bias of the convolution.
    func stack(_ weights: FactoredWeights) {
        let width = weights.upscaled, apart = ImagePass.apart(width)
        let (columns0, columns1) = (weights.lift0Columns, weights.lift1Columns)
        for row in 0..<rows {
            (stacked + row * apart)
                .update(from: lifted0 + row * columns0.count + columns0.upscaled, count: width)
            (stacked + (rows + row) * apart)
                .update(from: lifted1 + row * columns1.count + columns1.upscaled, count: width)
        }
        (stacked + 2 * rows * apart).update(from: weights.upscaledBias.base, count: width)
    }

    /// Rows of the first transposed convolution of the final cells, [count, upscaled], after `stack`.
    ///
    /// s₂ (s₁ (Y' + A₀ W') + A₁ U') + b is done as s₁s₂ (Y' + A₀ W' + (A₁/s₁) U' + b/(s₁s₂)): one product.
    func upscale(_ first: Int, _ count: Int, of image: FactoredImage, into y: MutableFloats, _ scratch: Scratch) {
        let width = image.weights.upscaled, apart = ImagePass.apart(count), all = 2 * rows + 1
        let weights = scratch.take(all * apart), scale = scratch.take(count), inverse = scratch.take(count)
        for row in 0..<rows {
            (weights + row * apart).update(from: attention0 + row * stride + first, count: count)
            (weights + (rows + row) * apart).update(from: attention1 + row * stride + first, count: count)
        }
        for cell in 0..<count {
            inverse[cell] = 1 / scale1[first + cell]
            scale[cell] = scale1[first + cell] * scale2[first + cell]
            weights[2 * rows * apart + cell] = 1 / scale[cell]
        }
        Kernels.scaleColumns(rows, count, weights + rows * apart, apart, by: inverse)
        Kernels.productTransposed(
            count, width, all, weights, apart, stacked, ImagePass.apart(width),
            plus: image.upscaled.base + first * width, width, into: y, width)
        Kernels.scaleRows(count, width, y, width, by: scale)
    }
}
