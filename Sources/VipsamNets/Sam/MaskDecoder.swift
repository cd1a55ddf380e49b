import VipsamTensor

/// From an image and a prompt to mask logits and their predicted quality.
struct MaskDecoder: Sendable {
    let channels: Int
    /// Number of masks: one for clear prompts, and usually three more for ambiguous ones.
    let masks: Int
    let transformer: TwoWayTransformer
    /// For many prompts on one picture; nil where the transformer is not of the usual form.
    let factored: FactoredWeights?
    private let iouToken: Tensor, maskTokens: Tensor
    private let upscaling: OutputUpscaling
    private let hypernetworks: [MLP], iouHead: MLP

    /// Reads everything at this place (`mask_decoder`).
    init(_ w: Weights, channels: Int, heads: Int) throws(CheckpointError) {
        self.channels = channels
        masks = try w.shape("mask_tokens.weight", rank: 2)[0]
        iouToken = try w.tensor("iou_token.weight", 1, channels)
        maskTokens = try w.tensor("mask_tokens.weight", masks, channels)
        transformer = try TwoWayTransformer(w["transformer"], channels: channels, heads: heads)
        factored = try FactoredWeights(w, channels: channels, heads: heads, eps: TwoWayTransformer.eps)
        upscaling = try OutputUpscaling(w["output_upscaling"], channels: channels)
        var hypernetworks: [MLP] = []
        for index in 0..<masks {
            let place = w["output_hypernetworks_mlps", index]
            let network = try MLP(place, inputs: channels)
            guard network.outputs == upscaling.outputs else {
                throw place.fault("layers", "give \(network.outputs) values; the upscaling has \(upscaling.outputs)")
            }
            hypernetworks.append(network)
        }
        self.hypernetworks = hypernetworks
        iouHead = try MLP(w["iou_prediction_head"], inputs: channels)
        guard iouHead.outputs == masks else {
            throw w.fault("iou_prediction_head", "gives \(iouHead.outputs) values; there are \(masks) masks")
        }
    }

    /// Tokens that every prompt has.
    var ownTokens: Int { 1 + masks }

    /// The tokens that predicted qualities and these masks are read from.
    func tokens(of masks: Range<Int>) -> [Int] { [0] + masks.map { 1 + $0 } }

    /// Writes the tokens that every prompt has, [ownTokens, channels].
    func writeOwnTokens(into tokens: MutableFloats) {
        tokens.update(from: iouToken.base, count: channels)
        (tokens + channels).update(from: maskTokens.base, count: masks * channels)
    }

    /// Predicted quality of each mask of a prompt, from its tokens after the transformer.
    func qualities(_ tokens: Floats, _ scratch: Scratch) -> [Float] {
        scratch.frame {
            let values = scratch.take(masks)
            iouHead(1, tokens, channels, into: values, masks, scratch)
            return (0..<masks).map { values[$0] }
        }
    }

    /// Logits of the chosen masks of a prompt, from its tokens and cells after the transformer.
    func upscale(
        _ indices: [Int], tokens: Floats, cells: OutputUpscaling.Cells, grid: Int, into logits: [MutableFloats], _ crew: Crew,
        _ scratch: Scratch
    ) {
        scratch.frame {
            let vectors = scratch.take(indices.count * upscaling.outputs)
            for (place, index) in indices.enumerated() {
                hypernetworks[index](
                    1, tokens + (1 + index) * channels, channels, into: vectors + place * upscaling.outputs,
                    upscaling.outputs, scratch)
            }
            upscaling(cells, grid: grid, vectors: vectors, into: logits, crew)
        }
    }
}
