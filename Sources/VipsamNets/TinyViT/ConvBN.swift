import VipsamTensor

/// The weights of a convolution with the batch norm after it folded in: W·g and β − mean·g with g = γ/√(variance + ε).
struct ConvBN: Sendable {
    private static let eps: Float = 1e-5

    /// [out, in / groups, height, width]
    let weight: Tensor
    let bias: Tensor
    private let precision: Precision

    /// Reads `c.weight` of the given shape and the vectors of `bn`.
    init(_ w: Weights, _ shape: Int...) throws(CheckpointError) {
        precision = w.precision
        let outputs = shape[0]
        let kernel = try w.tensor("c.weight", shape)
        let gamma = try w.tensor("bn.weight", outputs).values, beta = try w.tensor("bn.bias", outputs).values
        let mean = try w.tensor("bn.running_mean", outputs).values
        let variance = try w.tensor("bn.running_var", outputs).values
        w.skip("bn.num_batches_tracked")
        let factor = (0..<outputs).map { gamma[$0] / (variance[$0] + Self.eps).squareRoot() }
        let each = kernel.count / max(outputs, 1)
        weight = Tensor(shape) { target in
            kernel.withUnsafeBufferPointer { source in
                for i in 0..<source.count { target[i] = source[i] * factor[i / each] }
            }
        }
        bias = Tensor([outputs], (0..<outputs).map { beta[$0] - mean[$0] * factor[$0] })
    }

    /// As a 1×1 convolution.
    var linear: Linear { Linear(weight: weight, bias: bias, precision: precision) }
}
