/// Layer norm over the last axis, with the population variance. On channels-last pixels it is also what the original
/// code calls LayerNorm2d.
package struct LayerNorm: Sendable {
    package let width: Int
    private let weight: Tensor, bias: Tensor
    private let eps: Float

    /// Reads `weight` and `bias` at this place.
    package init(_ w: Weights, _ width: Int, eps: Float) throws(CheckpointError) {
        self.width = width
        self.eps = eps
        weight = try w.tensor("weight", width)
        bias = try w.tensor("bias", width)
    }

    package func callAsFunction(
        _ rows: Int, _ x: Floats, _ xStride: Int, into y: MutableFloats, _ yStride: Int
    ) {
        Kernels.layerNorm(rows, width, x, xStride, weight: weight.base, bias: bias.base, eps: eps, into: y, yStride)
    }

    /// The output for a row of zeros: the bias.
    package var outputForZeros: Floats { bias.base }
}
