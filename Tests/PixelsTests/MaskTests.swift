import Testing
import VipsamKit

/// Masks on demand against the two resizes written out.
@Suite struct MaskTests {
    /// Plain half-pixel bilinear in single precision, along one axis of a row-major grid.
    private func resized(_ grid: [Float], _ width: Int, _ height: Int, to newWidth: Int, _ newHeight: Int) -> [Float] {
        func axis(_ i: Int, _ from: Int, _ to: Int) -> (Int, Int, Float) {
            let scale = Float(from) / Float(to)
            let s = max(0, (Float(i) + 0.5) * scale - 0.5)
            let low = min(Int(s), from - 1)
            return (low, min(low + 1, from - 1), s - Float(low))
        }
        var out: [Float] = []
        for y in 0..<newHeight {
            let (y0, y1, fy) = axis(y, height, newHeight)
            for x in 0..<newWidth {
                let (x0, x1, fx) = axis(x, width, newWidth)
                let top = grid[y0 * width + x0] * (1 - fx) + grid[y0 * width + x1] * fx
                let bottom = grid[y1 * width + x0] * (1 - fx) + grid[y1 * width + x1] * fx
                out.append(top * (1 - fy) + bottom * fy)
            }
        }
        return out
    }

    private func oracle(
        _ logits: [Float], _ side: Int, _ frame: Int, _ validW: Int, _ validH: Int, _ width: Int, _ height: Int
    ) -> [Float] {
        let large = resized(logits, side, side, to: frame, frame)
        var valid: [Float] = []
        for y in 0..<validH { valid += large[y * frame..<y * frame + validW] }
        return resized(valid, validW, validH, to: width, height)
    }

    /// A uniform cubic B-spline at every pixel's centre, border cells repeated.
    @Test(arguments: [(16, 64, 64, 43, 200, 135), (8, 64, 40, 64, 333, 500), (4, 32, 7, 32, 90, 9), (1, 8, 8, 8, 20, 20)])
    func smoothMasksAreBSplines(side: Int, frame: Int, validW: Int, validH: Int, width: Int, height: Int) throws {
        let logits = wave(side)
        func weights(_ i: Int, _ length: Int, _ valid: Int) -> [(Int, Double)] {
            let place = (Double(i) + 0.5) * Double(valid) / Double(length) * Double(side) / Double(frame) - 0.5
            return (-2...3).map { k in
                let cell = Int(place.rounded(.down)) + k
                let d = abs(place - Double(cell))
                let weight = d < 1 ? 2.0 / 3 - d * d + d * d * d / 2 : d < 2 ? (2 - d) * (2 - d) * (2 - d) / 6 : 0
                return (min(side - 1, max(0, cell)), weight)
            }
        }
        let mask = try Pixels.mask(
            logits: logits, gridWidth: side, gridHeight: side, frame: frame, validWidth: validW, validHeight: validH,
            width: width, height: height, softness: 4, smooth: true
        ).bytes()
        for y in 0..<height {
            let down = weights(y, height, validH)
            for x in 0..<width {
                var logit = 0.0
                for (row, v) in down {
                    for (column, u) in weights(x, width, validW) { logit += u * v * Double(logits[row * side + column]) }
                }
                let expected = min(255, max(0, logit * 255 / 4 + 128))
                if abs(Double(mask[y * width + x]) - expected) > 0.51 {
                    Issue.record("pixel \(x), \(y): \(mask[y * width + x]), not \(expected)")
                    return
                }
            }
        }
    }

    /// a · colours + b with bilinear coefficients, pixel by pixel; strips and columns give what the whole gives.
    @Test func guidedMasksAreLinearInTheColours() throws {
        let width = 150, height = 90, gridWidth = 12, gridHeight = 9
        let colours = wave(256).prefix(width * height * 3).map { UInt8(max(0, min(255, $0 * 12 + 128))) }
        var coefficients = wave(64).prefix(gridWidth * gridHeight * 4).map { $0 / 12 }
        for cell in 0..<gridWidth * gridHeight {
            coefficients[cell * 4 + 3] *= 120
            // Flat on the left, on the mask below.
            if cell % gridWidth < 6 { coefficients.replaceSubrange(cell * 4..<cell * 4 + 4, with: [0, 0, 0, cell < 60 ? 0 : 255]) }
        }
        let area = PixelArea(left: 17, top: 8, width: 120, height: 75)
        let step = (x: 0.1, y: 0.12), start = (x: 0.3, y: -0.2)
        let picture = try Pixels.from(bytes: colours, width: width, height: height, bands: 3)
        let mask = try picture.guidedMask(
            coefficients: coefficients, gridWidth: gridWidth, gridHeight: gridHeight, over: area, step: step, start: start)
        let bytes = try mask.bytes()
        func taps(_ i: Int, _ step: Double, _ start: Double, _ cells: Int) -> (Int, Int, Double) {
            let place = min(Double(cells - 1), max(0, (Double(i) + 0.5) * step + start - 0.5))
            return (Int(place), min(cells - 1, Int(place) + 1), place - place.rounded(.down))
        }
        for y in 0..<height {
            for x in 0..<width {
                var expected = 0.0
                if (17..<137).contains(x), (8..<83).contains(y) {
                    let (x0, x1, u) = taps(x - 17, step.x, start.x, gridWidth)
                    let (y0, y1, v) = taps(y - 8, step.y, start.y, gridHeight)
                    for band in 0..<4 {
                        func at(_ column: Int, _ row: Int) -> Double { Double(coefficients[(row * gridWidth + column) * 4 + band]) }
                        let top = at(x0, y0) * (1 - u) + at(x1, y0) * u, bottom = at(x0, y1) * (1 - u) + at(x1, y1) * u
                        expected += (top * (1 - v) + bottom * v) * (band == 3 ? 1 : Double(colours[(y * width + x) * 3 + band]))
                    }
                }
                if abs(Double(bytes[y * width + x]) - min(255, max(0, expected))) > 0.51 {
                    Issue.record("pixel \(x), \(y): \(bytes[y * width + x]), not \(expected)")
                    return
                }
            }
        }
        for (left, top) in [(0, 0), (17, 8), (60, 40), (100, 70)] {
            let part = try mask.bytes(left: left, top: top, width: 50, height: 20)
            for y in 0..<20 { #expect(part[y * 50..<y * 50 + 50] == bytes[(top + y) * width + left..<(top + y) * width + left + 50]) }
        }
    }

    private func wave(_ side: Int) -> [Float] {
        var state: UInt32 = 5
        return (0..<side * side).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(state >> 8) / Float(1 << 24) * 20 - 10
        }
    }

    @Test(arguments: [
        (16, 64, 64, 43, 200, 135), (16, 64, 40, 64, 33, 50), (8, 64, 64, 64, 64, 64), (16, 16, 16, 11, 90, 61),
        (4, 32, 7, 32, 1, 9), (16, 64, 64, 1, 300, 1),
    ])
    func hardAndSoftMasksAreTheTwoResizes(
        side: Int, frame: Int, validW: Int, validH: Int, width: Int, height: Int
    ) throws {
        let logits = wave(side)
        let expected = oracle(logits, side, frame, validW, validH, width, height)
        for threshold in [Float(0), -1, 2.5] {
            func mask(_ softness: Float) throws -> Pixels {
                try Pixels.mask(
                    logits: logits, gridWidth: side, gridHeight: side, frame: frame, validWidth: validW,
                    validHeight: validH, width: width, height: height, threshold: threshold, softness: softness)
            }
            let hard = try mask(0).bytes()
            let soft = try mask(4).bytes()
            #expect(hard.count == width * height)
            for (i, logit) in expected.enumerated() where abs(logit - threshold) > 1e-4 {
                #expect(hard[i] == (logit > threshold ? 255 : 0))
                #expect((soft[i] >= 128) == (logit > threshold) || abs(logit - threshold) < 0.02)
                let ramp = min(255, max(0, 128 + (logit - threshold) * 255 / 4))
                #expect(abs(Float(soft[i]) - ramp) < 1.01)
            }
        }
    }

    @Test func anyPartIsTheSameAsInTheWhole() throws {
        let mask = try Pixels.mask(
            logits: wave(16), gridWidth: 16, gridHeight: 16, frame: 64, validWidth: 64, validHeight: 50, width: 401,
            height: 313, softness: 3)
        let whole = try mask.bytes()
        for (left, top, width, height) in [(0, 0, 1, 1), (400, 312, 1, 1), (37, 5, 100, 80), (200, 150, 201, 163)] {
            let part = try mask.bytes(left: left, top: top, width: width, height: height)
            var expected: [UInt8] = []
            for y in top..<top + height {
                let start = y * 401 + left
                expected += whole[start..<start + width]
            }
            #expect(part == expected)
        }
    }

    @Test func noNumberIsBackground() throws {
        for softness in [Float(0), 2] {
            let mask = try Pixels.mask(
                logits: [.nan, .nan, .nan, .nan], gridWidth: 2, gridHeight: 2, frame: 8, validWidth: 8, validHeight: 8,
                width: 5, height: 5, softness: softness)
            #expect(try mask.max() == 0)
        }
        let endless = try Pixels.mask(
            logits: [.infinity, .infinity, .infinity, .infinity], gridWidth: 2, gridHeight: 2, frame: 8, validWidth: 8,
            validHeight: 8, width: 5, height: 5, softness: 2)
        #expect(try endless.bytes().count == 25)
    }

    @Test func runsInColumnOrder() throws {
        // 3 wide, 4 high, by columns: 0011 1100 0001
        let mask = try Pixels.mask(counts: [2, 4, 5, 1], width: 3, height: 4)
        #expect(try mask.bytes() == [0, 255, 0, 0, 255, 0, 255, 0, 0, 255, 0, 255])
        let full = try Pixels.mask(counts: [0, 12], width: 3, height: 4)
        #expect(try full.min() == 255)
        let empties = try Pixels.mask(counts: [0, 0, 5, 0, 7], width: 3, height: 4)
        #expect(try empties.max() == 0)
        let part = try mask.bytes(left: 1, top: 1, width: 2, height: 2)
        #expect(part == [255, 0, 0, 0])
    }

    @Test func runsThatDoNotFitAreRefused() {
        let wrong: [[UInt32]] = [[], [11], [13], [2, 4, 5], [4_294_967_295, 4_294_967_295], [2, 4, 5, 1, 1]]
        for counts in wrong {
            #expect(throws: PixelsError.self) { try Pixels.mask(counts: counts, width: 3, height: 4) }
        }
        #expect(throws: PixelsError.self) { try Pixels.mask(counts: [0], width: 0, height: 4) }
    }

    @Test func sizesThatDoNotFitAreRefused() {
        func mask(_ frame: Int, _ valid: Int, _ width: Int) throws -> Pixels {
            try Pixels.mask(
                logits: [0, 0, 0, 0], gridWidth: 2, gridHeight: 2, frame: frame, validWidth: valid, validHeight: 1,
                width: width, height: 1)
        }
        #expect(throws: Never.self) { try mask(8, 8, 5) }
        for (frame, valid, width) in [(1, 1, 5), (8, 9, 5), (8, 0, 5), (8, 8, 0), (8, 8, Int.max), (Int.max, 8, 5)] {
            #expect(throws: PixelsError.self) { try mask(frame, valid, width) }
        }
    }
}
