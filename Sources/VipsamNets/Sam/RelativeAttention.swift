import VipsamTensor

/// Multi-head attention on an n×n grid with relative position terms, as in the image encoder's blocks.
///
/// The scores of query (h, w) are q·k/√d + q·Rh[h−i+n−1] + q·Rw[w−j+n−1] over the keys (i, j); the relative terms come
/// from one small product of the queries with both tables. Scores exist only for a tile of queries at a time.
struct RelativeAttention: Sendable {
    /// Scores that a tile may have: what the second-level cache keeps beside keys and values, 28 queries' against 4096
    /// keys.
    private static let most = 28 * 4096

    let heads: Int, depth: Int, side: Int
    private let tables: PackedMatrix

    /// Reads `rel_pos_h` and `rel_pos_w` [2·side − 1, depth].
    init(_ w: Weights, heads: Int, depth: Int, side: Int) throws(CheckpointError) {
        self.heads = heads
        self.depth = depth
        self.side = side
        let span = 2 * side - 1
        let high = try w.tensor("rel_pos_h", span, depth), wide = try w.tensor("rel_pos_w", span, depth)
        // backwards, so that the terms of one query for i = 0, 1, … lie side by side
        let backwards = Tensor([2 * span, depth]) { target in
            for (table, start) in [(high, 0), (wide, span)] {
                table.withUnsafeBufferPointer { source in
                    for row in 0..<span {
                        for j in 0..<depth { target[(start + row) * depth + j] = source[(span - 1 - row) * depth + j] }
                    }
                }
            }
        }
        tables = PackedMatrix(transposing: backwards)
    }

    /// Queries per tile, a multiple of the rows of a product's tile.
    var tile: Int { max(28, Self.most / (side * side) / 28 * 28) }

    var scale: Float { 1 / Float(depth).squareRoot() }

    /// Attends with one head and `count` queries q [count, depth], where query i stands at the cell `cell(i)` of the
    /// grid. Keys are packed as [depth, side²] and scaled, values as [side², depth].
    func attend(
        _ count: Int, _ q: Floats, _ qStride: Int, cell: (Int) -> (row: Int, column: Int), keys: Panels, values: Panels,
        into y: MutableFloats, _ yStride: Int, _ scratch: Scratch
    ) {
        let span = 2 * side - 1, cells = side * side
        // a stride off the powers of two keeps the rows of a tile out of each other's cache sets
        let stride = (cells + 15) & ~15 + (cells % 512 == 0 ? 16 : 0)
        for first in Swift.stride(from: 0, to: count, by: tile) {
            scratch.frame {
                let rows = min(tile, count - first)
                let scores = scratch.take(rows * stride), terms = scratch.take(rows * 2 * span)
                let inverse = scratch.take(rows)
                let down = scratch.takeIntegers(rows), across = scratch.takeIntegers(rows)
                let queries = q + first * qStride
                keys.multiply(rows, queries, qStride, into: scores, stride, scratch)
                tables.panels.multiply(rows, queries, qStride, into: terms, 2 * span, scratch)
                for r in 0..<rows {
                    let (row, column) = cell(first + r)
                    down[r] = r * 2 * span + side - 1 - row
                    across[r] = r * 2 * span + span + side - 1 - column
                }
                Kernels.softmaxGrid(
                    rows, side, side, scores, stride, vertical: terms, down, horizontal: terms, across,
                    inverse: inverse)
                let target = y + first * yStride
                values.multiply(rows, scores, stride, into: target, yStride, scratch)
                Kernels.scaleRows(rows, depth, target, yStride, by: inverse)
            }
        }
    }
}
