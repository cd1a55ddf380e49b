import Testing
import VipsamKit
import VipsamSegment
import VipsamTensor

@Suite("Logits become masks of the picture's size")
struct ScanTests {
    @Test("as the original code's two steps on full-size floats")
    func goldens() throws {
        let goldens = try Fixtures.checkpoint("goldens/upscale.safetensors")
        #expect(goldens.keys.count >= 3)
        for key in goldens.keys {
            let parts = key.split(separator: ".")
            let numbers = parts.compactMap { Int($0) }
            let picture = Fixtures.size(parts[4]), valid = Fixtures.size(parts[3])
            let frame = ModelFrame(width: picture.width, height: picture.height, side: numbers[2])
            try #require(frame.validWidth == valid.width && frame.validHeight == valid.height)
            let cells = numbers[1]
            let logits = Fixtures.floats(cells * cells, seed: numbers[0]).map { 4 * $0 }
            let expected = try #require(goldens.tensor(key)).values
            let scan = MaskScanner(frame, cells: cells).scan(logits)
            let mask = scan.runs.bytes(value: 1)
            for (index, value) in expected.enumerated() where abs(value) > 1e-4 {
                #expect((mask[index] == 1) == (value > 0), "\(key), pixel \(index)")
            }
            let raised = expected.count { $0 > 1 }, lowered = expected.count { $0 > -1 }
            #expect(abs(scan.stability - Float(raised) / Float(lowered)) < 2e-3)
            #expect(scan.area == scan.runs.area)
        }
    }

    @Test("a small blob far from the corner: bounded work gives the whole answer")
    func blob() {
        let cells = 24
        let frame = ModelFrame(width: 301, height: 187, side: 96)
        for (column, row) in [(0, 0), (5, 3), (23, 14), (12, 7), (23, 0)] {
            var logits = [Float](repeating: -5, count: cells * cells)
            logits[row * cells + column] = 7
            let scan = MaskScanner(frame, cells: cells).scan(logits)
            let direct = Reference.enlarged(logits, cells: cells, frame)
            let expected = RunLengths(
                bytes: direct.map { $0 > 0 ? 1 : 0 }, width: frame.width, height: frame.height)
            #expect(expected.area > 0)
            #expect(expected.overlap(scan.runs) > 0.999)
            let raised = direct.count { $0 > 1 }, lowered = direct.count { $0 > -1 }
            #expect(abs(scan.stability - Float(raised) / Float(lowered)) < 1e-3)
        }
    }

    @Test("a mask without a pixel has no stability and an empty box")
    func empty() {
        let frame = ModelFrame(width: 40, height: 30, side: 64)
        let scan = MaskScanner(frame, cells: 16).scan([Float](repeating: -3, count: 256))
        #expect(scan.stability.isNaN && scan.area == 0 && scan.box == .zero && scan.runs.box == nil)
        let full = MaskScanner(frame, cells: 16).scan([Float](repeating: 3, count: 256))
        #expect(full.stability == 1 && full.area == 1200)
        #expect(full.box == PixelBounds(minX: 0, minY: 0, maxX: 39, maxY: 29))
    }

    @Test("what ends at a side of a crop is cut off, except at the picture's own side")
    func cutOff() {
        let picture = PixelRect(x: 0, y: 0, width: 100, height: 80)
        let crop = PixelRect(x: 40, y: 0, width: 60, height: 40)
        func isCutOff(_ minX: Int, _ minY: Int, _ maxX: Int, _ maxY: Int) -> Bool {
            PixelBounds(minX: minX, minY: minY, maxX: maxX, maxY: maxY)
                .isCutOff(by: crop, of: picture, tolerance: 2)
        }
        #expect(!isCutOff(3, 3, 50, 37))
        #expect(isCutOff(2, 3, 50, 30), "left: the picture goes on")
        #expect(!isCutOff(10, 0, 50, 30), "top: the picture ends there too")
        #expect(!isCutOff(10, 10, 59, 30), "right: the picture ends there too")
        #expect(isCutOff(10, 10, 50, 38), "bottom: the picture goes on")
    }
}

/// The straightforward form: two bilinear resizes of whole pictures of floats.
enum Reference {
    static func enlarged(_ logits: [Float], cells: Int, _ frame: ModelFrame) -> [Float] {
        let square = bilinear(logits, (cells, cells), (frame.side, frame.side))
        var valid: [Float] = []
        for y in 0..<frame.validHeight {
            valid += square[(y * frame.side)..<(y * frame.side + frame.validWidth)]
        }
        return bilinear(valid, (frame.validWidth, frame.validHeight), (frame.width, frame.height))
    }

    private static func bilinear(
        _ values: [Float], _ from: (width: Int, height: Int), _ to: (width: Int, height: Int)
    ) -> [Float] {
        func place(_ i: Int, _ from: Int, _ to: Int) -> (low: Int, high: Int, fraction: Float) {
            let s = max(0, (Float(i) + 0.5) * (Float(from) / Float(to)) - 0.5)
            let low = min(Int(s), from - 1)
            return (low, min(low + 1, from - 1), s - Float(low))
        }
        var out: [Float] = []
        for y in 0..<to.height {
            let v = place(y, from.height, to.height)
            for x in 0..<to.width {
                let h = place(x, from.width, to.width)
                func at(_ row: Int, _ column: Int) -> Float { values[row * from.width + column] }
                let top = (1 - h.fraction) * at(v.low, h.low) + h.fraction * at(v.low, h.high)
                let bottom = (1 - h.fraction) * at(v.high, h.low) + h.fraction * at(v.high, h.high)
                out.append((1 - v.fraction) * top + v.fraction * bottom)
            }
        }
        return out
    }
}
