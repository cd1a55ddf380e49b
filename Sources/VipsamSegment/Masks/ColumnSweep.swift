/// The working memory of a scan: three columns of cells enlarged downwards, and one column of the picture.
///
/// Columns of the picture are mixed from neighbouring columns of cells, so going from left to right each column of
/// cells is enlarged once.
struct ColumnSweep {
    /// Pixels above the raised and the lowered threshold so far.
    private(set) var above = 0
    private(set) var below = 0

    private let rows: Range<Int>
    private let raised: Float
    private let lowered: Float
    private let columns: [UnsafeMutablePointer<Float>]
    private let mixed: UnsafeMutablePointer<Float>
    private let flags: UnsafeMutablePointer<UInt8>
    /// The cell column that each of the three holds; -1 for none.
    private var held = [Int](repeating: -1, count: AxisTaps.taps)

    /// - Parameter memory: five floats per row; only valid while the caller's allocation is.
    init(rows: Range<Int>, offset: Float, memory: UnsafeMutableBufferPointer<Float>) {
        guard let base = memory.baseAddress, memory.count >= (AxisTaps.taps + 2) * rows.count else {
            preconditionFailure("five floats per row")
        }
        self.rows = rows
        raised = MaskScanner.threshold + offset
        lowered = MaskScanner.threshold - offset
        columns = (0..<AxisTaps.taps).map { base + $0 * rows.count }
        mixed = base + AxisTaps.taps * rows.count
        flags = UnsafeMutableRawPointer(mixed + rows.count).assumingMemoryBound(to: UInt8.self)
    }

    /// Enlarges a column of cells downwards, unless it is there already.
    mutating func prepare(_ cell: Int, _ logits: UnsafeBufferPointer<Float>, _ down: AxisTaps) {
        let slot = cell % AxisTaps.taps
        if held[slot] == cell { return }
        held[slot] = cell
        let target = columns[slot]
        let cells = down.cells, last = cells - 1
        down.first.withUnsafeBufferPointer { first in
            down.weights.withUnsafeBufferPointer { weights in
                for y in rows {
                    let top = Int(first[y])
                    let tap = AxisTaps.taps * y
                    target[y - rows.lowerBound] =
                        weights[tap] * logits[top * cells + cell]
                        + weights[tap + 1] * logits[min(top + 1, last) * cells + cell]
                        + weights[tap + 2] * logits[min(top + 2, last) * cells + cell]
                }
            }
        }
    }

    /// Mixes one column of the picture and counts it.
    mutating func mix(_ cell: Int, _ weights: ArraySlice<Float>, last: Int) {
        let w0 = weights[weights.startIndex], w1 = weights[weights.startIndex + 1]
        let w2 = weights[weights.startIndex + 2]
        let c0 = columns[cell % AxisTaps.taps], c1 = columns[min(cell + 1, last) % AxisTaps.taps]
        let c2 = columns[min(cell + 2, last) % AxisTaps.taps]
        let mixed = mixed
        let (raised, lowered) = (raised, lowered)
        var high: Int32 = 0, low: Int32 = 0
        for y in 0..<rows.count {
            let value = w0 * c0[y] + w1 * c1[y] + w2 * c2[y]
            mixed[y] = value
            high &+= value > raised ? 1 : 0
            low &+= value > lowered ? 1 : 0
        }
        above += Int(high)
        below += Int(low)
    }

    /// Calls back with the runs of the mixed column that are above a threshold, from the top.
    func forEachRun(above threshold: Float, _ body: (_ from: Int, _ to: Int) -> Void) {
        let count = rows.count
        let mixed = mixed, flags = flags
        for y in 0..<count { flags[y] = mixed[y] > threshold ? 1 : 0 }
        var y = 0
        while true {
            y = Self.next(flags, from: y, count: count, differentFrom: 0)
            if y == count { return }
            let start = y
            y = Self.next(flags, from: y, count: count, differentFrom: 1)
            body(rows.lowerBound + start, rows.lowerBound + y)
        }
    }

    /// Eight flags at a time.
    private static func next(
        _ flags: UnsafeMutablePointer<UInt8>, from start: Int, count: Int, differentFrom value: UInt8
    ) -> Int {
        let raw = UnsafeRawPointer(flags)
        let eight = UInt64(value) &* 0x0101_0101_0101_0101
        var y = start
        while y + 8 <= count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: y, as: UInt64.self))
            if word != eight { return y + (word ^ eight).trailingZeroBitCount / 8 }
            y += 8
        }
        while y < count, flags[y] == value { y += 1 }
        return y
    }
}
