/// Hugging Face's names for the tensors of Segment Anything. Only names differ: shapes and contents are the same.
///
/// Source: the conversion table of the `sam` model in huggingface/transformers, read backwards.
enum HuggingFaceNames {
    static let positionalMatrix = "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"

    /// Whole names, or beginnings of names, to be replaced. The first that fits is used.
    private static let beginnings: [(String, String)] = [
        ("shared_image_embedding.positional_embedding", positionalMatrix),
        ("prompt_encoder.shared_embedding.positional_embedding", positionalMatrix),
        ("vision_encoder.neck.conv1.", "image_encoder.neck.0."),
        ("vision_encoder.neck.layer_norm1.", "image_encoder.neck.1."),
        ("vision_encoder.neck.conv2.", "image_encoder.neck.2."),
        ("vision_encoder.neck.layer_norm2.", "image_encoder.neck.3."),
        ("vision_encoder.patch_embed.projection.", "image_encoder.patch_embed.proj."),
        ("vision_encoder.layers.", "image_encoder.blocks."),
        ("vision_encoder.", "image_encoder."),
        ("prompt_encoder.point_embed.", "prompt_encoder.point_embeddings."),
        ("prompt_encoder.mask_embed.conv1.", "prompt_encoder.mask_downscaling.0."),
        ("prompt_encoder.mask_embed.layer_norm1.", "prompt_encoder.mask_downscaling.1."),
        ("prompt_encoder.mask_embed.conv2.", "prompt_encoder.mask_downscaling.3."),
        ("prompt_encoder.mask_embed.layer_norm2.", "prompt_encoder.mask_downscaling.4."),
        ("prompt_encoder.mask_embed.conv3.", "prompt_encoder.mask_downscaling.6."),
        ("mask_decoder.upscale_conv1.", "mask_decoder.output_upscaling.0."),
        ("mask_decoder.upscale_layer_norm.", "mask_decoder.output_upscaling.1."),
        ("mask_decoder.upscale_conv2.", "mask_decoder.output_upscaling.3."),
    ]

    /// Parts of names inside encoder blocks and decoder layers.
    private static let parts = [
        ".layer_norm1.": ".norm1.", ".layer_norm2.": ".norm2.", ".layer_norm3.": ".norm3.",
        ".layer_norm4.": ".norm4.", ".layer_norm_final_attn.": ".norm_final_attn.",
    ]

    /// The three linear layers of the IoU head and the hyper-networks.
    private static let headLayers = [
        (".proj_in.", ".layers.0."), (".layers.0.", ".layers.1."),
        (".proj_out.", ".layers.2."),
    ]

    /// True for names that only Hugging Face files have.
    static func recognises(_ name: String) -> Bool {
        name.hasPrefix("vision_encoder.") || name.hasPrefix("shared_image_embedding.")
    }

    static func official(_ name: String) -> String {
        if name.hasPrefix("mask_decoder.iou_prediction_head.")
            || name.hasPrefix("mask_decoder.output_hypernetworks_mlps.")
        {
            for (theirs, ours) in headLayers where name.contains(theirs) { return name.replacing(theirs, with: ours) }
            return name
        }
        var result = name
        if let (theirs, ours) = beginnings.first(where: { name.hasPrefix($0.0) }) {
            result = ours + name.dropFirst(theirs.count)
        }
        for (theirs, ours) in parts { result = result.replacing(theirs, with: ours) }
        return result
    }
}
