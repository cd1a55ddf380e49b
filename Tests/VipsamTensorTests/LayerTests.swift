import Testing
import VipsamTensor

/// Layers against the formulas that define them, on sizes that fill no vector and no tile.
@Suite struct LayerTests {
    @Test func tensorsShareTheirMemory() {
        let tensor = Tensor([2, 3], [1, 2, 3, 4, 5, 6])
        #expect(tensor.part(1).values == [4, 5, 6])
        #expect(tensor.reshaped([3, 2]).part(2).values == [5, 6])
        #expect(tensor.part(1).part(0).shape == [])
    }

    @Test(arguments: [(1, 1, 1), (7, 5, 3), (9, 40, 33), (257, 31, 70)])
    func linear(size: (rows: Int, inputs: Int, outputs: Int)) {
        let (rows, inputs, outputs) = size
        let x = numbers(rows * inputs, 1), weight = numbers(outputs * inputs, 2), bias = numbers(outputs, 3)
        let layer = Linear(weight: Tensor([outputs, inputs], weight), bias: Tensor([outputs], bias))
        let found = apply(rows * outputs) { layer(rows, x, inputs, into: $0, outputs, activation: .relu, Scratch()) }
        let wanted = (0..<rows * outputs).map { at in
            let (row, output) = at.quotientAndRemainder(dividingBy: outputs)
            let sum = (0..<inputs).reduce(bias[output]) { $0 + x[row * inputs + $1] * weight[output * inputs + $1] }
            return max(sum, 0)
        }
        expectClose(found, wanted)
    }

    /// In 8 bits: within what half a step of each factor can add up to, and the same however the rows are grouped.
    @Test(arguments: [(1, 1, 1), (7, 5, 3), (9, 40, 33), (300, 31, 70)])
    func linearInBytes(size: (rows: Int, inputs: Int, outputs: Int)) {
        let (rows, inputs, outputs) = size
        let x = numbers(rows * inputs, 1), weight = numbers(outputs * inputs, 2), bias = numbers(outputs, 3)
        let residual = Tensor([rows, outputs], numbers(rows * outputs, 4))
        let layer = Linear(
            weight: Tensor([outputs, inputs], weight), bias: Tensor([outputs], bias), precision: .int8)
        let found = apply(rows * outputs) {
            layer(rows, x, inputs, into: $0, outputs, residual: residual.base, residualStride: outputs, Scratch())
        }
        for (at, value) in found.enumerated() {
            let (row, output) = at.quotientAndRemainder(dividingBy: outputs)
            let a = x[row * inputs..<(row + 1) * inputs], w = weight[output * inputs..<(output + 1) * inputs]
            let step = (max(a.max() ?? 0, 0) - min(a.min() ?? 0, 0)) / 255
            let weightStep = (w.map(abs).max() ?? 0) / 127
            let exact = zip(a, w).reduce(bias[output] + residual.values[at]) { $0 + $1.0 * $1.1 }
            // of a number: half a step for itself and half for the zero point
            let most = zip(a, w).reduce(Float(1e-5)) {
                $0 + abs($1.0) * weightStep / 2 + (abs($1.1) + weightStep / 2) * step
            }
            #expect(abs(value - exact) <= most)
        }
        let alone = apply(outputs) { y in
            x.withUnsafeBufferPointer { x in
                guard let x = x.baseAddress else { return }
                layer(
                    1, x + (rows - 1) * inputs, inputs, into: y, outputs,
                    residual: residual.base + (rows - 1) * outputs, residualStride: outputs, Scratch())
            }
        }
        #expect(alone == Array(found.suffix(outputs)))
    }

    @Test func bytesOfNothingAndOfNoNumber() {
        let weight = Tensor([3, 2], [0, 0, 1, .nan, 0.5, -0.25])
        let layer = Linear(weight: weight, bias: Tensor([3], [7, 8, 9]), precision: .int8)
        let found = apply(6) { layer(2, [0, 0, 1, 1], 2, into: $0, 3, Scratch()) }
        #expect(found[0] == 7 && found[2] == 9 && found[3] == 7)
        #expect(found[1].isNaN && found[4].isNaN)
        #expect(abs(found[5] - 9.25) < 0.01)
    }

    /// What rows are worked off together must not change a bit of any of them.
    @Test func productsDoNotDependOnTheirNeighbours() {
        let (rows, inputs, outputs) = (61, 300, 45)
        let x = numbers(rows * inputs, 1)
        let layer = Linear(weight: Tensor([outputs, inputs], numbers(outputs * inputs, 2)), bias: nil)
        let together = apply(rows * outputs) { layer(rows, x, inputs, into: $0, outputs, Scratch()) }
        for count in [1, 2, 13, 14, 15] {
            for first in stride(from: 0, to: rows - count, by: 9) {
                let part = apply(count * outputs) { y in
                    x.withUnsafeBufferPointer { x in
                        guard let x = x.baseAddress else { return }
                        layer(count, x + first * inputs, inputs, into: y, outputs, Scratch())
                    }
                }
                #expect(part == Array(together[first * outputs..<(first + count) * outputs]))
            }
        }
    }

    @Test(arguments: [(3, 1), (7, 128), (2, 300)]) func linearInPieces(rows: Int, outputs: Int) {
        let inputs = 50, x = numbers(rows * inputs, 1), residual = Tensor([rows, outputs], numbers(rows * outputs, 4))
        let layer = Linear(
            weight: Tensor([outputs, inputs], numbers(outputs * inputs, 2)),
            bias: Tensor([outputs], numbers(outputs, 3)))
        let scratch = Scratch()
        let whole = apply(rows * outputs) {
            layer(rows, x, inputs, into: $0, outputs, residual: residual.base, residualStride: outputs, scratch)
        }
        let pieces = apply(rows * outputs) { y in
            for index in 0..<layer.pieces {
                layer.piece(
                    index, rows, x, inputs, into: y, outputs, residual: residual.base, residualStride: outputs, scratch)
            }
        }
        #expect(whole == pieces)
    }

    @Test(arguments: [(1, 1, 1, 1), (5, 4, 3, 1), (7, 3, 9, 2), (4, 6, 5, 2)])
    func convolution(size: (high: Int, wide: Int, channels: Int, stride: Int)) {
        let (high, wide, channels, stride) = size
        let outputs = 6, x = numbers(high * wide * channels, 1)
        let weight = numbers(outputs * channels * 9, 2), bias = numbers(outputs, 3)
        let layer = Convolution3x3(
            weight: Tensor([outputs, channels, 3, 3], weight), bias: Tensor([outputs], bias), stride: stride)
        let depthwise = Depthwise3x3(
            weight: Tensor([channels, 1, 3, 3], Array(weight.prefix(channels * 9))),
            bias: Tensor([channels], numbers(channels, 4)), stride: stride)
        let newHigh = (high + stride - 1) / stride, newWide = (wide + stride - 1) / stride
        let row = { (at: Int) in
            at >= 0 && at < high ? Array(x[at * wide * channels..<(at + 1) * wide * channels]) : nil
        }
        for line in 0..<newHigh {
            let around = [line * stride - 1, line * stride, line * stride + 1].map(row)
            let dense = apply(newWide * outputs) { y in
                withRows(around) {
                    layer(columns: 0, newWide, width: wide, above: $0, centre: $1, below: $2, into: y, Scratch())
                }
            }
            let each = apply(newWide * channels) { y in
                withRows(around) { depthwise(width: wide, above: $0, centre: $1, below: $2, into: y) }
            }
            let taps = { (column: Int, channel: Int, kernel: (Int) -> Float) -> Float in
                (0..<9).reduce(Float(0)) { sum, k in
                    let at = column * stride + k % 3 - 1
                    guard at >= 0, at < wide, let row = around[k / 3] else { return sum }
                    return sum + row[at * channels + channel] * kernel(k)
                }
            }
            expectClose(
                dense,
                (0..<newWide * outputs).map { at in
                    (0..<channels).reduce(bias[at % outputs]) { sum, c in
                        sum + taps(at / outputs, c) { weight[(at % outputs * channels + c) * 9 + $0] }
                    }
                })
            let own = numbers(channels, 4)
            expectClose(
                each,
                (0..<newWide * channels).map { at in
                    own[at % channels] + taps(at / channels, at % channels) { weight[at % channels * 9 + $0] }
                })
        }
    }

    private func withRows(_ rows: [[Float]?], _ body: (Floats?, Floats?, Floats?) -> Void) {
        let tensors = rows.map { row in row.map { Tensor([$0.count], $0) } }
        withExtendedLifetime(tensors) { body(tensors[0]?.base, tensors[1]?.base, tensors[2]?.base) }
    }

    private func apply(_ count: Int, _ body: (MutableFloats) -> Void) -> [Float] {
        var y = [Float](repeating: .nan, count: count)
        y.withUnsafeMutableBufferPointer { y in
            if let start = y.baseAddress { body(start) }
        }
        return y
    }

    private func expectClose(_ found: [Float], _ wanted: [Float]) {
        #expect(found.count == wanted.count)
        // Written so that a NaN counts as a difference.
        #expect(zip(found, wanted).allSatisfy { abs($0 - $1) <= 2e-5 })
    }

    /// Numbers from -1 to 1, always the same for a seed.
    private func numbers(_ count: Int, _ seed: UInt64) -> [Float] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 23) - 1
        }
    }
}
