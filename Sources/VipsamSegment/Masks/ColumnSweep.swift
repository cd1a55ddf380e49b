import VipsamTensor

/// The working memory of a scan: three columns of cells enlarged downwards, and one column of the picture.
///
/// Columns of the picture are mixed from neighbouring columns of cells, so going from left to right each column of
/// cells is enlarged once.
struct ColumnSweep {
    private let cells: Int
    /// The cells at which the taps of the rows begin.
    private let origins: Range<Int>
    private let rows: Range<Int>
    private let limits: (Float, Float, Float)
    /// Logits column by column, each with its last cell twice more.
    private let turned: MutableFloats
    private let columns: [MutableFloats]
    private let mixed: MutableFloats
    /// Not zero in rows that have a pixel on the mask.
    private let onMask: UnsafeMutablePointer<Int32>
    /// Pixels above the threshold, above the raised and above the lowered one.
    private let counts: UnsafeMutablePointer<Int>
    /// The cell column that each of the three holds; -1 for none.
    private var held = [Int](repeating: -1, count: AxisTaps.taps)

    /// - Parameters:
    ///   - logits: `cells × cells`, row by row.
    ///   - origins: the cells at which the taps of the rows begin that are looked at.
    ///   - offset: shift of the threshold for the stability.
    ///   - memory: `floats(down, origins)`, which belong to the caller.
    ///   - counts: three numbers, which belong to the caller.
    init(
        _ logits: [Float], _ down: AxisTaps, origins: Range<Int>, offset: Float, memory: MutableFloats,
        counts: UnsafeMutablePointer<Int>
    ) {
        let cells = down.cells, apart = cells + AxisTaps.taps - 1
        rows = down.outputs(at: origins)
        (self.cells, self.origins, self.counts) = (cells, origins, counts)
        limits = (MaskScanner.threshold, MaskScanner.threshold + offset, MaskScanner.threshold - offset)
        let high = rows.count, turned = memory, length = high + Kernels.panel
        logits.withUnsafeBufferPointer { logits in
            guard let base = logits.baseAddress else { return }
            Kernels.transpose(cells, cells, base, cells, into: turned, apart)
        }
        for column in 0..<cells {
            let end = turned + column * apart + cells
            end.update(repeating: end[-1], count: AxisTaps.taps - 1)
        }
        self.turned = turned
        let first = turned + cells * apart
        columns = (0..<AxisTaps.taps).map { first + $0 * length }
        mixed = first + AxisTaps.taps * length
        onMask = UnsafeMutableRawPointer(mixed + high).bindMemory(to: Int32.self, capacity: high)
        onMask.update(repeating: 0, count: high)
        counts.update(repeating: 0, count: 3)
    }

    /// Floats of memory that a sweep works in.
    static func floats(_ down: AxisTaps, _ origins: Range<Int>) -> Int {
        let high = down.outputs(at: origins).count
        return down.cells * (down.cells + AxisTaps.taps - 1) + AxisTaps.taps * (high + Kernels.panel) + 2 * high
    }

    /// Pixels above the raised threshold divided by those above the lowered one.
    var stability: Float { Float(counts[1]) / Float(counts[2]) }

    /// First and last row with a pixel on the mask; nil where there is none.
    var rowsOnMask: ClosedRange<Int>? {
        let on = UnsafeBufferPointer(start: onMask, count: rows.count)
        guard let first = on.firstIndex(where: { $0 != 0 }), let last = on.lastIndex(where: { $0 != 0 }) else {
            return nil
        }
        return (rows.lowerBound + first)...(rows.lowerBound + last)
    }

    /// Mixes a column of the picture, whose taps begin at a cell, and counts it: whether it has a pixel on the mask.
    mutating func mix(_ cell: Int, _ weights: (Float, Float, Float), _ down: AxisTaps) -> Bool {
        let (first, second) = (min(cell + 1, cells - 1), min(cell + 2, cells - 1))
        let x = (prepared(cell, down), prepared(first, down), prepared(second, down)), before = counts[0]
        Kernels.mix(rows.count, x, by: weights, limits: limits, into: mixed, any: onMask, counts: counts)
        return counts[0] > before
    }

    /// A column of cells enlarged downwards.
    private mutating func prepared(_ cell: Int, _ down: AxisTaps) -> Floats {
        let slot = cell % AxisTaps.taps
        if held[slot] != cell {
            held[slot] = cell
            let column = turned + cell * (cells + AxisTaps.taps - 1)
            down.starts.withUnsafeBufferPointer { starts in
                down.weights.withUnsafeBufferPointer { weights in
                    guard let starts = starts.baseAddress, let weights = weights.baseAddress else { return }
                    Kernels.enlarge(
                        origins.count, starts: starts + origins.lowerBound, weights: weights + rows.lowerBound,
                        apart: down.apart, column + origins.lowerBound, into: columns[slot])
                }
            }
        }
        return Floats(columns[slot])
    }

    /// Calls back with the runs of the mixed column that are on the mask, from the top.
    func forEachRun(_ body: (_ from: Int, _ to: Int) -> Void) {
        let count = rows.count
        var y = 0
        while y < count {
            if mixed[y] > MaskScanner.threshold {
                let start = y
                repeat { y += 1 } while y < count && mixed[y] > MaskScanner.threshold
                body(rows.lowerBound + start, rows.lowerBound + y)
            } else {
                y += 1
            }
        }
    }
}
