import VipsamTensor

/// A·G·Aᵀ for each cell's attention weights A, [others + 1] with a one at the end, and a symmetric G.
///
/// What is above the diagonal of G is what is below it: blocks below it are doubled, and those above not looked at.
struct QuadraticForm {
    /// Rows that go together: two tiles of a product.
    private static let block = 12

    private let others: Int
    /// G, row-major, doubled below the blocks on the diagonal.
    private let matrix: Floats

    /// - Parameter gram: G [others + 1, others + 1], which is changed.
    init(_ gram: MutableFloats, others: Int) {
        for row in 0...others {
            let doubled = row < others ? row / Self.block * Self.block : others
            Kernels.scale(doubled, gram + row * (others + 1), by: 2)
        }
        self.others = others
        matrix = Floats(gram)
    }

    /// square [count] += the form of the weights [others + 1, count] of some cells, and A·c for c [others + 1, count].
    ///
    /// - Parameters:
    ///   - terms: c, in rows of `width`; may be nil or `memory` itself.
    ///   - memory: for [others, count] in rows of `width`.
    func add(
        of weights: Floats, _ stride: Int, plus terms: Floats?, at memory: MutableFloats, _ width: Int, _ count: Int,
        into square: MutableFloats
    ) {
        let rows = others + 1
        for start in Swift.stride(from: 0, to: others, by: Self.block) {
            Kernels.productTransposed(
                min(Self.block, others - start), count, rows - start, matrix + start * rows + start, rows,
                weights + start * stride, stride, plus: terms.map { $0 + start * width }, width,
                into: memory + start * width, width)
        }
        Kernels.dotColumns(others, count, weights, stride, memory, width, into: square)
        // the row of ones
        let constant = matrix[others * rows + others]
        for cell in 0..<count { square[cell] += constant }
        if let terms { Kernels.addScaled(count, terms + others * width, by: 1, into: square) }
    }
}
