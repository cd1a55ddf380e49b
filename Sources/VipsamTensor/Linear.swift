/// y = x·Wᵀ + b, for the weights [out, in] of a linear layer or of a 1×1 convolution.
package struct Linear: Sendable {
    package let inputs: Int, outputs: Int
    private let weight: PackedMatrix
    private let bias: Tensor?

    /// Reads `weight` (and `bias`) at this place.
    package init(_ w: Weights, _ inputs: Int, _ outputs: Int, bias: Bool = true) throws(CheckpointError) {
        self.init(
            weight: try w.tensor("weight", outputs, inputs), bias: bias ? try w.tensor("bias", outputs) : nil)
    }

    /// From a weight whose first axis is the outputs.
    package init(weight: Tensor, bias: Tensor?) {
        outputs = weight.shape[0]
        inputs = weight.count / max(weight.shape[0], 1)
        self.weight = PackedMatrix(transposing: weight)
        self.bias = bias
    }

    /// The output for a row of zeros, if it is not zero.
    package var outputForZeros: Floats? { bias?.base }

    /// y = activation(x·Wᵀ + b + residual) for `rows` rows; the residual may be y itself.
    package func callAsFunction(
        _ rows: Int, _ x: Floats, _ xStride: Int, into y: MutableFloats, _ yStride: Int,
        residual: Floats? = nil, residualStride: Int = 0, activation: Activation = .none, _ scratch: Scratch
    ) {
        weight.panels.multiply(
            rows, x, xStride, into: y, yStride, bias: bias?.base, residual: residual,
            residualStride: residualStride, activation: activation, scratch)
    }
}
