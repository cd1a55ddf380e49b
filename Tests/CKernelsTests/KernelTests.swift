import CKernels
import Foundation
import Testing

/// Every vector kernel against its scalar definition, on sizes that fill no vector and no tile.
@Suite struct KernelTests {
    /// Levels of this machine beside the scalar one. Where there is none, nothing is compared.
    static let levels: [Int] = [VK_NEON, VK_AVX2, VK_AVX512].filter { vk_table($0) != nil }.map { Int($0.rawValue) }

    private func tables(_ level: Int) throws -> (vector: vk_kernels, scalar: vk_kernels) {
        let vector = try #require(vk_table(vk_level(rawValue: UInt32(level))))
        return (vector.pointee, try #require(vk_table(VK_SCALAR)).pointee)
    }

    @Test func scalarIsAlwaysThere() throws {
        #expect(try #require(vk_table(VK_SCALAR)).pointee.level == VK_SCALAR)
        #expect(vk_table(vk_best()) != nil)
    }

    @Test(
        arguments: levels,
        [
            (1, 1, 1), (3, 7, 5), (13, 33, 17), (14, 32, 16), (25, 3, 20), (29, 95, 70), (57, 20, 1030), (5, 131, 400),
            // whole panels of a's rows that are packed, more of them than one block has, and rows 512 floats apart
            (30, 100, 600), (260, 100, 300), (26, 20, 512), (31, 45, 1024),
        ])
    func product(level: Int, size: (m: Int, n: Int, k: Int)) throws {
        let (vector, scalar) = try tables(level)
        let (m, n, k) = size
        let stride = k % 512 == 0 ? k : k + 3
        let a = floats(m * stride, 1), b = floats(n * k, 2), bias = floats(n, 3), residual = floats(m * n, 4)
        for transposed in [false, true] {
            for activation in [VK_NONE, VK_GELU, VK_RELU] {
                let results = [vector, scalar].map { table in
                    bias.withUnsafeBufferPointer { bias in
                        residual.withUnsafeBufferPointer { residual in
                            var packed = [Float](repeating: .nan, count: table.packed_size(k, n))
                            var work = [Float](repeating: 0, count: table.product_work(m, k))
                            var c = [Float](repeating: 0, count: m * n)
                            var epilogue = vk_epilogue(
                                bias: bias.baseAddress, residual: residual.baseAddress, residual_stride: n,
                                activation: activation)
                            table.pack(k, n, b, transposed ? 1 : n, transposed ? k : 1, 0.5, &packed)
                            table.product(m, n, k, a, stride, packed, &c, n, &epilogue, &work)
                            return c
                        }
                    }
                }
                expectClose(results[0], results[1], 2e-4)
            }
        }
    }

    /// Forms of products of 8-bit numbers that this machine has beside the scalar one.
    static let bytesLevels: [Int] = [VK_BYTES_AVX2, VK_BYTES_VNNI].filter { vk_bytes_table($0) != nil }
        .map { Int($0.rawValue) }

    /// Whole numbers are exact: every form gives the very same floats, but for the activation.
    @Test(
        arguments: bytesLevels,
        [(1, 1, 1), (3, 7, 5), (13, 33, 17), (14, 32, 16), (25, 3, 20), (29, 95, 70), (57, 20, 1030), (5, 131, 402)])
    func productOfBytes(level: Int, size: (m: Int, n: Int, k: Int)) throws {
        let vector = try #require(vk_bytes_table(vk_bytes_level(rawValue: UInt32(level)))).pointee
        let scalar = try #require(vk_bytes_table(VK_BYTES_SCALAR)).pointee
        let (m, n, k) = size
        var a = floats(m * (k + 3), 1)
        for i in 0..<k { a[i] = m > 2 ? 0 : abs(a[i]) }
        let weights = (0..<n * k).map { Int8(truncatingIfNeeded: ($0 &* 7919) % 255 - 127) }
        let sums = (0..<n).map { j in (0..<k).reduce(Int32(0)) { $0 + Int32(weights[j * k + $1]) } }
        let scales = floats(n, 2), bias = floats(n, 3), residual = floats(m * n, 4)
        for activation in [VK_NONE, VK_GELU, VK_RELU] {
            let results = [vector, scalar].map { table in
                bias.withUnsafeBufferPointer { bias in
                    residual.withUnsafeBufferPointer { residual in
                        var packed = [UInt8](repeating: 0xAA, count: table.packed_size(k, n))
                        var q = [UInt8](repeating: 0xAA, count: m * table.row_size(k))
                        var scale = [Float](repeating: 0, count: m), zero = [Int32](repeating: 0, count: m)
                        var c = [Float](repeating: 0, count: m * n)
                        var epilogue = vk_epilogue(
                            bias: bias.baseAddress, residual: residual.baseAddress, residual_stride: n,
                            activation: activation)
                        table.pack(k, n, weights, &packed)
                        table.quantise(m, k, a, k + 3, &q, &scale, &zero)
                        table.product(m, n, k, q, scale, zero, packed, scales, sums, &c, n, &epilogue)
                        return (scale, zero, c)
                    }
                }
            }
            #expect(results[0].0 == results[1].0)
            #expect(results[0].1 == results[1].1)
            if activation == VK_GELU {
                expectClose(results[0].2, results[1].2, 1e-4)
            } else {
                #expect(results[0].2 == results[1].2)
            }
        }
    }

    /// The definition against the plain sum of unrounded numbers: half a step of each factor at most, summed up.
    @Test func bytesAreCloseToFloats() throws {
        let table = try #require(vk_bytes_table(VK_BYTES_SCALAR)).pointee
        let (m, k) = (4, 200)
        let a = floats(m * k, 1).enumerated().map { $0.offset < k ? $0.element + 5 : $0.element }
        var q = [UInt8](repeating: 0, count: m * table.row_size(k))
        var scale = [Float](repeating: 0, count: m), zero = [Int32](repeating: 0, count: m)
        table.quantise(m, k, a, k, &q, &scale, &zero)
        #expect(zero[0] == 0, "a row of positive numbers begins at zero")
        for (place, exact) in a.enumerated() {
            let row = place / k
            let back = scale[row] * Float(Int32(q[row * table.row_size(k) + place % k]) - zero[row])
            #expect(abs(back - exact) <= scale[row] * 1.001)
        }
    }

    @Test(arguments: bytesLevels + [Int(VK_BYTES_SCALAR.rawValue)], [Float.nan, .infinity, -.infinity])
    func bytesDoNotHideWhatIsNotFinite(level: Int, number: Float) throws {
        let table = try #require(vk_bytes_table(vk_bytes_level(rawValue: UInt32(level)))).pointee
        var a = floats(3 * 40, 1)
        a[47] = number
        var q = [UInt8](repeating: 0, count: 3 * table.row_size(40))
        var scale = [Float](repeating: 0, count: 3), zero = [Int32](repeating: 0, count: 3)
        table.quantise(3, 40, a, 40, &q, &scale, &zero)
        #expect(scale.map(\.isNaN) == [false, true, false])
    }

    /// The packed form lets some of the columns be taken, from a whole panel on.
    @Test(arguments: levels + [Int(VK_SCALAR.rawValue)]) func productWithSomeColumns(level: Int) throws {
        let table = try #require(vk_table(vk_level(rawValue: UInt32(level)))).pointee
        let (m, k, first, some) = (7, 11, 2 * table.panel, 5), n = first + some + 3
        let a = floats(m * k, 1), b = floats(n * k, 2)
        var packed = [Float](repeating: .nan, count: table.packed_size(k, n))
        table.pack(k, n, b, n, 1, 1, &packed)
        var work = [Float](repeating: 0, count: table.product_work(m, k)), c = [Float](repeating: 0, count: m * some)
        packed.withUnsafeBufferPointer { packed in
            guard let start = packed.baseAddress else { return }
            table.product(m, some, k, a, k, start + table.packed_size(k, first), &c, some, nil, &work)
        }
        let wanted = (0..<m * some).map { place in
            (0..<k).reduce(Float(0)) { $0 + a[place / some * k + $1] * b[$1 * n + first + place % some] }
        }
        expectClose(c, wanted, 1e-5)
    }

    @Test(arguments: levels, [(1, 1, 1), (7, 64, 9), (26, 5, 9), (56, 31, 100), (33, 65, 17)])
    func productTransposed(level: Int, size: (m: Int, n: Int, k: Int)) throws {
        let (vector, scalar) = try tables(level)
        let (m, n, k) = size
        let a = floats(k * m, 1), b = floats(k * n + vector.panel, 2)
        let from = floats(m * n, 3)
        for adding in [false, true] {
            let results = [vector, scalar].map { table in
                from.withUnsafeBufferPointer { from in
                    var c = [Float](repeating: .nan, count: m * n)
                    table.product_transposed(m, n, k, a, m, b, n, adding ? from.baseAddress : nil, n, &c, n)
                    return c
                }
            }
            expectClose(results[0], results[1], 1e-5)
        }
    }

    @Test(arguments: levels) func activations(level: Int) throws {
        let (vector, _) = try tables(level)
        let x = (0..<2001).map { Float($0 - 1000) / 90 }
        var gelu = x
        vector.gelu(x.count, &gelu)
        expectClose(gelu, x.map { Float(0.5 * Double($0) * (1 + erf(Double($0) / 2.0.squareRoot()))) }, 1e-6)
        var exponential = x.map { $0 * 4 }
        vector.exponential(x.count, &exponential)
        for (found, at) in zip(exponential, x) {
            let wanted = exp(Double(at * 4))
            #expect(abs(Double(found) - wanted) <= 2e-7 * wanted)
        }
    }

    @Test(arguments: levels, [1, 5, 16, 37, 256]) func rows(level: Int, n: Int) throws {
        let (vector, scalar) = try tables(level)
        let x = floats(5 * (n + 2), 1), weight = floats(n, 2), bias = floats(5 * n, 3)
        let results = [vector, scalar].map { table in
            var normed = [Float](repeating: 0, count: 5 * n)
            table.layer_norm(5, n, x, n + 2, weight, bias, 1e-5, &normed, n)
            var soft = x, inverse = [Float](repeating: 0, count: 5)
            table.softmax(5, n, &soft, n + 2, bias, n, &inverse)
            var plain = x, plainInverse = inverse
            table.softmax(5, n, &plain, n + 2, nil, 0, &plainInverse)
            table.scale_rows(5, n, &plain, n + 2, plainInverse)
            var columns = x
            table.softmax_columns(5, n + 2, &columns, n + 2, 0)
            var besideZero = x
            table.softmax_columns(5, n + 2, &besideZero, n + 2, 1)
            var powers = x, greatest = [Float](repeating: 0, count: n + 2), sum = greatest
            table.exponential_columns(5, n + 2, &powers, n + 2, &greatest, &sum)
            var turned = [Float](repeating: 0, count: 5 * n), added = turned
            table.transpose(5, n, x, n + 2, &turned, 5)
            table.add(5, n, x, n + 2, weight, 0, &added, n)
            table.add_scaled(n, weight, 0.3, &added)
            var dots = Array(x[..<n])
            table.dot_columns(5, n, x, n + 2, bias, n, &dots)
            table.scale_columns(5, n, &added, n, weight)
            let softmaxes = plain + columns + besideZero + powers
            return normed + soft + inverse + softmaxes + greatest + sum + turned + added + dots
        }
        expectClose(results[0], results[1], 2e-5)
    }

    @Test(arguments: levels, [(1, 1, 1), (8, 32, 3), (37, 5, 2), (40, 37, 4), (16, 64, 1)])
    func dotsAlongRows(level: Int, size: (rows: Int, n: Int, vectors: Int)) throws {
        let (vector, scalar) = try tables(level)
        let (rows, n, vectors) = size
        let a = floats(rows * (n + 3), 1), b = floats(vectors * (n + 1), 2)
        let results = [vector, scalar].map { table in
            var y = [Float](repeating: .nan, count: vectors * rows)
            table.dot_rows(rows, n, a, n + 3, vectors, b, n + 1, &y, rows)
            return y
        }
        expectClose(results[0], results[1], 1e-5)
    }

    /// Cells with no output, with one, and with more than a vector of them.
    @Test(arguments: levels, [[1], [0, 1, 0, 2], [40, 3, 0, 17, 1, 16]])
    func columnOfCells(level: Int, outputs: [Int]) throws {
        let (vector, scalar) = try tables(level)
        let all = outputs.reduce(0, +), apart = all + 16
        let starts = outputs.reduce(into: [Int32(5)]) { $0.append($0[$0.count - 1] + Int32($1)) }
        let weights = floats(3 * apart, 1), x = floats(outputs.count + 2, 2)
        let results = [vector, scalar].map { table in
            var y = [Float](repeating: 0, count: all + table.panel)
            table.enlarge(outputs.count, starts, weights, apart, x, &y)
            return Array(y[..<all])
        }
        expectClose(results[0], results[1], 1e-6)
    }

    @Test(arguments: levels, [1, 8, 37, 64]) func mixedColumn(level: Int, n: Int) throws {
        let (vector, scalar) = try tables(level)
        let x = (1...3).map { floats(n, UInt64($0)) }, limits: [Float] = [0, 0.2, -0.3]
        let results = [vector, scalar].map { table in
            var y = [Float](repeating: .nan, count: n), any = [Int32](repeating: 0, count: n), counts = [1, 0, 2]
            any[n / 2] = -1
            x[0].withUnsafeBufferPointer { first in
                x[1].withUnsafeBufferPointer { second in
                    x[2].withUnsafeBufferPointer { third in
                        guard let a = first.baseAddress, let b = second.baseAddress, let c = third.baseAddress else {
                            return
                        }
                        table.mix(n, [a, b, c], [0.5, 0.3, 0.7], limits, &y, &any, &counts)
                    }
                }
            }
            #expect(any == (0..<n).map { y[$0] > 0 || $0 == n / 2 ? -1 : 0 })
            #expect(counts == zip([1, 0, 2], limits).map { start, limit in start + y.count { $0 > limit } })
            return y
        }
        expectClose(results[0], results[1], 1e-6)
    }

    @Test(arguments: levels, [(3, 5), (14, 14), (7, 20), (1, 1)])
    func softmaxOnAGrid(level: Int, size: (high: Int, wide: Int)) throws {
        let (vector, scalar) = try tables(level)
        let (high, wide) = size
        let vertical = floats(40 + high, 1), horizontal = floats(40 + wide, 2)
        let results = [vector, scalar].map { table in
            var s = floats(4 * (high * wide + 1), 3), inverse = [Float](repeating: 0, count: 4)
            table.softmax_grid(
                4, high, wide, &s, high * wide + 1, vertical, [0, 3, 17, 40], horizontal, [5, 0, 40, 2], &inverse)
            return s + inverse
        }
        expectClose(results[0], results[1], 2e-5)
    }

    @Test(arguments: levels, [(1, 1, 1), (5, 1, 19), (9, 2, 16), (8, 2, 40), (2, 1, 3), (90, 1, 250), (181, 2, 130)])
    func depthwise(level: Int, size: (width: Int, step: Int, channels: Int)) throws {
        let (vector, scalar) = try tables(level)
        let (width, step, channels) = size
        let rows = (0..<3).map { floats(width * channels, $0) }
        let weight = floats(9 * channels, 4), bias = floats(channels, 5), outputs = (width + step - 1) / step
        for missing in -1..<3 {
            let results = [vector, scalar].map { table in
                var y = [Float](repeating: 0, count: outputs * channels)
                rows[0].withUnsafeBufferPointer { above in
                    rows[1].withUnsafeBufferPointer { centre in
                        rows[2].withUnsafeBufferPointer { below in
                            table.depthwise_row(
                                outputs, step, channels, width, missing == 0 ? nil : above.baseAddress,
                                missing == 1 ? nil : centre.baseAddress, missing == 2 ? nil : below.baseAddress,
                                weight, bias, VK_GELU, &y)
                        }
                    }
                }
                return y
            }
            expectClose(results[0], results[1], 1e-5)
        }
    }

    private func expectClose(_ found: [Float], _ wanted: [Float], _ tolerance: Float) {
        #expect(found.count == wanted.count)
        let worst = zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst <= tolerance && found.allSatisfy(\.isFinite))
    }

    /// Numbers from -1 to 1, always the same for a seed.
    private func floats(_ count: Int, _ seed: UInt64) -> [Float] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 23) - 1
        }
    }
}
