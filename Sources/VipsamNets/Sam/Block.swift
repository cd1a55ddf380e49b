import VipsamTensor

/// One transformer block of the ViT image encoder; windowed, or global when its window is the whole grid.
struct Block: Sendable {
    private static let eps: Float = 1e-6

    private let width: Int, hidden: Int
    private let norm1: LayerNorm, qkv: Linear, attention: RelativeAttention, proj: Linear
    private let norm2: LayerNorm, lin1: Linear, lin2: Linear

    /// Reads one block. The window follows from the length of its relative position tables.
    init(_ w: Weights, width: Int) throws(CheckpointError) {
        let table = try w.shape("attn.rel_pos_h", rank: 2), depth = table[1]
        guard depth > 0, width % depth == 0 else {
            throw w.fault("attn.rel_pos_h", "has \(depth) columns, which do not divide the width \(width)")
        }
        guard table[0] % 2 == 1 else {
            throw w.fault("attn.rel_pos_h", "has \(table[0]) rows; the number must be odd (twice the window less one)")
        }
        self.width = width
        norm1 = try LayerNorm(w["norm1"], width, eps: Self.eps)
        qkv = try Linear(w["attn.qkv"], width, 3 * width)
        attention = try RelativeAttention(w["attn"], heads: width / depth, depth: depth, side: (table[0] + 1) / 2)
        proj = try Linear(w["attn.proj"], width, width)
        norm2 = try LayerNorm(w["norm2"], width, eps: Self.eps)
        hidden = try w.shape("mlp.lin1.weight", rank: 2)[0]
        lin1 = try Linear(w["mlp.lin1"], width, hidden)
        lin2 = try Linear(w["mlp.lin2"], hidden, width)
    }

    /// Queries, keys and values [rows, 3·width] of some tokens.
    func project(_ rows: Int, _ x: Floats, into y: MutableFloats, _ scratch: Scratch) {
        scratch.frame {
            let normed = scratch.take(rows * width)
            norm1(rows, x, width, into: normed, width)
            qkv(rows, normed, width, into: y, 3 * width, scratch)
        }
    }

    /// Attention over all tokens: qkv [grid², 3·width] to y [grid², width].
    ///
    /// - Parameter memory: `attentionMemory(grid:)` floats.
    func attend(_ qkv: Floats, grid: Int, into y: MutableFloats, memory: MutableFloats, threads: Threads) {
        if attention.side == grid {
            attendEverywhere(qkv, grid: grid, into: y, memory: memory, threads: threads)
        } else {
            let windows = (grid + attention.side - 1) / attention.side
            threads.spread(windows * windows * attention.heads) { index, scratch in
                let (window, head) = index.quotientAndRemainder(dividingBy: attention.heads)
                attendInWindow(
                    qkv, grid: grid, top: window / windows * attention.side, left: window % windows * attention.side,
                    head: head, into: y, scratch)
            }
        }
    }

    /// Everything after the attention, for some tokens: projection, residual, norm, MLP, residual, in place.
    func finish(_ rows: Int, _ attended: Floats, _ x: MutableFloats, _ scratch: Scratch) {
        proj(rows, attended, width, into: x, width, residual: x, residualStride: width, scratch)
        scratch.frame {
            let normed = scratch.take(rows * width), inner = scratch.take(rows * hidden)
            norm2(rows, x, width, into: normed, width)
            lin1(rows, normed, width, into: inner, hidden, activation: .gelu, scratch)
            lin2(rows, inner, hidden, into: x, width, residual: x, residualStride: width, scratch)
        }
    }

    /// Floats of memory that attention over all tokens works in: the packed keys and values of a global block.
    func attentionMemory(grid: Int) -> Int {
        guard attention.side == grid else { return 0 }
        let (keySize, valueSize) = sourceSizes
        return attention.heads * (keySize + valueSize)
    }

    /// Floats of a head's keys and values, packed.
    private var sourceSizes: (keys: Int, values: Int) {
        let cells = attention.side * attention.side
        return (
            Panels.size(rows: attention.depth, columns: cells), Panels.size(rows: cells, columns: attention.depth)
        )
    }

    private func attendEverywhere(
        _ qkv: Floats, grid: Int, into y: MutableFloats, memory packed: MutableFloats, threads: Threads
    ) {
        let cells = grid * grid, depth = attention.depth, row = 3 * width
        let (keySize, valueSize) = sourceSizes
        threads.spread(attention.heads * 2) { index, _ in
            let (head, part) = index.quotientAndRemainder(dividingBy: 2)
            let from = qkv + head * depth, to = packed + head * (keySize + valueSize)
            if part == 0 {
                _ = Panels(
                    rows: depth, columns: cells, from + width, rowStride: 1, columnStride: row, scale: attention.scale,
                    at: to)
            } else {
                _ = Panels(
                    rows: cells, columns: depth, from + 2 * width, rowStride: row, columnStride: 1, at: to + keySize)
            }
        }
        let piece = attention.tile, pieces = (cells + piece - 1) / piece
        threads.spread(attention.heads * pieces) { index, scratch in
            let (head, tile) = index.quotientAndRemainder(dividingBy: pieces)
            let first = tile * piece, count = min(piece, cells - first)
            let from = packed + head * (keySize + valueSize)
            attention.attend(
                count, qkv + first * row + head * depth, row, cell: { ((first + $0) / grid, (first + $0) % grid) },
                keys: Panels(rows: depth, columns: cells, packed: from),
                values: Panels(rows: cells, columns: depth, packed: from + keySize),
                into: y + first * width + head * depth, width, scratch)
        }
    }

    /// One head in one window. Cells beyond the grid are padding: the original code pads after the norm, with zeros, so
    /// their keys and values are exactly the bias, and they take part in every softmax. As queries they are left out.
    private func attendInWindow(
        _ qkv: Floats, grid: Int, top: Int, left: Int, head: Int, into y: MutableFloats, _ scratch: Scratch
    ) {
        let side = attention.side, depth = attention.depth, row = 3 * width
        let high = min(side, grid - top), wide = min(side, grid - left)
        let padding = high < side || wide < side ? self.qkv.outputForZeros : nil
        let queries = scratch.take(high * wide * depth), results = scratch.take(high * wide * depth)
        let keys = scratch.take(side * side * depth), values = scratch.take(side * side * depth)
        for i in 0..<side {
            for j in 0..<side {
                let key = keys + (i * side + j) * depth, value = values + (i * side + j) * depth
                if i < high && j < wide {
                    let token = qkv + ((top + i) * grid + left + j) * row + head * depth
                    (queries + (i * wide + j) * depth).update(from: token, count: depth)
                    key.update(from: token + width, count: depth)
                    value.update(from: token + 2 * width, count: depth)
                } else if let padding {
                    key.update(from: padding + width + head * depth, count: depth)
                    value.update(from: padding + 2 * width + head * depth, count: depth)
                }
            }
        }
        attention.attend(
            high * wide, queries, depth, cell: { ($0 / wide, $0 % wide) },
            keys: Panels(
                rows: depth, columns: side * side, keys, rowStride: 1, columnStride: depth, scale: attention.scale,
                in: scratch),
            values: Panels(rows: side * side, columns: depth, values, rowStride: depth, columnStride: 1, in: scratch),
            into: results, depth, scratch)
        for i in 0..<high {
            for j in 0..<wide {
                (y + ((top + i) * grid + left + j) * width + head * depth)
                    .update(from: results + (i * wide + j) * depth, count: depth)
            }
        }
    }
}
