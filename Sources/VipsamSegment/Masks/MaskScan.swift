public import VipsamKit
import VipsamTensor

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
        let (box, stability) = sweep(logits, offset: offset) { column, sweep in
            sweep.forEachRun { builder.add(column: column, from: $0, to: $1) }
        }
        let runs = builder.finish()
        return MaskScan(runs: runs, area: runs.area, box: box, stability: stability)
    }

    /// Like `scan`, without the runs: of a large picture they take much more memory than the logits.
    public func measure(_ logits: [Float], offset: Float = 1) -> (box: PixelBounds, stability: Float) {
        sweep(logits, offset: offset) { _, _ in }
    }

    /// Box and stability; `look` gets each column that has a pixel on the mask, from left to right.
    private func sweep(
        _ logits: [Float], offset: Float, look: (Int, ColumnSweep) -> Void
    ) -> (box: PixelBounds, stability: Float) {
        precondition(logits.count == cells * cells, "one logit per cell")
        let floor = Self.threshold - abs(offset)
        guard let reach = cellBounds(logits, above: floor) else { return (.zero, .nan) }
        let origins = down.origins(of: reach.minY...reach.maxY)
        let columns = across.outputs(at: across.origins(of: reach.minX...reach.maxX))
        guard !columns.isEmpty, !down.outputs(at: origins).isEmpty else { return (.zero, .nan) }
        let memory = MutableFloats.allocate(capacity: ColumnSweep.floats(down, origins))
        let counts = UnsafeMutablePointer<Int>.allocate(capacity: 3)
        defer {
            memory.deallocate()
            counts.deallocate()
        }
        var sweep = ColumnSweep(logits, down, origins: origins, offset: offset, memory: memory, counts: counts)
        var left: Int?, right = 0
        for x in columns where sweep.mix(Int(across.first[x]), across.weights(of: x), down) {
            left = left ?? x
            right = x
            look(x, sweep)
        }
        guard let left, let rows = sweep.rowsOnMask else { return (.zero, sweep.stability) }
        return (
            PixelBounds(minX: left, minY: rows.lowerBound, maxX: right, maxY: rows.upperBound), sweep.stability
        )
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
