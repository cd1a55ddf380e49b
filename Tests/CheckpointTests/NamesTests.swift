import Testing
import VipsamTensor

@Suite struct NamesTests {
    private func keys(_ names: [String]) throws -> [String] {
        let entries = names.enumerated().map { index, name in
            #""\#(name)":{"dtype":"U8","shape":[1],"data_offsets":[\#(index),\#(index + 1)]}"#
        }
        let folder = try TemporaryFolder()
        let bytes = (0..<names.count).map { UInt8($0) }
        return try Checkpoint.open(folder.write(safetensors("{\(entries.joined(separator: ","))}", bytes))).keys
    }

    @Test func stripsThePrefixOfParallelTraining() throws {
        #expect(try keys(["module.a", "module.b.c"]) == ["a", "b.c"])
        #expect(try keys(["module.a", "b.c"]) == ["b.c", "module.a"])
    }

    @Test func translatesHuggingFaceNames() throws {
        let pairs = [
            (
                "shared_image_embedding.positional_embedding",
                "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"
            ),
            ("vision_encoder.pos_embed", "image_encoder.pos_embed"),
            ("vision_encoder.patch_embed.projection.weight", "image_encoder.patch_embed.proj.weight"),
            ("vision_encoder.layers.3.attn.rel_pos_h", "image_encoder.blocks.3.attn.rel_pos_h"),
            ("vision_encoder.layers.3.layer_norm1.weight", "image_encoder.blocks.3.norm1.weight"),
            ("vision_encoder.layers.11.mlp.lin2.bias", "image_encoder.blocks.11.mlp.lin2.bias"),
            ("vision_encoder.neck.conv1.weight", "image_encoder.neck.0.weight"),
            ("vision_encoder.neck.layer_norm1.bias", "image_encoder.neck.1.bias"),
            ("vision_encoder.neck.conv2.weight", "image_encoder.neck.2.weight"),
            ("vision_encoder.neck.layer_norm2.weight", "image_encoder.neck.3.weight"),
            ("prompt_encoder.point_embed.2.weight", "prompt_encoder.point_embeddings.2.weight"),
            ("prompt_encoder.not_a_point_embed.weight", "prompt_encoder.not_a_point_embed.weight"),
            ("prompt_encoder.mask_embed.conv1.weight", "prompt_encoder.mask_downscaling.0.weight"),
            ("prompt_encoder.mask_embed.layer_norm1.weight", "prompt_encoder.mask_downscaling.1.weight"),
            ("prompt_encoder.mask_embed.conv2.weight", "prompt_encoder.mask_downscaling.3.weight"),
            ("prompt_encoder.mask_embed.layer_norm2.weight", "prompt_encoder.mask_downscaling.4.weight"),
            ("prompt_encoder.mask_embed.conv3.bias", "prompt_encoder.mask_downscaling.6.bias"),
            ("mask_decoder.transformer.layers.1.layer_norm4.bias", "mask_decoder.transformer.layers.1.norm4.bias"),
            (
                "mask_decoder.transformer.layer_norm_final_attn.weight",
                "mask_decoder.transformer.norm_final_attn.weight"
            ),
            (
                "mask_decoder.transformer.layers.0.self_attn.q_proj.weight",
                "mask_decoder.transformer.layers.0.self_attn.q_proj.weight"
            ),
            ("mask_decoder.upscale_conv1.weight", "mask_decoder.output_upscaling.0.weight"),
            ("mask_decoder.upscale_layer_norm.weight", "mask_decoder.output_upscaling.1.weight"),
            ("mask_decoder.upscale_conv2.bias", "mask_decoder.output_upscaling.3.bias"),
            ("mask_decoder.iou_prediction_head.proj_in.weight", "mask_decoder.iou_prediction_head.layers.0.weight"),
            ("mask_decoder.iou_prediction_head.layers.0.weight", "mask_decoder.iou_prediction_head.layers.1.weight"),
            ("mask_decoder.iou_prediction_head.proj_out.weight", "mask_decoder.iou_prediction_head.layers.2.weight"),
            (
                "mask_decoder.output_hypernetworks_mlps.3.layers.0.bias",
                "mask_decoder.output_hypernetworks_mlps.3.layers.1.bias"
            ),
        ]
        #expect(try keys(pairs.map(\.0)) == pairs.map(\.1).sorted())
    }

    @Test func takesThePositionalMatrixOnce() throws {
        let official = "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"
        #expect(
            try keys([
                "shared_image_embedding.positional_embedding", "prompt_encoder.shared_embedding.positional_embedding",
            ]) == [official])
    }

    @Test func refusesTwoNamesForOneTensor() {
        #expect(throws: CheckpointError.self) {
            try keys(["vision_encoder.pos_embed", "image_encoder.pos_embed"])
        }
    }
}
