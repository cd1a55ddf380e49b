import Foundation
import Testing
import VipsamNets
import VipsamTensor

/// ViT-B and MobileSAM at full size against the official PyTorch code, with weights made at random.
///
/// Off by default: it needs a folder made by `scripts/goldens/full.py`, named by VIPSAM_FULL_PARITY.
@Suite(.serialized) struct FullParityTests {
    private static let folder = ProcessInfo.processInfo.environment["VIPSAM_FULL_PARITY"]

    @Test(.enabled(if: folder != nil), arguments: ["mobile-sam", "vit-b"]) func model(name: String) throws {
        let folder = URL(filePath: try #require(Self.folder))
        let golden = try Golden(
            checkpoint: folder.appending(path: "\(name).pth").path,
            expected: folder.appending(path: "\(name).golden.safetensors").path)
        #expect(golden.sam.encoderName == (name == "vit-b" ? "vit_b" : "tiny_vit"))
        let embedding = golden.sam.encode(golden.image, threads: Threads(2))
        var report = "\(name): embedding \(try golden.check("embedding", embedding.tensor))"
        let image = golden.sam.prepare(embedding, threads: Threads(2))
        for prompt in golden.prompts {
            let decoded = golden.sam.decode(golden.prompt(prompt), in: image, threads: Threads(2))
            let iou = try golden.check("\(prompt.name).iou", Tensor([4], decoded.iouPredictions))
            report += "\n  \(prompt.name): iou \(iou)"
            if golden.expected.shape(of: "\(prompt.name).masks") != nil {
                let masks = golden.sam.masks([0, 1, 2, 3], of: decoded, threads: Threads(2))
                let all = Tensor([4, golden.sam.maskSize, golden.sam.maskSize], masks.flatMap(\.values))
                report += ", masks \(try golden.check("\(prompt.name).masks", all))"
            }
        }
        print(report)
    }
}
