import Foundation
import Testing
import VipsamKit
import VipsamSegment
import VipsamTensor

@Suite("One picture, segmented at full size")
struct SegmentOnceTests {
    private static let picture = Fixtures.folder + "/goldens/everything/picture.png"

    private func model() throws -> LoadedModel {
        let search = WeightSearch(environment: [:], executable: "/nowhere/vipsam")
        return try ModelStore(search: search).model(Fixtures.folder + "/checkpoints/small-vit.safetensors")
    }

    @Test("candidates: three in the model's order, the single one, the surest; masks as files", arguments: [
        (CandidateChoice.three, 3), (.single, 1), (.best, 1),
    ])
    func candidates(choice: CandidateChoice, count: Int) throws {
        let folder = try Fixtures.Folder()
        let prompt = Prompt(clicks: [Click(Point(x: 45, y: 71))], box: nil)
        let answer = try SegmentOnce.run(
            SegmentRequest(image: Self.picture, wanted: .prompt(prompt, choice), output: folder.path), with: model(),
            threads: .one)
        #expect(answer.width == 163 && answer.height == 121)
        let result = try #require(answer.results.first)
        #expect(answer.results.count == 1 && result.candidates.count == count)
        #expect(result.prompt.points == [[45, 71, 1]])
        let three = try model().predictor.candidates(
            for: prompt, in: model().predictor.embed(EverythingTests.picture(), threads: .one), choosing: .three,
            threads: .one)
        if choice == .best { #expect(result.candidates[0].predictedIoU == three.map(\.predictedIoU).max()) }
        if choice == .three { #expect(result.candidates.map(\.predictedIoU) == three.map(\.predictedIoU)) }
        for (index, mask) in result.candidates.enumerated() {
            #expect(mask.mask == "picture_1_\(index + 1).png")
            let pixels = try ImageFile.open(folder.path + "/" + mask.mask, access: .random).pixels
            #expect(pixels.bands == 1 && pixels.width == 163 && pixels.height == 121)
            let bytes = try pixels.bytes()
            #expect(bytes.allSatisfy { $0 == 0 || $0 == 255 })
            #expect(bytes.count { $0 == 255 } == mask.area)
            let box = RunLengths(bytes: bytes, width: 163, height: 121).box
            #expect(mask.box.map(Double.init) == box.map { [$0.x, $0.y, $0.width, $0.height] } ?? [0, 0, 0, 0])
        }
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(answer)) as? [String: Any]
        #expect(Set(json?.keys.map { $0 } ?? []) == ["image", "width", "height", "model", "results"])
    }

    @Test("a prompt outside the picture is the user's slip (64); a missing file is not")
    func outside() throws {
        let folder = try Fixtures.Folder()
        let model = try model()
        func run(_ image: String, _ prompt: Prompt) throws {
            _ = try SegmentOnce.run(
                SegmentRequest(image: image, wanted: .prompt(prompt, .best), output: folder.path), with: model,
                threads: .one)
        }
        let box = Prompt(box: Box(x: 163, y: 0, width: 5, height: 5))
        let slip = #expect(throws: Diagnostic.self) { try run(Self.picture, box) }
        #expect(slip?.cause == .usage)
        #expect(slip?.message == "the box 163,0,5,5 lies outside the picture, which has 163 × 121 pixels")
        for x in [-1, 163, 1e300, .infinity, .nan] {
            let click = Prompt(clicks: [Click(Point(x: x, y: 1))])
            #expect(throws: Diagnostic.self) { try run(Self.picture, click) }
        }
        #expect(throws: PixelsError.self) { try run("/nowhere/picture.png", box) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}

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
        #expect(wide[20 * 500 + 50...].prefix(400).elementsEqual(full.prefix(400)))
        let beyond = try mask.source.pixels(
            in: Frame(canvas: canvas).cropped(left: 1000, top: 0), width: 20, height: 20).bytes()
        #expect(beyond.allSatisfy { $0 == 0 })
        let between = try mask.source.pixels(
            in: Frame(canvas: canvas, x: 0.37, y: 0.61, scaleX: 0.71, scaleY: 0.73), width: 280, height: 200).bytes()
        let area = between.reduce(0.0) { $0 + Double($1) / 255 }
        #expect(abs(area / (0.71 * 0.73) / Double(try mask.runLengths().area * 16) - 1) < 0.03)
    }
}
