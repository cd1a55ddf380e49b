/// The low-resolution logits of a mask: those around what is on it, the rest is far off.
public struct MaskLogits: Sendable, Hashable {
    /// Cells that are kept around those on the mask. Interpolation reaches one cell.
    private static let margin = 2
    /// Stands for all logits that were not kept: as far off the mask as matters.
    private static let off: Float = -16

    /// Cells along one side of the whole grid.
    public let side: Int
    private let left: Int
    private let top: Int
    private let columns: Int
    private let values: [Float]

    /// - Parameter logits: `side × side`, row by row; above 0 is on the mask.
    public init(_ logits: [Float], side: Int) {
        precondition(logits.count == side * side, "one logit per cell")
        var minX = side, maxX = -1, minY = side, maxY = -1
        for y in 0..<side {
            for x in 0..<side where logits[y * side + x] > 0 {
                minX = min(minX, x)
                maxX = max(maxX, x)
                minY = min(minY, y)
                maxY = max(maxY, y)
            }
        }
        self.side = side
        guard maxX >= 0 else {
            (left, top, columns, values) = (0, 0, 0, [])
            return
        }
        let left = max(0, minX - Self.margin), right = min(side, maxX + Self.margin + 1)
        let top = max(0, minY - Self.margin), bottom = min(side, maxY + Self.margin + 1)
        self.left = left
        self.top = top
        columns = right - left
        values = (top..<bottom).flatMap { y in logits[(y * side + left)..<(y * side + right)] }
    }

    /// The cells that are on the mask or near it; nil where there are none. All others are far off.
    var kept: PixelArea? {
        columns > 0 ? PixelArea(left: left, top: top, width: columns, height: values.count / columns) : nil
    }

    /// `side × side` logits, row by row.
    public var grid: [Float] {
        var grid = [Float](repeating: Self.off, count: side * side)
        guard columns > 0 else { return grid }
        for row in 0..<(values.count / columns) {
            let start = (top + row) * side + left
            grid.replaceSubrange(start..<(start + columns), with: values[(row * columns)..<((row + 1) * columns)])
        }
        return grid
    }

    /// The typical step of the logits between neighbouring cells where the mask's edge runs: the median.
    ///
    /// Nil where there is no edge.
    public var edgeSlope: Float? {
        guard columns > 0 else { return nil }
        var steps: [Float] = []
        for index in values.indices {
            let value = values[index]
            let x = index % columns
            if x + 1 < columns { Self.add(value, values[index + 1], to: &steps) }
            if index + columns < values.count { Self.add(value, values[index + columns], to: &steps) }
        }
        guard !steps.isEmpty else { return nil }
        steps.sort()
        return steps[steps.count / 2]
    }

    private static func add(_ a: Float, _ b: Float, to steps: inout [Float]) {
        if (a > 0) != (b > 0) { steps.append(abs(a - b)) }
    }
}
