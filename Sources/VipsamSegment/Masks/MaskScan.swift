public import VipsamKit

/// What the original code computes from a full-size mask of floats, without one being made.
public struct MaskScan: Sendable {
    /// Pixels whose logit is above the threshold.
    public let runs: RunLengths
    public let area: Int
    /// Smallest and largest column and row on the mask, both included; all zero for an empty mask.
    public let box: PixelBounds
    /// Pixels above the threshold raised by the offset, divided by pixels above the threshold lowered by it; NaN for an
    /// empty mask.
    public let stability: Float
}

/// Columns `minX...maxX` and rows `minY...maxY`, the last ones included, as the original code's boxes.
public struct PixelBounds: Sendable, Hashable {
    public var minX, minY, maxX, maxY: Int

    public init(minX: Int, minY: Int, maxX: Int, maxY: Int) {
        self.minX = minX
        self.minY = minY
        self.maxX = maxX
        self.maxY = maxY
    }

    public static let zero = PixelBounds(minX: 0, minY: 0, maxX: 0, maxY: 0)

    /// As a box whose right and bottom sides are just outside; nil when `isEmpty` says the mask has no pixel.
    public func box(isEmpty: Bool) -> Box? {
        isEmpty
            ? nil
            : Box(
                x: Double(minX), y: Double(minY), width: Double(maxX - minX + 1), height: Double(maxY - minY + 1))
    }
}

/// Enlarges logits to a picture's pixels, column by column, and keeps what is asked of a mask: its runs, area, box and
/// stability. Interpolation is a convex mix, so only what logits above the lowered threshold can reach is looked at.
public struct MaskScanner: Sendable {
    /// A logit above it is on the mask.
    public static let threshold: Float = 0

    public let width: Int
    public let height: Int
    /// Side of the low-resolution logits.
    public let cells: Int
    private let across: AxisTaps
    private let down: AxisTaps

    public init(_ frame: ModelFrame, cells: Int) {
        width = frame.width
        height = frame.height
        self.cells = cells
        across = AxisTaps(cells: cells, side: frame.side, valid: frame.validWidth, length: frame.width)
        down = AxisTaps(cells: cells, side: frame.side, valid: frame.validHeight, length: frame.height)
    }

    /// - Parameters:
    ///   - logits: `cells × cells`, row by row.
    ///   - offset: shift of the threshold for the stability, 1 in the original code.
    public func scan(_ logits: [Float], offset: Float = 1) -> MaskScan {
        var builder = RunLengthBuilder(width: width, height: height)
        let (box, stability) = sweep(logits, offset: offset) { builder.add(column: $0, from: $1, to: $2) }
        let runs = builder.finish()
        return MaskScan(runs: runs, area: runs.area, box: box, stability: stability)
    }

    /// Like `scan`, without the runs: of a large picture they take much more memory than the logits.
    public func measure(_ logits: [Float], offset: Float = 1) -> (box: PixelBounds, stability: Float) {
        sweep(logits, offset: offset) { _, _, _ in }
    }

    /// Box and stability; `piece` gets the pieces of the mask (column, first row, row after the last) in their order.
    @inline(__always)
    private func sweep(
        _ logits: [Float], offset: Float, piece: (Int, Int, Int) -> Void
    ) -> (box: PixelBounds, stability: Float) {
        precondition(logits.count == cells * cells, "one logit per cell")
        let floor = Self.threshold - abs(offset)
        guard let reach = cellBounds(logits, above: floor) else { return (.zero, .nan) }
        let columns = across.outputs(of: reach.minX...reach.maxX)
        let rows = down.outputs(of: reach.minY...reach.maxY)
        guard !columns.isEmpty, !rows.isEmpty else { return (.zero, .nan) }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: (AxisTaps.taps + 2) * rows.count) { memory in
            var sweep = ColumnSweep(rows: rows, offset: offset, memory: memory)
            var bounds: PixelBounds?
            logits.withUnsafeBufferPointer { logits in
                for x in columns {
                    let cell = Int(across.first[x])
                    for tap in 0..<AxisTaps.taps { sweep.prepare(min(cell + tap, cells - 1), logits, down) }
                    sweep.mix(cell, across.weights[(AxisTaps.taps * x)...], last: cells - 1)
                    sweep.forEachRun(above: Self.threshold) { from, to in
                        piece(x, from, to)
                        var grown = bounds ?? PixelBounds(minX: x, minY: from, maxX: x, maxY: to - 1)
                        grown.maxX = x
                        grown.minY = min(grown.minY, from)
                        grown.maxY = max(grown.maxY, to - 1)
                        bounds = grown
                    }
                }
            }
            return (bounds ?? .zero, Float(sweep.above) / Float(sweep.below))
        }
    }

    /// The cells that are above a value; nil where none is.
    private func cellBounds(_ logits: [Float], above floor: Float) -> PixelBounds? {
        var bounds: PixelBounds?
        for y in 0..<cells {
            let row = logits[(y * cells)..<((y + 1) * cells)]
            guard let first = row.firstIndex(where: { $0 > floor }),
                let last = row.lastIndex(where: { $0 > floor })
            else { continue }
            let (left, right) = (first - y * cells, last - y * cells)
            var grown = bounds ?? PixelBounds(minX: left, minY: y, maxX: right, maxY: y)
            grown.minX = min(grown.minX, left)
            grown.maxX = max(grown.maxX, right)
            grown.maxY = y
            bounds = grown
        }
        return bounds
    }
}
