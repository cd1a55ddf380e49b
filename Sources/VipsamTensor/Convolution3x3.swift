/// A 3×3 convolution with zero padding of 1 on pixels with channels last, as a product over gathered neighbourhoods.
package struct Convolution3x3: Sendable {
    package let inputs: Int, outputs: Int, stride: Int
    private let weight: PackedMatrix
    private let bias: Tensor?

    /// From a weight [out, in, 3, 3].
    package init(weight: Tensor, bias: Tensor?, stride: Int = 1) {
        let outputs = weight.shape[0], inputs = weight.shape[1]
        self.inputs = inputs
        self.outputs = outputs
        self.stride = stride
        self.bias = bias
        // rows of the product: (ky, kx, channel), as the neighbourhoods are gathered
        let ordered = Tensor([outputs, 9 * inputs]) { target in
            weight.withUnsafeBufferPointer { source in
                for o in 0..<outputs {
                    for i in 0..<inputs {
                        for k in 0..<9 { target[(o * 9 + k) * inputs + i] = source[(o * inputs + i) * 9 + k] }
                    }
                }
            }
        }
        self.weight = PackedMatrix(transposing: ordered)
    }

    /// Writes `count` outputs of one row, from output column `first` on, to y [count, outputs].
    ///
    /// `above`, `centre` and `below` are the input rows [width, inputs] around the output's centre; nil is zeros.
    package func callAsFunction(
        columns first: Int, _ count: Int, width: Int, above: Floats?, centre: Floats?, below: Floats?,
        into y: MutableFloats, activation: Activation = .none, _ scratch: Scratch
    ) {
        scratch.frame {
            let patch = 9 * inputs, run = 3 * inputs
            let gathered = scratch.take(count * patch)
            for (ky, row) in [above, centre, below].enumerated() {
                for column in 0..<count {
                    let target = gathered + column * patch + ky * run
                    let left = (first + column) * stride - 1
                    guard let row else {
                        target.update(repeating: 0, count: run)
                        continue
                    }
                    let from = max(left, 0), past = min(left + 3, width)
                    if from > left { target.update(repeating: 0, count: inputs) }
                    (target + (from - left) * inputs).update(from: row + from * inputs, count: (past - from) * inputs)
                    if past < left + 3 {
                        (target + (past - left) * inputs).update(repeating: 0, count: (left + 3 - past) * inputs)
                    }
                }
            }
            weight.panels.multiply(
                count, gathered, patch, into: y, outputs, bias: bias?.base, activation: activation, scratch)
        }
    }
}
