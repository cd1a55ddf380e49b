import Foundation
import Testing
import VipsamNets
import VipsamTensor

/// A small model and what the official code computes with it; see Tests/Fixtures/README.md.
struct Golden {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    let sam: Sam
    let expected: Checkpoint
    let prompts: [Prompt]

    struct Prompt: Decodable {
        let name: String
        let points: [[Float]]
        let box: [Float]?
        let mask: Bool
    }

    init(_ name: String) throws {
        try self.init(
            checkpoint: Self.folder.appending(path: "checkpoints/\(name).safetensors").path,
            expected: Self.folder.appending(path: "goldens/\(name).safetensors").path)
    }

    init(checkpoint: String, expected: String) throws {
        sam = try Sam(Checkpoint.open(checkpoint))
        self.expected = try Checkpoint.open(expected)
        let notes = try #require(self.expected.metadata["prompts"])
        prompts = try JSONDecoder().decode([Prompt].self, from: Data(notes.utf8))
    }

    /// The small TinyViT for a larger input. The weights of a convolutional encoder fit any size: only a note says which.
    static func tinyViT(imageSize: Int) throws -> Checkpoint {
        var bytes = try Data(contentsOf: folder.appending(path: "checkpoints/small-tiny-vit.safetensors"))
        let note = try #require(bytes.range(of: Data(#""image_size":"128""#.utf8)))
        bytes.replaceSubrange(note, with: Data(#""image_size":"\#(imageSize)""#.utf8))
        let copy = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
        try bytes.write(to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        return try Checkpoint.open(copy.path)
    }

    var image: Tensor {
        Tensor([3, sam.imageSize, sam.imageSize], Pattern.floats(3 * sam.imageSize * sam.imageSize))
    }

    var maskPrompt: Tensor {
        Tensor([sam.maskSize, sam.maskSize], Pattern.floats(sam.maskSize * sam.maskSize, seed: 1).map { 4 * $0 })
    }

    func prompt(_ prompt: Prompt) -> SamPrompt {
        SamPrompt(
            points: prompt.points.map { SamPrompt.Point(x: $0[0], y: $0[1], label: Int($0[2])) },
            box: prompt.box.map { SamPrompt.Box(x0: $0[0], y0: $0[1], x1: $0[2], y1: $0[3]) },
            mask: prompt.mask ? maskPrompt : nil)
    }

    /// Expects a tensor to be that of the golden, up to `tolerance` of its largest magnitude (at least 1). Returns the
    /// greatest absolute difference.
    @discardableResult
    func check(_ name: String, _ found: Tensor?, tolerance: Float = 1e-4) throws -> Float {
        let wanted = try #require(expected.tensor(name)?.values, "the golden has no '\(name)'")
        let values = try #require(found?.values, "'\(name)' was not seen")
        try #require(values.count == wanted.count, "'\(name)' has another size")
        let scale = wanted.reduce(1) { max($0, abs($1)) }
        // Written so that a NaN counts as a difference.
        let worst = zip(values, wanted).reduce(Float(0)) { worst, pair in
            let difference = abs(pair.0 - pair.1)
            return difference <= worst ? worst : difference
        }
        #expect(worst <= tolerance * scale, "'\(name)' differs by \(worst); its values go up to \(scale)")
        return worst
    }
}

/// Numbers by the rule of Tests/Fixtures/README.md.
enum Pattern {
    static func floats(_ count: Int, seed: Int = 0) -> [Float] {
        (0..<count).map { index in
            var h = UInt32(truncatingIfNeeded: index &+ seed &* 1_000_003)
            h = (h ^ h >> 16) &* 0x7feb_352d
            h = (h ^ h >> 15) &* 0x846c_a68b
            return Float((h ^ h >> 16) >> 22) / 256 - 2
        }
    }
}
