import Foundation
import Testing
import VipsamKit
import VipsamSegment
import VipsamTensor

@Suite("Prompts and their candidates")
struct PredictorTests {
    @Test("three in the model's order, the single one, the surest, the largest and the smallest")
    func choices() throws {
        let predictor = try EverythingTests.predictor()
        let embedding = predictor.embed(try EverythingTests.picture(), threads: .one)
        func candidates(_ choice: CandidateChoice) -> [Candidate] {
            predictor.candidates(
                for: Prompt(clicks: [Click(Point(x: 45, y: 71))]), in: embedding, choosing: choice, threads: .one)
        }
        let three = candidates(.three)
        #expect(three.map(\.index) == [1, 2, 3])
        #expect(candidates(.best).map(\.predictedIoU) == [three.map(\.predictedIoU).max()])
        #expect(candidates(.single).map(\.index) == [0])
        #expect(candidates(.largest).map(\.scan.area) == [three.map(\.scan.area).max()])
        let areas = three.map(\.scan.area).filter { $0 > 0 }
        #expect(candidates(.smallest).map(\.scan.area) == [areas.min() ?? 0])
        let drawn = [0, 1, 2, 3].map { index in (three + candidates(.single)).first { $0.index == index } }.compactMap { $0 }
        let mean = candidates(.mean)
        try #require(mean.count == 1 && drawn.count == 4)
        let worths = drawn.map { exp(Double($0.predictedIoU) / 0.1) }
        for cell in stride(from: 0, to: mean[0].logits.count, by: 7) {
            let p = zip(worths, drawn).reduce(0) { $0 + $1.0 / (1 + exp(-Double($1.1.logits[cell]))) } / worths.reduce(0, +)
            #expect(abs(1 / (1 + exp(-Double(mean[0].logits[cell]))) - p) < 1e-5)
        }
        // A third each: what the masks say, what their probabilities expect over the cells that hold the picture, and
        // how far the masks agree with their mean there.
        let side = predictor.model.maskSide, rows = (side * 121 + 162) / 163
        let probabilities = mean[0].logits.prefix(rows * side).map { 1 / (1 + exp(-Double($0))) }
        let on = probabilities.filter { $0 > 0.5 }, off = probabilities.filter { $0 <= 0.5 }
        let expected = on.reduce(0, +) / (Double(on.count) + off.reduce(0, +))
        let stated = zip(worths, drawn).reduce(0) { $0 + $1.0 * Double($1.1.predictedIoU) } / worths.reduce(0, +)
        let shares = drawn.map { mask in
            let pairs = zip(mask.logits.prefix(rows * side), mean[0].logits).map { ($0 > 0, $1 > 0) }
            return Double(pairs.count { $0 && $1 }) / Double(max(1, pairs.count { $0 || $1 }))
        }
        let agreement = zip(worths, shares).reduce(0) { $0 + $1.0 * $1.1 } / worths.reduce(0, +)
        #expect(abs(Double(mean[0].predictedIoU) - (stated + expected + agreement) / 3) < 1e-4)
        for candidate in three {
            #expect(candidate.scan.runs.width == 163 && candidate.scan.runs.height == 121)
            #expect(candidate.scan.runs.area == candidate.scan.area)
        }
    }

    @Test("the same bits with one thread and with three, and when embedded again")
    func threads() throws {
        let predictor = try EverythingTests.predictor()
        let picture = try EverythingTests.picture()
        let prompt = Prompt(clicks: [Click(Point(x: 20, y: 90), isForeground: false)], box: Box(
            x: 10, y: 35, width: 72, height: 73))
        let one = predictor.candidates(
            for: prompt, in: predictor.embed(picture, threads: .one), choosing: .three, threads: .one)
        let three = predictor.candidates(
            for: prompt, in: predictor.embed(picture, threads: Threads(3)), choosing: .three, threads: Threads(3))
        #expect(one.map(\.logits) == three.map(\.logits))
        #expect(one.map(\.predictedIoU) == three.map(\.predictedIoU))
    }

    @Test("a prompt outside its picture is the user's slip")
    func outside() throws {
        let box = Prompt(box: Box(x: 163, y: 0, width: 5, height: 5))
        let slip = #expect(throws: Diagnostic.self) { try box.checkInside(width: 163, height: 121) }
        #expect(slip?.cause == .usage)
        #expect(slip?.message == "the box 163,0,5,5 lies outside the picture, which has 163 × 121 pixels")
        for x in [-1, 163, 1e300, .infinity, .nan] {
            let click = Prompt(clicks: [Click(Point(x: x, y: 1))])
            #expect(throws: Diagnostic.self) { try click.checkInside(width: 163, height: 121) }
        }
        try Prompt(clicks: [Click(Point(x: 162.9, y: 0))], box: Box(x: -5, y: -5, width: 6, height: 6))
            .checkInside(width: 163, height: 121)
    }
}

@Suite("Prompts drawn as logits")
struct DensePromptTests {
    @Test("off unless the checkpoint asks; odd numbers are not believed")
    func metadata() {
        #expect(DensePrompts([:]) == nil)
        #expect(DensePrompts(["dense_prompts": "box,points"]) == DensePrompts([
            "dense_prompts": "box,points", "dense_box_inside": "2.0", "dense_box_outside": "-6.0",
            "dense_click": "10.0", "dense_click_sigma": "1.5",
        ]))
        #expect(DensePrompts(["dense_prompts": "box", "dense_click_sigma": "nan"]) == DensePrompts(["dense_prompts": "x"]))
    }

    @Test("a box covers cells by their part of it; a click pulls towards its value")
    func drawing() throws {
        let drawn = try #require(DensePrompts(["dense_prompts": "box,points"]))
        let none = drawn.mask(for: ModelPrompt(), cells: 8, inputSide: 32)
        #expect(none == nil)
        let box = ModelPrompt(box: .init(minX: 4, minY: 8, maxX: 14, maxY: 16))
        let values = try #require(drawn.mask(for: box, cells: 8, inputSide: 32))
        #expect(values[2 * 8 + 1] == 2 && values[3 * 8 + 2] == 2)
        #expect(values[2 * 8 + 3] == -6 + 8 * 0.5)
        #expect(values[0] == -6 && values[4 * 8 + 2] == -6)
        let click = ModelPrompt(points: [.init(x: 9.5, y: 9.5, label: 1), .init(x: 25.5, y: 9.5, label: 0)])
        let bells = try #require(drawn.mask(for: click, cells: 8, inputSide: 32))
        let peak = try #require(bells.indices.max { bells[$0] < bells[$1] })
        #expect(peak == 2 * 8 + 2)
        let low = try #require(bells.indices.min { bells[$0] < bells[$1] })
        #expect(low == 2 * 8 + 6)
        // The second click, four cells away, pulls the first one's 10 down by 20 · exp(-16 / 4.5).
        #expect(abs(bells[peak] - 9.4286) < 1e-3 && abs(bells[low] + 10) < 1e-4)
    }
}
