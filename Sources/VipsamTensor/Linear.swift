/// y = x·Wᵀ + b, for the weights [out, in] of a linear layer or of a 1×1 convolution.
package struct Linear: Sendable {
    package let inputs: Int, outputs: Int
    private let weight: Matrix
    private let bias: Tensor?

    private enum Matrix: Sendable {
        case float32(PackedMatrix)
        case int8(QuantizedMatrix)
    }

    /// Reads `weight` (and `bias`) at this place, for the precision of the place.
    package init(_ w: Weights, _ inputs: Int, _ outputs: Int, bias: Bool = true) throws(CheckpointError) {
        self.init(
            weight: try w.tensor("weight", outputs, inputs), bias: bias ? try w.tensor("bias", outputs) : nil,
            precision: w.precision)
    }

    /// From a weight whose first axis is the outputs.
    package init(weight: Tensor, bias: Tensor?, precision: Precision = .float32) {
        outputs = weight.shape[0]
        inputs = weight.count / max(weight.shape[0], 1)
        self.weight =
            precision == .int8 && inputs <= QuantizedMatrix.longest
            ? .int8(QuantizedMatrix(transposing: weight)) : .float32(PackedMatrix(transposing: weight))
        self.bias = bias
    }

    /// The output for a row of zeros, if it is not zero.
    package var outputForZeros: Floats? { bias?.base }

    /// y = activation(x·Wᵀ + b + residual) for `rows` rows; the residual may be y itself.
    package func callAsFunction(
        _ rows: Int, _ x: Floats, _ xStride: Int, into y: MutableFloats, _ yStride: Int,
        residual: Floats? = nil, residualStride: Int = 0, activation: Activation = .none, _ scratch: Scratch
    ) {
        switch weight {
        case .float32(let matrix):
            matrix.panels.multiply(
                rows, x, xStride, into: y, yStride, bias: bias?.base, residual: residual,
                residualStride: residualStride, activation: activation, scratch)
        case .int8(let matrix):
            matrix.multiply(
                rows, x, xStride, into: y, yStride, bias: bias?.base, residual: residual,
                residualStride: residualStride, activation: activation, scratch)
        }
    }

    /// Outputs per piece when the columns of a layer are spread over threads, a multiple of every panel's width.
    private static let pieceOutputs = 128

    /// Pieces into which `piece` cuts the outputs.
    package var pieces: Int { (outputs + Self.pieceOutputs - 1) / Self.pieceOutputs }

    /// Like a call, for some of the outputs only: for few rows and a wide layer in single precision, whose weights take
    /// longer to read than to multiply. The residual may be y itself.
    package func piece(
        _ index: Int, _ rows: Int, _ x: Floats, _ xStride: Int, into y: MutableFloats, _ yStride: Int,
        residual: Floats? = nil, residualStride: Int = 0, activation: Activation = .none, _ scratch: Scratch
    ) {
        guard case .float32(let matrix) = weight else { preconditionFailure("a layer in 8 bits is not cut") }
        let first = index * Self.pieceOutputs
        matrix.panels.columns(from: first, min(Self.pieceOutputs, outputs - first)).multiply(
            rows, x, xStride, into: y + first, yStride, bias: bias.map { $0.base + first },
            residual: residual.map { $0 + first }, residualStride: residualStride, activation: activation, scratch)
    }
}
