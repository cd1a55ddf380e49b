import CKernels

/// The weights of a linear layer in 8 bits, for inputs that are rounded to 8 bits as they come.
///
/// Weights are rounded per output, to ±127 steps of their greatest magnitude; inputs per row, to the 256 steps between
/// its least and its greatest number (zero among them), so that nothing has to be measured on sample pictures first.
/// The whole numbers are multiplied and added exactly: results are the same on every processor and for every number of
/// threads, up to the activation.
package struct QuantizedMatrix: Sendable {
    /// Longest sum that whole numbers of 32 bits surely hold: 255·127·60000 < 2³¹.
    package static let longest = 60_000

    private static let table: vk_bytes_kernels = {
        guard let table = vk_bytes_table(vk_bytes_best()) else { preconditionFailure("the best form is always there") }
        return table.pointee
    }()

    /// The instructions in use: `scalar`, `avx2` or `avx512vnni`.
    package static var levelName: String {
        switch table.level {
        case VK_BYTES_AVX2: "avx2"
        case VK_BYTES_VNNI: "avx512vnni"
        default: "scalar"
        }
    }

    /// Rows of input that are rounded and multiplied at a time: their bytes stay in the second-level cache.
    private static let block = 252

    package let rows: Int, columns: Int
    /// Of each output: the size of a step, and the sum of its whole numbers.
    private let scales: Tensor, sums: [Int32]
    /// The packed bytes, held as floats that nobody reads as such.
    private let packed: Tensor

    /// From a weight [out, in]. Numbers that are not finite make their output NaN, as they would unrounded.
    package init(transposing weight: Tensor) {
        let outputs = weight.shape[0], inputs = weight.count / max(weight.shape[0], 1)
        precondition(inputs <= Self.longest, "a layer of \(inputs) inputs")
        (rows, columns) = (inputs, outputs)
        var rounded = [Int8](repeating: 0, count: outputs * inputs), sums = [Int32](repeating: 0, count: outputs)
        scales = Tensor([outputs]) { scales in
            weight.withUnsafeBufferPointer { weight in
                for output in 0..<outputs {
                    let row = output * inputs..<(output + 1) * inputs
                    let isFinite = row.allSatisfy { weight[$0].isFinite }
                    let step = isFinite ? row.reduce(0) { max($0, abs(weight[$1])) } / 127 : Float.nan
                    scales[output] = step
                    guard step > 0 else { continue }
                    for place in row {
                        let whole = (weight[place] / step).rounded(.toNearestOrEven)
                        // a step that is subnormal may round to more than 127
                        rounded[place] = Int8(min(max(whole, -127), 127))
                        sums[output] += Int32(rounded[place])
                    }
                }
            }
        }
        self.sums = sums
        let bytes = Self.table.packed_size(inputs, outputs)
        packed = Tensor([(bytes + 3) / 4]) { memory in
            guard let start = memory.baseAddress else { return }
            Self.table.pack(inputs, outputs, rounded, UnsafeMutableRawPointer(start))
        }
    }

    /// c = activation(a · weights + bias + residual) for `count` rows of a. `residual` may be c itself.
    package func multiply(
        _ count: Int, _ a: Floats, _ aStride: Int, into c: MutableFloats, _ cStride: Int, bias: Floats? = nil,
        residual: Floats? = nil, residualStride: Int = 0, activation: Activation = .none, _ scratch: Scratch
    ) {
        let table = Self.table
        scratch.frame {
            let most = min(count, Self.block)
            let quantized = UnsafeMutableRawPointer(scratch.take((most * table.row_size(rows) + 3) / 4))
            let scale = scratch.take(most), zero = UnsafeMutableRawPointer(scratch.take(most))
                .bindMemory(to: Int32.self, capacity: most)
            for first in stride(from: 0, to: count, by: Self.block) {
                let high = min(Self.block, count - first)
                var epilogue = vk_epilogue(
                    bias: bias, residual: residual.map { $0 + first * residualStride }, residual_stride: residualStride,
                    activation: activation.kernel)
                table.quantise(high, rows, a + first * aStride, aStride, quantized, scale, zero)
                table.product(
                    high, columns, rows, quantized, scale, zero, packed.base, scales.base, sums, c + first * cStride,
                    cStride, &epilogue)
            }
        }
    }
}
