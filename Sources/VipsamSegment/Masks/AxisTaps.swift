import VipsamTensor

/// One axis of the way from low-resolution logits to a picture's pixels, as one linear operator.
///
/// The original code enlarges the logits to the model's square, cuts off the padding and resizes what is left to the
/// picture, both times bilinearly without antialiasing. Both steps are linear and separable, so per axis they are one
/// operator with at most three taps per pixel, and the square is never made.
struct AxisTaps: Sendable {
    static let taps = 3

    let cells: Int
    /// First cell of each output pixel; never decreases.
    let first: [Int32]
    /// First output pixel of each cell, and after the last cell the number of output pixels.
    let starts: [Int32]
    /// Weights of the first, second and third cell of an output pixel, in three rows `apart`; those of cells behind the
    /// last one are zero. A row can be read a vector beyond its end.
    let weights: [Float]
    let apart: Int

    /// - Parameters:
    ///   - cells: low-resolution logits along the axis, at most `side`.
    ///   - side: of the model's square, in pixels.
    ///   - valid: pixels of the square that hold the picture.
    ///   - length: pixels of the picture.
    init(cells: Int, side: Int, valid: Int, length: Int) {
        precondition(cells > 0 && cells <= side && valid > 0 && valid <= side && length > 0, "sizes that fit together")
        var first = [Int32](repeating: 0, count: length)
        let apart = length + Kernels.panel
        var weights = [Float](repeating: 0, count: Self.taps * apart)
        for i in 0..<length {
            let outer = Neighbours(i, from: valid, to: length)
            let low = Neighbours(outer.low, from: cells, to: side)
            let high = Neighbours(outer.high, from: cells, to: side)
            first[i] = Int32(low.low)
            func add(_ cell: Int, _ weight: Float) {
                // A pixel's two neighbours in the square are at most one cell apart, so the index is at most 2.
                weights[min(cell - low.low, Self.taps - 1) * apart + i] += weight
            }
            add(low.low, (1 - outer.fraction) * (1 - low.fraction))
            add(low.high, (1 - outer.fraction) * low.fraction)
            add(high.low, outer.fraction * (1 - high.fraction))
            add(high.high, outer.fraction * high.fraction)
        }
        var starts: [Int32] = []
        for cell in 0...cells { starts.append(Int32(first.partitioned { $0 >= cell })) }
        (self.first, self.starts, self.weights) = (first, starts, weights)
        (self.cells, self.apart) = (cells, apart)
    }

    /// The cells at which the taps of some output pixels begin that any of these cells can reach.
    func origins(of cells: ClosedRange<Int>) -> Range<Int> {
        max(cells.lowerBound - (Self.taps - 1), 0)..<(cells.upperBound + 1)
    }

    /// The output pixels whose taps begin at any of these cells.
    func outputs(at origins: Range<Int>) -> Range<Int> {
        Int(starts[origins.lowerBound])..<Int(starts[origins.upperBound])
    }

    /// The weights of an output pixel.
    func weights(of output: Int) -> (Float, Float, Float) {
        (weights[output], weights[apart + output], weights[2 * apart + output])
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
