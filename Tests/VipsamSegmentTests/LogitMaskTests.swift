import Testing
import VipsamKit
import VipsamSegment

@Suite("Masks of a model on other rasters")
struct LogitMaskTests {
    private func mask(_ canvas: Canvas, _ view: (width: Int, height: Int)) throws -> Mask {
        let side = 32
        let logits = (0..<(side * side)).map { index -> Float in
            let x = Float(index % side) - 11, y = Float(index / side) - 9
            return 6 - (x * x + y * y).squareRoot()
        }
        let model = ModelFrame(width: view.width, height: view.height, side: 128)
        let frame = Frame(
            canvas: canvas, scaleX: Double(view.width) / Double(canvas.width),
            scaleY: Double(view.height) / Double(canvas.height))
        let runs = MaskScanner(model, cells: side).scan(logits).runs
        let source = LogitMask(
            MaskLogits(logits, side: side), runs: runs, inputSide: 128, validWidth: model.validWidth,
            validHeight: model.validHeight, frame: frame, width: view.width, height: view.height)
        return Mask(source, frame: frame, width: view.width, height: view.height)
    }

    @Test("exact on its own raster, the same place at full size, smooth at the edge")
    func rendering() throws {
        let canvas = Canvas(name: "test", width: 400, height: 300)
        let mask = try mask(canvas, (100, 75))
        let own = try mask.runLengths()
        let soft = try mask.pixels().bytes()
        #expect(RunLengths(bytes: soft, width: 100, height: 75, threshold: 128).overlap(own) > 0.995)
        let full = try mask.source.pixels(in: Frame(canvas: canvas), width: 400, height: 300).bytes()
        let area = full.reduce(0.0) { $0 + Double($1) / 255 }
        #expect(abs(area / 16 / Double(own.area) - 1) < 0.02)
        #expect(full.contains { $0 > 20 && $0 < 235 })
        #expect(full.count { $0 > 0 && $0 < 255 } < 700, "a thin edge, not a blur")
    }

    @Test("a crop of the picture sees its part of the mask; a place beyond sees nothing")
    func crops() throws {
        let canvas = Canvas(name: "test", width: 400, height: 300)
        let mask = try mask(canvas, (100, 75))
        let full = try mask.source.pixels(in: Frame(canvas: canvas), width: 400, height: 300).bytes()
        let part = try mask.source.pixels(
            in: Frame(canvas: canvas).cropped(left: 90, top: 40), width: 120, height: 100).bytes()
        for y in 0..<100 {
            for x in 0..<120 where part[y * 120 + x] != full[(y + 40) * 400 + x + 90] {
                Issue.record("pixel \(x), \(y)")
                return
            }
        }
        let wide = try mask.source.pixels(
            in: Frame(canvas: canvas).cropped(left: -50, top: -20), width: 500, height: 340).bytes()
        #expect(wide.dropFirst(20 * 500 + 50).prefix(400).elementsEqual(full.prefix(400)))
        let beyond = try mask.source.pixels(
            in: Frame(canvas: canvas).cropped(left: 1000, top: 0), width: 20, height: 20).bytes()
        #expect(beyond.allSatisfy { $0 == 0 })
        let between = try mask.source.pixels(
            in: Frame(canvas: canvas, x: 0.37, y: 0.61, scaleX: 0.71, scaleY: 0.73), width: 280, height: 200).bytes()
        let area = between.reduce(0.0) { $0 + Double($1) / 255 }
        #expect(abs(area / (0.71 * 0.73) / Double(try mask.runLengths().area * 16) - 1) < 0.03)
    }

    @Test("its logits are those of the model, endless where it is certain")
    func logits() throws {
        let canvas = Canvas(name: "test", width: 100, height: 75)
        let source = try #require(try mask(canvas, (100, 75)).source as? LogitMask)
        let limit: Float = 2, found = try source.logits(width: 100, height: 75, limit: limit)
        for y in 0..<75 {
            for x in 0..<100 {
                // cells are 4 pixels of a model frame that shows the picture 1.28 times as large
                let u = (Float(x) + 0.5) * 1.28 / 4 - 0.5 - 11, v = (Float(y) + 0.5) * 1.28 / 4 - 0.5 - 9
                guard abs(u) < 6, abs(v) < 6 else { continue }  // logits far beside the mask are not kept
                let value = 6 - (u * u + v * v).squareRoot(), got = found[y * 100 + x]
                if abs(value) < limit - 0.15 { #expect(abs(got - value) < 0.12, "\(x), \(y)") }
                if abs(value) > limit + 0.15 { #expect(got == (value > 0 ? .infinity : -.infinity), "\(x), \(y)") }
            }
        }
    }

    @Test("nothing of it lies beyond its reach", arguments: [0.25, 1.0, 2.6])
    func reach(scale: Double) throws {
        let canvas = Canvas(name: "test", width: 400, height: 300)
        let mask = try mask(canvas, (100, 75))
        let width = Int(400 * scale), height = Int(300 * scale)
        let frame = Frame(canvas: canvas, scaleX: Double(width) / 400, scaleY: Double(height) / 300)
        let image = Image(pixels: try Pixels.black(width: width, height: height), frame: frame)
        #expect(try mask.extent(on: image) == mask.pixels(on: image).extent())
        let area = try #require(mask.area(on: image))
        #expect(area.width < width * 3 / 4 && area.height < height)
    }
}
