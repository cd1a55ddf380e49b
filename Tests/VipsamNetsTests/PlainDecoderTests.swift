import Foundation
import Testing
import VipsamNets
import VipsamTensor

/// The decoder's shortcuts against the straightforward form, for odd numbers of tokens and cells.
@Suite struct PlainDecoderTests {
    /// A small model; `large` is one with an input of 336 pixels, whose 21×21 cells take two unequal bands.
    enum Model: String, CaseIterable { case vit, large }

    private struct Case {
        let checkpoint: Checkpoint, sam: Sam

        init(_ model: Model) throws {
            let path = Golden.folder.appending(path: "checkpoints/small-vit.safetensors").path
            checkpoint = model == .large ? try Golden.tinyViT(imageSize: 336) : try Checkpoint.open(path)
            sam = try Sam(checkpoint)
        }

        var embedding: Tensor {
            let cells = sam.gridSize * sam.gridSize, channels = sam.densePositions.count / cells
            return Tensor([cells, channels], Pattern.floats(cells * channels, seed: 3))
        }

        /// Prompts of 0, 2, 3 and 9 tokens, corners in several places, and masks with and without points.
        var prompts: [SamPrompt] {
            let side = Float(sam.imageSize), size = sam.maskSize
            func point(_ x: Float, _ y: Float, _ label: Int = 1) -> SamPrompt.Point {
                SamPrompt.Point(x: x * side, y: y * side, label: label)
            }
            let mask = Tensor([size, size], Pattern.floats(size * size, seed: 5).map { 3 * $0 })
            let many = (0..<8).map { point(Float($0) / 9, 1 - Float($0 * $0) / 70, $0 % 2) }
            return [
                SamPrompt(), SamPrompt(points: [point(0.3, 0.7)]),
                SamPrompt(box: SamPrompt.Box(x0: 1, y0: 2, x1: side / 2, y1: side / 3)),
                SamPrompt(box: SamPrompt.Box(x0: side / 4, y0: side / 2, x1: side - 1, y1: side - 2)),
                SamPrompt(points: [point(0.5, 0.5, 0)], box: SamPrompt.Box(x0: 9, y0: 8, x1: side / 2, y1: side)),
                SamPrompt(points: many), SamPrompt(mask: mask), SamPrompt(points: [point(0.1, 0.2)], mask: mask),
                SamPrompt(points: [point(0.9, 0.2)]), SamPrompt(points: [point(0.6, 0.1)]),
            ]
        }
    }

    @Test(arguments: Model.allCases) func everyKindOfPrompt(model: Model) throws {
        let model = try Case(model), sam = model.sam
        let plain = PlainDecoder(checkpoint: model.checkpoint, grid: sam.gridSize)
        let prompts = model.prompts
        #expect(Set(prompts.map { sam.sparsePrompt($0).shape[0] }) == [0, 2, 3, 9])
        let image = sam.prepare(ImageEmbedding(model.embedding), threads: .one)
        let threads = Threads(2)
        let forms: [Sam.Factoring] = [.never, .always]
        let together = forms.map { form in
            let answers = Answers()
            sam.decode(
                prompts, among: 0..<4, in: image, threads: threads, factoring: form, choose: { _, _ in [0, 1, 2, 3] },
                take: { answers.take($0, $1, $2) })
            return answers
        }
        for (index, prompt) in prompts.enumerated() {
            let (scores, masks) = plain(
                sparse: sam.sparsePrompt(prompt), embedding: model.embedding, dense: sam.densePrompt(prompt.mask),
                positions: sam.densePositions)
            let decoded = sam.decode(prompt, in: image, threads: threads)
            Self.expect(decoded.iouPredictions, scores[0], "scores of prompt \(index)")
            let answers = try together.map { try #require($0[index]) }
            for (form, answer) in zip(forms, answers) {
                Self.expect(answer.iou, scores[0], "scores of prompt \(index) among others, factored: \(form)")
            }
            for (mask, drawn) in sam.masks([0, 1, 2, 3], of: decoded, threads: threads).enumerated() {
                Self.expect(drawn.values, masks[mask], "mask \(mask) of prompt \(index)")
                for (form, answer) in zip(forms, answers) {
                    Self.expect(
                        answer.masks[mask].values, masks[mask],
                        "mask \(mask) of prompt \(index) among others, factored: \(form)")
                }
            }
        }
    }

    /// Where only some masks may be asked for, those are the same as among all; and with prompts enough, the form that
    /// is chosen is the one that the weights' own count says.
    @Test func someMasks() throws {
        let sam = try Case(.large).sam, side = Float(sam.imageSize)
        let image = sam.prepare(ImageEmbedding(try Case(.large).embedding), threads: .one)
        let prompts = (0..<12).map { index in
            SamPrompt(points: [SamPrompt.Point(x: Float(index) * side / 12, y: side / 2, label: 1)])
        }
        func answers(_ factoring: Sam.Factoring, among masks: Range<Int>) -> Answers {
            let answers = Answers()
            sam.decode(
                prompts, among: masks, in: image, threads: Threads(2), factoring: factoring,
                choose: { index, _ in index % 2 == 0 ? Array(masks) : [masks.upperBound - 1] },
                take: { answers.take($0, $1, $2) })
            return answers
        }
        let chosen = answers(.whereItPays, among: 1..<4)
        for form in [Sam.Factoring.never, .always] {
            let all = answers(form, among: 0..<4), some = answers(form, among: 1..<4)
            for index in prompts.indices {
                let (wanted, found) = (try #require(all[index]), try #require(some[index]))
                Self.expect(found.iou, wanted.iou.map(Double.init), "scores of prompt \(index)")
                for (one, other) in zip(found.masks.reversed(), wanted.masks.reversed()) {
                    Self.expect(one.values, other.values.map(Double.init), "masks of prompt \(index)")
                }
                #expect(found.masks.count == (index % 2 == 0 ? 3 : 1))
            }
            if form == (sam.factors(prompts[0]) ? .always : .never) {
                for index in prompts.indices {
                    let (wanted, found) = (try #require(some[index]), try #require(chosen[index]))
                    #expect(found.masks.map(\.values) == wanted.masks.map(\.values))
                }
            }
        }
    }

    private static func expect(_ found: [Float], _ wanted: [Double], _ what: String) {
        #expect(found.count == wanted.count, "\(what)")
        let scale = wanted.reduce(1) { max($0, abs($1)) }
        // Written so that a NaN counts as a difference.
        let worst = zip(found, wanted).reduce(0.0) { worst, pair in
            let difference = abs(Double(pair.0) - pair.1)
            return difference <= worst ? worst : difference
        }
        #expect(worst <= 1e-4 * scale, "\(what) differs by \(worst); the values go up to \(scale)")
    }
}
