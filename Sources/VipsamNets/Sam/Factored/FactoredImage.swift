import VipsamTensor

/// What all prompts on one picture share, for the factored form of the image side (see `FactoredWeights`).
struct FactoredImage: Sendable {
    private static let block = 252

    let image: PreparedImage
    let weights: FactoredWeights
    /// Per head [depth, cells], for products with a prompt's few keys, queries or values: scores of layer 1's two
    /// attentions and of the final one, each with the part that comes from the positions, and the cross terms of the
    /// variances.
    let keys1: [PackedMatrix], queries1: [PackedMatrix], finalKeys: [PackedMatrix]
    let keys1OfPositions: [PackedMatrix], queries1OfPositions: [PackedMatrix], finalKeysOfPositions: [PackedMatrix]
    let cross0: [PackedMatrix], cross01: [PackedMatrix], cross11: [PackedMatrix]
    /// Values of layer 1 and of the final attention [cells, inner], readable a panel beyond their end.
    let values1: Tensor, finalValues: Tensor
    /// The first transposed convolution of Y·γ₁ [cells, upscaled].
    let upscaled: Tensor
    /// |X|², |Y|² and Y·J(β₀ + b₁) of each cell.
    let squareX: Tensor, squareY: Tensor, shiftY: Tensor

    var cells: Int { image.cells }

    init(_ image: PreparedImage, _ weights: FactoredWeights, threads: Threads) {
        (self.image, self.weights) = (image, weights)
        let cells = image.cells, channels = weights.channels, inner = weights.inner
        let memory = Scratch()
        let xWidth = weights.fromX.columns, yWidth = weights.fromY.columns
        let positionWidth = weights.fromPositions.columns
        let ofX = memory.take(cells * xWidth), ofY = memory.take(cells * yWidth)
        let ofPositions = memory.take(cells * positionWidth)
        let squares = memory.take(3 * cells)
        threads.spreadRows(cells, by: Self.block) { first, count, scratch in
            let x = scratch.take(count * channels), y = scratch.take(count * channels)
            for cell in 0..<count {
                Self.centre(
                    image.keys.base + (first + cell) * channels, plus: weights.outBias.base, channels,
                    into: x + cell * channels)
                Self.centre(
                    x + cell * channels, times: weights.gamma.base, channels, into: y + cell * channels)
                squares[first + cell] = Self.dot(x + cell * channels, x + cell * channels, channels)
                squares[cells + first + cell] = Self.dot(y + cell * channels, y + cell * channels, channels)
                squares[2 * cells + first + cell] = Self.dot(y + cell * channels, weights.shift.base, channels)
            }
            weights.fromX.panels.multiply(count, x, channels, into: ofX + first * xWidth, xWidth, scratch)
            weights.fromY.panels.multiply(count, y, channels, into: ofY + first * yWidth, yWidth, scratch)
            weights.fromPositions.panels.multiply(
                count, image.positions.base + first * channels, channels, into: ofPositions + first * positionWidth,
                positionWidth, bias: weights.positionsBias.base, scratch)
        }
        func heads(_ from: Floats, _ stride: Int, _ column: Int) -> [PackedMatrix] {
            var matrices = [PackedMatrix?](repeating: nil, count: weights.heads)
            matrices.withUnsafeMutableBufferPointer { matrices in
                threads.spread(weights.heads) { head, _ in
                    matrices[head] = PackedMatrix(
                        rows: weights.depth, columns: cells, from + column + head * weights.depth, rowStride: 1,
                        columnStride: stride)
                }
            }
            return matrices.compactMap { $0 }
        }
        func copy(_ from: Floats, _ stride: Int, columns: Range<Int>) -> Tensor {
            let width = columns.count
            return Tensor([cells * width + Kernels.panel]) { target in
                guard let target = target.baseAddress else { return }
                for cell in 0..<cells {
                    (target + cell * width).update(from: from + cell * stride + columns.lowerBound, count: width)
                }
                (target + cells * width).update(repeating: 0, count: Kernels.panel)
            }
        }
        let (x, y, p) = (weights.xColumns, weights.yColumns, weights.positionColumns)
        cross0 = heads(ofX, xWidth, x.cross)
        keys1 = heads(ofX, xWidth, x.keys)
        queries1 = heads(ofX, xWidth, x.queries)
        values1 = copy(ofX, xWidth, columns: x.values..<x.values + inner)
        cross01 = heads(ofY, yWidth, y.cross0)
        cross11 = heads(ofY, yWidth, y.cross1)
        finalKeys = heads(ofY, yWidth, y.keys)
        finalValues = copy(ofY, yWidth, columns: y.values..<y.values + inner)
        upscaled = copy(ofY, yWidth, columns: y.upscaled..<yWidth)
        keys1OfPositions = heads(ofPositions, positionWidth, p.keys)
        queries1OfPositions = heads(ofPositions, positionWidth, p.queries)
        finalKeysOfPositions = heads(ofPositions, positionWidth, p.final)
        squareX = Tensor([cells], Array(UnsafeBufferPointer(start: squares, count: cells)))
        squareY = Tensor([cells], Array(UnsafeBufferPointer(start: squares + cells, count: cells)))
        shiftY = Tensor([cells], Array(UnsafeBufferPointer(start: squares + 2 * cells, count: cells)))
    }

    /// (x + addend)·factor without its mean.
    private static func centre(
        _ x: Floats, plus addend: Floats? = nil, times factor: Floats? = nil, _ count: Int, into y: MutableFloats
    ) {
        var sum = 0.0
        for index in 0..<count {
            let value = (x[index] + (addend?[index] ?? 0)) * (factor?[index] ?? 1)
            y[index] = value
            sum += Double(value)
        }
        let mean = Float(sum / Double(count))
        for index in 0..<count { y[index] -= mean }
    }

    private static func dot(_ x: Floats, _ y: Floats, _ count: Int) -> Float {
        var sum = 0.0
        for index in 0..<count { sum += Double(x[index]) * Double(y[index]) }
        return Float(sum)
    }
}
