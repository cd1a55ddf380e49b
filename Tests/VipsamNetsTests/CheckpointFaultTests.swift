import Foundation
import Testing
import VipsamNets
import VipsamTensor

/// What a network says to a checkpoint that is not quite its own. Headers of good files are edited for it.
@Suite struct CheckpointFaultTests {
    /// Loads `model` with `old` replaced by `new` everywhere in its header, and returns the error.
    private func fault(_ model: String, _ old: String, _ new: String) throws -> CheckpointError? {
        let whole = Array(
            try Data(contentsOf: Golden.folder.appending(path: "checkpoints/\(model).safetensors")))
        let length = (0..<8).reduce(0) { $0 | Int(whole[$1]) << (8 * $1) }
        let header = String(decoding: whole[8..<(8 + length)], as: UTF8.self)
        try #require(header.contains(old))
        let edited = Array(header.replacing(old, with: new).utf8)
        let prefix = (0..<8).map { UInt8(truncatingIfNeeded: edited.count >> (8 * $0)) }
        let file = FileManager.default.temporaryDirectory.appending(path: "vipsam-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(prefix + edited + whole[(8 + length)...]).write(to: file)
        let outcome = Result { try Sam(Checkpoint.open(file.path)) }
        guard case .failure(let error) = outcome else { return nil }
        return error as? CheckpointError
    }

    @Test(arguments: [
        ("small-vit", "image_encoder.blocks.2.attn.qkv.weight"), ("small-vit", "image_encoder.neck.3.bias"),
        ("small-vit", "mask_decoder.transformer.layers.1.norm4.weight"),
        ("small-vit", "prompt_encoder.mask_downscaling.6.bias"),
        ("small-tiny-vit", "image_encoder.layers.2.blocks.1.local_conv.bn.running_var"),
        ("small-tiny-vit", "mask_decoder.iou_prediction_head.layers.2.bias"),
    ]) func namesTheMissingTensor(model: String, key: String) throws {
        let error = try fault(model, "\"\(key)\"", "\"\(key)x\"")
        #expect(error?.key == key)
        #expect(error?.message == "is missing")
    }

    @Test func namesTheMisshapenTensor() throws {
        let key = "image_encoder.blocks.0.attn.qkv.weight"
        let error = try fault(
            "small-vit", #""\#(key)":{"dtype":"F16","shape":[96,32]"#,
            #""\#(key)":{"dtype":"F16","shape":[32,96]"#)
        #expect(error?.key == key)
        #expect(error?.message == "has the shape 32×96, not 96×32")
    }

    @Test func namesTensorsThatNoLayerReads() throws {
        let error = try fault("small-vit", #""image_encoder.blocks.3."#, #""image_encoder.blocks.4."#)
        #expect(error?.message.contains("tensors not known to this network: 'image_encoder.blocks.4.") == true)
        #expect(error?.message.hasSuffix("more") == true)
    }

    @Test(arguments: [
        ("decoder_heads", "8", "seven"), ("decoder_heads", "8", "-8"), ("image_size", "128", "99999999999999999999"),
        ("strides", "2,2,1", "2,,1"), ("strides", "2,2,1", "2,2,0"),
    ]) func refusesNotesThatMakeNoSense(key: String, good: String, bad: String) throws {
        let error = try fault("small-tiny-vit", #""\#(key)":"\#(good)""#, #""\#(key)":"\#(bad)""#)
        #expect(error?.message.contains("'\(key)'") == true)
        #expect(error?.message.contains("not '\(bad)'") == true)
    }

    @Test func theUneditedModelsLoad() throws {
        #expect(try fault("small-vit", "pos_embed", "pos_embed") == nil)
        #expect(try fault("small-tiny-vit", "norm_head", "norm_head") == nil)
    }
}
