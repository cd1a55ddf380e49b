import Testing
import VipsamKit
import VipsamSegment
import VipsamTensor

@Suite("Closer looks, where a checkpoint asks for them")
struct CloserLookTests {
    @Test("crops around a click are read from the metadata; nonsense is not believed")
    func metadata() {
        #expect(CloserLook(["click_crops": "0.6,0.35,0.2"]).clickCrops == [0.6, 0.35, 0.2])
        for text in ["", "0", "1", "0.5,2", "nan", "-0.3", "0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1"] {
            #expect(CloserLook(["click_crops": text]).clickCrops.isEmpty)
        }
        #expect(CloserLook([:]).clickCrops.isEmpty && CloserLook.off.clickCrops.isEmpty)
    }

    @Test("a crop lies around its click, and is clipped at the picture's sides")
    func crops() {
        let look = CloserLook(zoom: nil, cuts: false, clickCrops: [0.5, 0.2])
        #expect(
            look.crops(around: Box(x: 100, y: 50, width: 0, height: 0), width: 200, height: 100) == [
                PixelRect(x: 50, y: 0, width: 100, height: 100), PixelRect(x: 80, y: 30, width: 40, height: 40),
            ])
        #expect(
            look.crops(around: Box(x: 0, y: 99, width: 0, height: 0), width: 200, height: 100).last
                == PixelRect(x: 0, y: 79, width: 20, height: 21))
        // Nearly the whole picture, or next to nothing, is no closer look.
        #expect(CloserLook(zoom: nil, cuts: false, clickCrops: [0.99]).crops(
            around: Box(x: 50, y: 50, width: 0, height: 0), width: 100, height: 100).isEmpty)
        #expect(CloserLook(zoom: nil, cuts: false, clickCrops: [0.2]).crops(
            around: Box(x: 5, y: 5, width: 0, height: 0), width: 20, height: 20).isEmpty)
        // Clicks have to lie well inside: 80 apart they fit into 100 pixels, but not into 40.
        #expect(
            look.crops(around: Box(x: 60, y: 50, width: 80, height: 0), width: 200, height: 100)
                == [PixelRect(x: 50, y: 0, width: 100, height: 100)])
    }

    @Test("one click, several distances: the surest first, one of the whole picture among them")
    func clicks() throws {
        let look = CloserLook(zoom: nil, cuts: false, clickCrops: [0.6, 0.35])
        let prompt = Prompt(clicks: [Click(Point(x: 45, y: 71))])
        let masks = try masks(prompt, look, .three)
        #expect((1...3).contains(masks.count))
        #expect(masks.contains { $0.part.width == 163 && $0.part.height == 121 })
        #expect(masks.allSatisfy { $0.runs.width == 163 && $0.runs.height == 121 && $0.runs.area > 0 })
        let best = try self.masks(prompt, look, .best)
        #expect(best.map(\.runs) == [masks[0].runs] && best.count == 1)
        let largest = try self.masks(prompt, look, .largest)
        #expect(largest.map(\.runs.area) == [masks.map(\.runs.area).max()])
    }

    @Test("of several clicks the mask that is right at most of them comes first")
    func severalClicks() throws {
        let look = CloserLook(zoom: nil, cuts: false, clickCrops: [0.6, 0.35])
        let on = Click(Point(x: 45, y: 71))
        for other in [Point(x: 20, y: 20), Point(x: 80, y: 100), Point(x: 150, y: 10)] {
            for isForeground in [true, false] {
                let clicks = [on, Click(other, isForeground: isForeground)]
                let masks = try masks(Prompt(clicks: clicks), look, .three)
                let right = masks.map { mask in clicks.count { mask.runs.contains($0.point) == $0.isForeground } }
                #expect(right.first == right.max())
                let one = try self.masks(Prompt(clicks: clicks), look, .single)
                #expect(one.map(\.runs) == [masks[0].runs])
                let own = try self.masks(Prompt(clicks: clicks), .off, .single)
                let obeyed = clicks.count { own[0].runs.contains($0.point) == $0.isForeground }
                #expect(right[0] >= obeyed, "looking closer obeys no fewer clicks than the model's own answer")
            }
        }
    }

    @Test("without crops, without a click on the object, and for the single mask of one click the model's own answer stays")
    func plain() throws {
        let look = CloserLook(zoom: nil, cuts: false, clickCrops: [0.6, 0.35])
        let one = Prompt(clicks: [Click(Point(x: 45, y: 71))])
        let two = Prompt(clicks: one.clicks + [Click(Point(x: 20, y: 20), isForeground: false)])
        let beside = Prompt(clicks: [Click(Point(x: 20, y: 20), isForeground: false)])
        let predictor = try EverythingTests.predictor()
        let embedding = predictor.embed(try EverythingTests.picture(), threads: .one)
        for (prompt, look, choice) in [(one, CloserLook.off, CandidateChoice.three), (two, .off, .single), (beside, look, .three), (one, look, .single)] {
            let own = predictor.candidates(for: prompt, in: embedding, choosing: choice, threads: .one)
            let seen = try masks(prompt, look, choice)
            #expect(seen.map(\.runs) == own.map(\.scan.runs) && seen.map(\.predictedIoU) == own.map(\.predictedIoU))
        }
    }

    @Test("the cut stands back where there are too few pixels to learn colours from", arguments: [(179, false), (180, true)])
    func cutNeedsPixels(side: Int, isCut: Bool) throws {
        // A dark disc on light ground, and logits that are in doubt around its border.
        func distance(_ x: Int, _ y: Int, _ side: Int) -> Double {
            let u = (Double(x) + 0.5) / Double(side) - 0.5, v = (Double(y) + 0.5) / Double(side) - 0.5
            return (u * u + v * v).squareRoot() - 0.3
        }
        let picture = RGBRaster(
            width: side, height: side,
            bytes: (0..<side * side).flatMap { i in
                [UInt8](repeating: distance(i % side, i / side, side) < 0 ? 60 : 200, count: 3)
            })
        let logits = (0..<64 * 64).map { Float(-40 * distance($0 % 64, $0 / 64, 64)) }
        let cut = CloserLook(zoom: nil, cuts: true).cut(
            logits, cells: 64, inputSide: 256, in: picture, box: nil, threads: .one)
        #expect((cut != nil) == isCut && cut?.side == (isCut ? side : nil))
    }

    @Test("in a mirror: what is asked of the mirror image is the mirror image of the answer")
    func mirror() throws {
        let picture = try EverythingTests.picture()
        let width = Double(picture.width)
        let look = CloserLook(zoom: nil, cuts: false, mirrors: true)
        let box = Box(x: 10, y: 35, width: 72, height: 73)
        let turnedBox = Box(x: width - box.maxX, y: 35, width: 72, height: 73)
        let plain = try masks(Prompt(box: box), .off, .mean)
        let one = try masks(Prompt(box: box), look, .mean)
        let other = try masks(Prompt(box: turnedBox), look, .mean, picture.mirrored())
        try #require(one.count == 1 && one[0].runs.area > 100)
        #expect(one[0].logits != plain[0].logits, "the second look counts")
        #expect(abs(one[0].predictedIoU - other[0].predictedIoU) < 1e-4)
        let turned = RGBRaster(
            width: picture.width, height: picture.height, bytes: other[0].runs.bytes(value: 1).flatMap { [$0, $0, $0] }
        ).mirrored().bytes
        let apart = zip(one[0].runs.bytes(value: 1), stride(from: 0, to: turned.count, by: 3)).count { $0 != turned[$1] }
        // The picture does not fill a whole number of cells: between cells the two are interpolated differently.
        #expect(Double(apart) / Double(one[0].runs.area) < 0.03)
    }

    @Test("whether to look in a mirror is read from the metadata")
    func mirrorMetadata() {
        #expect(CloserLook(["mirror": "boxes"]).mirrors)
        #expect(!CloserLook(["mirror": "clicks"]).mirrors && !CloserLook([:]).mirrors && !CloserLook.off.mirrors)
    }

    @Test("crops for everything: read whole or not at all; what a recipe says beats them")
    func everything() throws {
        let own = RecommendedThresholds(["everything_crops": "2,2,0.5,200"])
        let (options, notes) = own.applied(to: .init(), predIoUThreshold: nil, stabilityScoreThreshold: nil)
        #expect(options.cropLayers == 2 && options.cropPointsDownscaleFactor == 2 && options.most == 200)
        #expect(options.boxNMSThreshold == 0.5 && options.cropNMSThreshold == 0.5 && notes.count == 1)
        let (told, silence) = own.applied(
            to: .init(), predIoUThreshold: nil, stabilityScoreThreshold: nil, cropLayers: 0)
        #expect(told == MaskGenerator.Options() && silence.isEmpty)
        for text in ["", "2", "2,2,0.5", "9,2,0.5,200", "2,0,0.5,200", "2,2,2,200", "2,2,0.5,0", "2,2,nan,200"] {
            #expect(RecommendedThresholds(["everything_crops": text]).crops == nil)
        }
    }

    @Test("ranked crops keep so many of the masks that would stay without a limit, and the most worthy")
    func ranked() throws {
        var options = MaskGenerator.Options()
        options.pointsPerSide = 8
        options.predIoUThreshold = 0
        options.stabilityScoreThreshold = 0
        options.cropLayers = 1
        options.most = 10_000
        let predictor = try EverythingTests.predictor()
        let picture = try EverythingTests.picture()
        let all = MaskGenerator(predictor, options: options).generate(picture, threads: .one)
        try #require(all.count > 5)
        options.most = 5
        let few = MaskGenerator(predictor, options: options).generate(picture, threads: Threads(2))
        #expect(few.count == 5)
        func worth(_ mask: FoundMask) -> Float { mask.predictedIoU * (mask.stability.isFinite ? mask.stability : 0) }
        let best = all.map(worth).sorted(by: >).prefix(5)
        #expect(few.map(worth).sorted(by: >) == Array(best))
    }

    private func masks(
        _ prompt: Prompt, _ look: CloserLook, _ choice: CandidateChoice, _ shown: RGBRaster? = nil
    ) throws -> [SeenMask] {
        let search = WeightSearch(environment: [:], executable: "/nowhere/vipsam")
        let model = try ModelStore(search: search).model(Fixtures.folder + "/checkpoints/small-vit.safetensors")
        let picture = try shown ?? EverythingTests.picture()
        let embedding = model.predictor.embed(picture, threads: .one)
        return PromptedPicture(picture, embedding, by: model, look: look, threads: .one)
            .masks(for: prompt, choosing: choice)
    }
}
