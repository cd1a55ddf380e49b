import VipsamTensor

/// A matrix while a model is being loaded: for the few products of weights with weights.
struct LoadedMatrix {
    let rows: Int, columns: Int
    private let values: [Float]

    init(_ rows: Int, _ columns: Int, _ values: [Float]) {
        precondition(values.count == rows * columns)
        (self.rows, self.columns, self.values) = (rows, columns, values)
    }

    /// Of a tensor [rows, …].
    init(_ tensor: Tensor) {
        self.init(tensor.shape[0], tensor.count / tensor.shape[0], tensor.values)
    }

    /// One row.
    init(row: [Float]) { self.init(1, row.count, row) }

    var transposed: LoadedMatrix {
        var turned = [Float](repeating: 0, count: values.count)
        Kernels.transpose(rows, columns, values, columns, into: &turned, rows)
        return LoadedMatrix(columns, rows, turned)
    }

    /// Each row without its mean.
    var centred: LoadedMatrix {
        var result = values
        for row in 0..<rows {
            let range = row * columns..<(row + 1) * columns
            let mean = Float(values[range].reduce(0.0) { $0 + Double($1) } / Double(columns))
            for index in range { result[index] -= mean }
        }
        return LoadedMatrix(rows, columns, result)
    }

    static func * (a: LoadedMatrix, b: LoadedMatrix) -> LoadedMatrix {
        precondition(a.columns == b.rows)
        let packed = PackedMatrix(rows: b.rows, columns: b.columns, b.values, rowStride: b.columns, columnStride: 1)
        var product = [Float](repeating: 0, count: a.rows * b.columns)
        packed.panels.multiply(a.rows, a.values, a.columns, into: &product, b.columns, Scratch())
        return LoadedMatrix(a.rows, b.columns, product)
    }

    static func * (a: LoadedMatrix, factor: Float) -> LoadedMatrix {
        LoadedMatrix(a.rows, a.columns, a.values.map { $0 * factor })
    }

    /// Every column times its own factor.
    func scaled(by factors: [Float]) -> LoadedMatrix {
        precondition(factors.count == columns)
        return LoadedMatrix(rows, columns, values.indices.map { values[$0] * factors[$0 % columns] })
    }

    static func + (a: LoadedMatrix, row: [Float]) -> LoadedMatrix {
        precondition(row.count == a.columns)
        return LoadedMatrix(a.rows, a.columns, a.values.indices.map { a.values[$0] + row[$0 % a.columns] })
    }

    /// Matrices of as many rows next to each other.
    static func beside(_ parts: [LoadedMatrix]) -> LoadedMatrix {
        let rows = parts[0].rows
        precondition(parts.allSatisfy { $0.rows == rows })
        var values: [Float] = []
        for row in 0..<rows {
            for part in parts { values += part.values[row * part.columns..<(row + 1) * part.columns] }
        }
        return LoadedMatrix(rows, values.count / rows, values)
    }

    /// Some rows, as a right-hand side.
    func packed(rows range: Range<Int>) -> PackedMatrix {
        values.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("a weight has elements") }
            return PackedMatrix(
                rows: range.count, columns: columns, base + range.lowerBound * columns, rowStride: columns,
                columnStride: 1)
        }
    }

    var packed: PackedMatrix { packed(rows: 0..<rows) }

    var tensor: Tensor { Tensor([rows, columns], values) }

    /// The elements row by row.
    var elements: [Float] { values }
}
