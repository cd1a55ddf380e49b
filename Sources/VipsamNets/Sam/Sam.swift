public import VipsamTensor

/// Segment Anything: embed a picture once, then prompt it many times.
///
/// Everything about a model comes from its checkpoint: widths and depths from the shapes of the tensors, the rest from
/// the metadata of safetensors files.
public struct Sam: Sendable {
    private static let defaultHeads = 8

    /// Side of the square input, in pixels.
    public let imageSize: Int
    /// Side of the embedding, in cells.
    public let gridSize: Int
    /// `vit_b`, `vit_l`, `vit_h`, `vit` for other widths, or `tiny_vit`.
    public let encoderName: String
    /// Notes of the checkpoint, as they are in the file.
    public let metadata: [String: String]
    /// Thresholds that the checkpoint recommends for segmenting everything.
    public let recommended: Thresholds

    /// Thresholds for masks, from 0 to 1; nil where the checkpoint says nothing.
    public struct Thresholds: Sendable, Hashable {
        public let predictedIoU: Double?
        public let stabilityScore: Double?
        public let boxNMS: Double?
    }

    let imageEncoder: any ImageEncoder
    let promptEncoder: PromptEncoder
    let maskDecoder: MaskDecoder
    let positions: Tensor

    /// Side of the square of logits per mask.
    public var maskSize: Int { 4 * gridSize }

    /// Number of masks per prompt, the one for clear prompts included.
    public var maskCount: Int { maskDecoder.masks }

    /// Reads a network. Throws when a tensor is missing, has another shape, or belongs to no known layer.
    ///
    /// - Parameter precision: that of the linear layers and 1×1 convolutions of the encoder's blocks. Attention, norms,
    ///   the neck, prompts and decoder are always in single precision.
    public init(_ checkpoint: Checkpoint, precision: Precision = .float32) throws(CheckpointError) {
        for key in checkpoint.keys {
            if let shape = checkpoint.shape(of: key), shape.contains(0) {
                throw CheckpointError(file: checkpoint.path, key: key, "has the shape \(shape): it is empty")
            }
        }
        let w = Weights(checkpoint), notes = EncoderNotes(checkpoint)
        let place = w["image_encoder"].computed(in: precision)
        let encoder: any ImageEncoder =
            place.has("patch_embed.seq.0.c.weight") ? try TinyViT(place) : try ImageEncoderViT(place)
        let heads = try notes.number("decoder_heads", in: 1...64) ?? Self.defaultHeads
        imageEncoder = encoder
        promptEncoder = try PromptEncoder(
            w["prompt_encoder"], channels: encoder.channels, imageSize: encoder.imageSize)
        maskDecoder = try MaskDecoder(w["mask_decoder"], channels: encoder.channels, heads: heads)
        try w.finish(ignoring: ["pixel_mean", "pixel_std"])
        imageSize = encoder.imageSize
        gridSize = encoder.gridSize
        encoderName = encoder.name
        metadata = checkpoint.metadata
        recommended = Thresholds(
            predictedIoU: try notes.fraction("pred_iou_thresh"),
            stabilityScore: try notes.fraction("stability_score_thresh"),
            boxNMS: try notes.fraction("box_nms_thresh"))
        positions = promptEncoder.densePositions(grid: encoder.gridSize)
    }

    /// Embeds a picture: RGB planes [3, imageSize, imageSize], normalised, padded right and below with zeros.
    public func encode(_ image: Tensor, threads: Threads) -> ImageEmbedding {
        ImageEmbedding(imageEncoder.encode(image, threads: threads))
    }

    /// Works out what all prompts share.
    public func prepare(_ embedding: ImageEmbedding, threads: Threads) -> PreparedImage {
        prepare(embedding.tensor, mask: nil, threads: threads)
    }

    func prepare(_ embedding: Tensor, mask: Tensor?, threads: Threads) -> PreparedImage {
        let cells = gridSize * gridSize
        precondition(embedding.count == cells * promptEncoder.channels, "an embedding of shape \(embedding.shape)")
        let embedding = embedding.reshaped([cells, promptEncoder.channels])
        let keys = promptEncoder.addDense(mask, to: embedding, grid: gridSize)
        return PreparedImage(
            embedding: embedding, keys: keys, positions: positions,
            shared: maskDecoder.transformer.prepare(keys, positions: positions, threads: threads))
    }
}
