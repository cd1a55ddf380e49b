import CKernels

package typealias Floats = UnsafePointer<Float>
package typealias MutableFloats = UnsafeMutablePointer<Float>

/// What happens to an element of a product before it is stored.
package enum Activation: Sendable {
    case none, gelu, relu

    var kernel: vk_activation {
        switch self {
        case .none: VK_NONE
        case .gelu: VK_GELU
        case .relu: VK_RELU
        }
    }
}

/// The vector loops of CKernels, for the widest instruction set of this machine. Matrices are row-major, strides count
/// floats; vipsam_kernels.h says what each does.
package enum Kernels {
    static let table: vk_kernels = {
        guard let table = vk_table(vk_best()) else { preconditionFailure("the best level is always there") }
        return table.pointee
    }()

    /// Name of the instruction set in use: `scalar`, `neon`, `avx2` or `avx512`.
    package static var levelName: String {
        switch table.level {
        case VK_NEON: "neon"
        case VK_AVX2: "avx2"
        case VK_AVX512: "avx512"
        default: "scalar"
        }
    }

    /// Unpacked right-hand sides must be readable up to the next multiple of this many columns.
    package static var panel: Int { table.panel }

    package static func exponential(_ x: Float) -> Float {
        var x = x
        table.exponential(1, &x)
        return x
    }

    /// y += x · factor
    package static func addScaled(_ count: Int, _ x: Floats, by factor: Float, into y: MutableFloats) {
        table.add_scaled(count, x, factor, y)
    }

    /// x = x · factor
    package static func scale(_ count: Int, _ x: MutableFloats, by factor: Float) {
        var factor = factor
        table.scale_rows(1, count, x, count, &factor)
    }

    package static func gelu(_ count: Int, _ x: MutableFloats) { table.gelu(count, x) }

    package static func softmax(
        _ rows: Int, _ columns: Int, _ s: MutableFloats, _ stride: Int, bias: Floats? = nil, biasStride: Int = 0,
        inverse: MutableFloats
    ) {
        table.softmax(rows, columns, s, stride, bias, biasStride, inverse)
    }

    package static func softmaxGrid(
        _ rows: Int, _ high: Int, _ wide: Int, _ s: MutableFloats, _ stride: Int, vertical: Floats,
        _ verticalOffset: UnsafePointer<Int>, horizontal: Floats, _ horizontalOffset: UnsafePointer<Int>,
        inverse: MutableFloats
    ) {
        table.softmax_grid(rows, high, wide, s, stride, vertical, verticalOffset, horizontal, horizontalOffset, inverse)
    }

    /// `besideZero`: each column has one more score, a zero, that is not stored.
    package static func softmaxColumns(
        _ rows: Int, _ columns: Int, _ s: MutableFloats, _ stride: Int, besideZero: Bool = false
    ) {
        table.softmax_columns(rows, columns, s, stride, besideZero ? 1 : 0)
    }

    package static func exponentialColumns(
        _ rows: Int, _ columns: Int, _ s: MutableFloats, _ stride: Int, greatest: MutableFloats, sum: MutableFloats
    ) {
        table.exponential_columns(rows, columns, s, stride, greatest, sum)
    }

    package static func transpose(
        _ rows: Int, _ columns: Int, _ s: Floats, _ stride: Int, into t: MutableFloats, _ tStride: Int
    ) {
        table.transpose(rows, columns, s, stride, t, tStride)
    }

    package static func scaleRows(
        _ rows: Int, _ columns: Int, _ x: MutableFloats, _ stride: Int, by factor: Floats
    ) {
        table.scale_rows(rows, columns, x, stride, factor)
    }

    package static func scaleColumns(
        _ rows: Int, _ columns: Int, _ x: MutableFloats, _ stride: Int, by factor: Floats
    ) {
        table.scale_columns(rows, columns, x, stride, factor)
    }

    /// y += for each column the sum of a·b
    package static func dotColumns(
        _ rows: Int, _ columns: Int, _ a: Floats, _ aStride: Int, _ b: Floats, _ bStride: Int, into y: MutableFloats
    ) {
        table.dot_columns(rows, columns, a, aStride, b, bStride, y)
    }

    /// y [vectors, rows] = the sums of a·b along each row of a [rows, n] for each row of b [vectors, n]
    package static func dotRows(
        _ rows: Int, _ n: Int, _ a: Floats, _ aStride: Int, _ vectors: Int, _ b: Floats, _ bStride: Int,
        into y: MutableFloats, _ yStride: Int
    ) {
        table.dot_rows(rows, n, a, aStride, vectors, b, bStride, y, yStride)
    }

    /// Enlarges a column of `cells` cells from x, which has two more; see vipsam_kernels.h.
    package static func enlarge(
        _ cells: Int, starts: UnsafePointer<Int32>, weights: Floats, apart: Int, _ x: Floats, into y: MutableFloats
    ) {
        table.enlarge(cells, starts, weights, apart, x, y)
    }

    /// y = x₀·w₀ + x₁·w₁ + x₂·w₂; adds to `counts` how many are above each of the limits, and marks in `any` where y is
    /// above the first.
    package static func mix(
        _ count: Int, _ x: (Floats, Floats, Floats), by weights: (Float, Float, Float),
        limits: (Float, Float, Float), into y: MutableFloats, any: UnsafeMutablePointer<Int32>,
        counts: UnsafeMutablePointer<Int>
    ) {
        withUnsafeTemporaryAllocation(of: Floats.self, capacity: 3) { columns in
            (columns[0], columns[1], columns[2]) = x
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 6) { numbers in
                (numbers[0], numbers[1], numbers[2]) = weights
                (numbers[3], numbers[4], numbers[5]) = limits
                guard let columns = columns.baseAddress, let numbers = numbers.baseAddress else { return }
                table.mix(count, columns, numbers, numbers + 3, y, any, counts)
            }
        }
    }

    package static func add(
        _ rows: Int, _ columns: Int, _ x: Floats, _ xStride: Int, _ y: Floats, _ yStride: Int,
        into z: MutableFloats, _ zStride: Int
    ) {
        table.add(rows, columns, x, xStride, y, yStride, z, zStride)
    }

    /// c [m, n] = aᵀ·b + from, with a [k, m] and b [k, n]; `from` may be c itself.
    package static func productTransposed(
        _ m: Int, _ n: Int, _ k: Int, _ a: Floats, _ aStride: Int, _ b: Floats, _ bStride: Int,
        plus from: Floats? = nil, _ fromStride: Int = 0, into c: MutableFloats, _ cStride: Int
    ) {
        table.product_transposed(m, n, k, a, aStride, b, bStride, from, fromStride, c, cStride)
    }

    package static func layerNorm(
        _ rows: Int, _ columns: Int, _ x: Floats, _ xStride: Int, weight: Floats, bias: Floats, eps: Float,
        into y: MutableFloats, _ yStride: Int
    ) {
        table.layer_norm(rows, columns, x, xStride, weight, bias, eps, y, yStride)
    }
}
