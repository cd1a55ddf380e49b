import CKernels

/// A right-hand side in the order in which products read it, in memory that somebody else owns.
package struct Panels {
    /// Length of the sum, and number of results per row.
    package let rows: Int, columns: Int
    let packed: Floats

    /// Packs b (element (i, j) at `b[i·rowStride + j·columnStride]`, times `scale`) into working memory.
    package init(
        rows: Int, columns: Int, _ b: Floats, rowStride: Int, columnStride: Int, scale: Float = 1,
        in scratch: Scratch
    ) {
        self.init(
            rows: rows, columns: columns, b, rowStride: rowStride, columnStride: columnStride, scale: scale,
            at: scratch.take(Self.size(rows: rows, columns: columns)))
    }

    /// Packs b into given memory of `size(rows:columns:)` floats.
    package init(
        rows: Int, columns: Int, _ b: Floats, rowStride: Int, columnStride: Int, scale: Float = 1,
        at memory: MutableFloats
    ) {
        Kernels.table.pack(rows, columns, b, rowStride, columnStride, scale, memory)
        self.init(rows: rows, columns: columns, packed: memory)
    }

    /// Refers to what was packed into `memory` before.
    package init(rows: Int, columns: Int, packed memory: Floats) {
        self.rows = rows
        self.columns = columns
        self.packed = memory
    }

    /// Floats that the packed form takes.
    package static func size(rows: Int, columns: Int) -> Int {
        Kernels.table.packed_size(rows, columns)
    }

    /// Some of the columns; the first must be a multiple of `Kernels.panel`.
    package func columns(from first: Int, _ count: Int) -> Panels {
        Panels(rows: rows, columns: count, packed: packed + Self.size(rows: rows, columns: first))
    }

    /// c = activation(a · self + bias + residual) for `count` rows of a. `residual` may be c itself.
    package func multiply(
        _ count: Int, _ a: Floats, _ aStride: Int, into c: MutableFloats, _ cStride: Int, bias: Floats? = nil,
        residual: Floats? = nil, residualStride: Int = 0, activation: Activation = .none, _ scratch: Scratch
    ) {
        var epilogue = vk_epilogue(
            bias: bias, residual: residual, residual_stride: residualStride, activation: activation.kernel)
        scratch.frame {
            let work = scratch.take(Kernels.table.product_work(count, rows))
            Kernels.table.product(count, columns, rows, a, aStride, packed, c, cStride, &epilogue, work)
        }
    }
}

/// A right-hand side packed once and for all, such as the weight of a layer.
package struct PackedMatrix: Sendable {
    package let rows: Int, columns: Int
    private let packed: Tensor

    /// Packs b: element (i, j) at `b[i·rowStride + j·columnStride]`.
    package init(rows: Int, columns: Int, _ b: Floats, rowStride: Int, columnStride: Int) {
        self.rows = rows
        self.columns = columns
        packed = Tensor([Panels.size(rows: rows, columns: columns)]) { memory in
            guard let start = memory.baseAddress else { return }
            _ = Panels(rows: rows, columns: columns, b, rowStride: rowStride, columnStride: columnStride, at: start)
        }
    }

    /// The transpose of a weight [out, in], as y = x·Wᵀ needs it.
    package init(transposing weight: Tensor) {
        let columns = weight.shape[0], rows = weight.count / max(columns, 1)
        self = weight.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("a weight has elements") }
            return PackedMatrix(rows: rows, columns: columns, base, rowStride: 1, columnStride: rows)
        }
    }

    /// For products; valid while this value lives.
    package var panels: Panels { Panels(rows: rows, columns: columns, packed: packed.base) }
}
