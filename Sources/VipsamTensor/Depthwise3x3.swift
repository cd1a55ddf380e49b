import CKernels

/// A depthwise 3×3 convolution with zero padding of 1 on pixels with channels last: each channel on its own.
package struct Depthwise3x3: Sendable {
    package let channels: Int, stride: Int
    private let weight: Tensor, bias: Tensor

    /// From a weight [channels, 1, 3, 3] and a bias per channel.
    package init(weight: Tensor, bias: Tensor, stride: Int = 1) {
        let channels = weight.shape[0]
        self.channels = channels
        self.stride = stride
        self.bias = bias
        self.weight = Tensor([9, channels]) { target in
            weight.withUnsafeBufferPointer { source in
                for c in 0..<channels {
                    for k in 0..<9 { target[k * channels + c] = source[c * 9 + k] }
                }
            }
        }
    }

    /// One row of outputs [width of the output, channels] from the three input rows [width, channels] around it; nil
    /// is a row of zeros.
    package func callAsFunction(
        width: Int, above: Floats?, centre: Floats?, below: Floats?, into y: MutableFloats,
        activation: Activation = .none
    ) {
        Kernels.table.depthwise_row(
            (width + stride - 1) / stride, stride, channels, width, above, centre, below, weight.base, bias.base,
            activation.kernel, y)
    }
}
