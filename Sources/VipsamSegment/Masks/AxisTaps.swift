/// One axis of the way from low-resolution logits to a picture's pixels, as one linear operator.
///
/// The original code enlarges the logits to the model's square, cuts off the padding and resizes what is left to the
/// picture, both times bilinearly without antialiasing. Both steps are linear and separable, so per axis they are one
/// operator with at most three taps per pixel, and the square is never made.
struct AxisTaps: Sendable {
    static let taps = 3

    /// First cell of each output pixel; never decreases.
    let first: [Int32]
    /// Three weights per output pixel; those of cells behind the last one are zero.
    let weights: [Float]
    let cells: Int

    /// - Parameters:
    ///   - cells: low-resolution logits along the axis, at most `side`.
    ///   - side: of the model's square, in pixels.
    ///   - valid: pixels of the square that hold the picture.
    ///   - length: pixels of the picture.
    init(cells: Int, side: Int, valid: Int, length: Int) {
        precondition(cells > 0 && cells <= side && valid > 0 && valid <= side && length > 0, "sizes that fit together")
        var first = [Int32](repeating: 0, count: length)
        var weights = [Float](repeating: 0, count: Self.taps * length)
        for i in 0..<length {
            let outer = Neighbours(i, from: valid, to: length)
            let low = Neighbours(outer.low, from: cells, to: side)
            let high = Neighbours(outer.high, from: cells, to: side)
            first[i] = Int32(low.low)
            func add(_ cell: Int, _ weight: Float) {
                // A pixel's two neighbours in the square are at most one cell apart, so the index is at most 2.
                weights[Self.taps * i + min(cell - low.low, Self.taps - 1)] += weight
            }
            add(low.low, (1 - outer.fraction) * (1 - low.fraction))
            add(low.high, (1 - outer.fraction) * low.fraction)
            add(high.low, outer.fraction * (1 - high.fraction))
            add(high.high, outer.fraction * high.fraction)
        }
        self.first = first
        self.weights = weights
        self.cells = cells
    }

    /// The output pixels that any of these cells can reach.
    func outputs(of cells: ClosedRange<Int>) -> Range<Int> {
        let low = first.partitioned { Int($0) + Self.taps - 1 >= cells.lowerBound }
        let high = first.partitioned { Int($0) > cells.upperBound }
        return low..<max(low, high)
    }
}

/// The plain half-pixel rule in single precision: `s = max(0, (i + 0.5) * from / to - 0.5)`, between floor(s) and the
/// pixel after it.
private struct Neighbours {
    let low: Int
    let high: Int
    let fraction: Float

    init(_ i: Int, from: Int, to: Int) {
        let s = max(0, (Float(i) + 0.5) * (Float(from) / Float(to)) - 0.5)
        low = min(Int(s), from - 1)
        high = min(low + 1, from - 1)
        fraction = s - Float(low)
    }
}

extension [Int32] {
    /// The first index for which `isAfter` holds, in an array where it holds from some index on.
    fileprivate func partitioned(_ isAfter: (Int32) -> Bool) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
