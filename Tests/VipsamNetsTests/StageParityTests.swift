import Foundation
import Testing
import VipsamNets
import VipsamTensor

/// Every stage of both encoders and of the decoder against the official PyTorch code, on small models.
@Suite struct StageParityTests {
    private static let models = ["small-vit", "small-tiny-vit"]

    private final class Seen {
        var stages: [String: Tensor] = [:]
        var watch: StageWatch { StageWatch { self.stages[$0] = $1 } }
    }

    @Test(arguments: models) func imageEncoder(name: String) throws {
        let golden = try Golden(name)
        let seen = Seen()
        let embedding = golden.sam.encode(golden.image, threads: .one, watch: seen.watch)
        let prefix = "image_encoder."
        let stages = golden.expected.keys.filter { $0.hasPrefix(prefix) }
        #expect(stages.count >= 5)
        for stage in stages {
            var found = seen.stages[String(stage.dropFirst(prefix.count))]
            if name == "small-vit", stage == "image_encoder.patch_embed" {
                found = try minusPositions(try #require(found), name)
            }
            try golden.check(stage, found)
        }
        try golden.check("embedding", embedding.tensor)
    }

    /// The patch embedding is seen with the position embedding added, which the golden lacks.
    private func minusPositions(_ tensor: Tensor, _ name: String) throws -> Tensor {
        let path = Golden.folder.appending(path: "checkpoints/\(name).safetensors").path
        let positions = try #require(try Checkpoint.open(path).tensor("image_encoder.pos_embed"))
        return Tensor(tensor.shape, zip(tensor.values, positions.values).map { $0 - $1 })
    }

    @Test(arguments: models) func promptEncoder(name: String) throws {
        let golden = try Golden(name)
        #expect(golden.prompts.count == 7)
        for prompt in golden.prompts {
            try golden.check("\(prompt.name).sparse", golden.sam.sparsePrompt(golden.prompt(prompt)))
        }
    }

    @Test func densePrompts() throws {
        let golden = try Golden("small-vit")
        try golden.check("mask.dense", golden.sam.densePrompt(golden.maskPrompt))
        try golden.check("dense_pe", golden.sam.densePositions)
    }

    @Test(arguments: models) func maskDecoder(name: String) throws {
        let golden = try Golden(name)
        // The golden's own embedding, so that a difference is the decoder's.
        let embedding = ImageEmbedding(try #require(golden.expected.tensor("embedding")))
        let image = golden.sam.prepare(embedding, threads: .one)
        var checked = 0
        for prompt in golden.prompts {
            let seen = Seen()
            let decoded = golden.sam.decode(golden.prompt(prompt), in: image, threads: .one, watch: seen.watch)
            for (stage, tensor) in seen.stages {
                // The image side after the last layer has the name of the transformer's output.
                let key = "\(prompt.name).\(stage == "keys.1" ? "keys" : stage)"
                if golden.expected.shape(of: key) != nil {
                    try golden.check(key, tensor)
                    checked += 1
                }
            }
            try golden.check("\(prompt.name).iou", Tensor([4], decoded.iouPredictions))
            if golden.expected.shape(of: "\(prompt.name).masks") != nil {
                let masks = golden.sam.masks([0, 1, 2, 3], of: decoded, threads: .one)
                let all = Tensor([4, golden.sam.maskSize, golden.sam.maskSize], masks.flatMap(\.values))
                try golden.check("\(prompt.name).masks", all)
                checked += 1
            }
        }
        #expect(checked == (name == "small-vit" ? 7 * 3 + 2 * 2 + 3 : 3))
    }

    /// Many prompts at once take another way through the decoder than one does.
    @Test(arguments: models) func manyPrompts(name: String) throws {
        let golden = try Golden(name)
        let embedding = ImageEmbedding(try #require(golden.expected.tensor("embedding")))
        let image = golden.sam.prepare(embedding, threads: .one)
        let answers = Answers()
        golden.sam.decode(
            golden.prompts.map(golden.prompt), among: 0..<4, in: image, threads: Threads(2),
            choose: { _, _ in [0, 1, 2, 3] },
            take: { answers.take($0, $1, $2) })
        for (index, prompt) in golden.prompts.enumerated() {
            let answer = try #require(answers[index])
            try golden.check("\(prompt.name).iou", Tensor([4], answer.iou))
            if golden.expected.shape(of: "\(prompt.name).masks") != nil {
                let all = Tensor([4, golden.sam.maskSize, golden.sam.maskSize], answer.masks.flatMap(\.values))
                try golden.check("\(prompt.name).masks", all)
            }
        }
    }

    @Test(arguments: models) func resultsDoNotDependOnThreads(name: String) throws {
        let golden = try Golden(name)
        let one = golden.sam.encode(golden.image, threads: .one)
        let three = golden.sam.encode(golden.image, threads: Threads(3))
        #expect(one.tensor.values == three.tensor.values)
        let prompt = golden.prompt(golden.prompts[3])
        let image = golden.sam.prepare(one, threads: .one)
        let alone = golden.sam.decode(prompt, in: image, threads: .one)
        let together = golden.sam.decode(
            prompt, in: golden.sam.prepare(three, threads: Threads(3)), threads: Threads(3))
        #expect(alone.iouPredictions == together.iouPredictions)
        #expect(
            golden.sam.masks([0, 2], of: alone, threads: .one).map(\.values)
                == golden.sam.masks([0, 2], of: together, threads: Threads(3)).map(\.values))
    }
}
