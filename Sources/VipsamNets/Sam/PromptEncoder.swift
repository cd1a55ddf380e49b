import VipsamTensor

/// Turns prompts into tokens (points and corners) and into a dense term (a mask, or the lack of one).
struct PromptEncoder: Sendable {
    let channels: Int
    private let positions: PositionEmbeddingRandom
    /// 0: off the object, 1: on it, 2: first corner, 3: second corner.
    private let pointEmbeddings: [Tensor]
    private let notAPoint: Tensor, noMask: Tensor
    private let maskDownscaling: MaskDownscaling
    private let imageSize: Int

    /// Reads everything at this place (`prompt_encoder`).
    init(_ w: Weights, channels: Int, imageSize: Int) throws(CheckpointError) {
        self.channels = channels
        self.imageSize = imageSize
        positions = try PositionEmbeddingRandom(w["pe_layer"], channels: channels)
        var points: [Tensor] = []
        for index in 0..<4 { points.append(try w.tensor("point_embeddings.\(index).weight", 1, channels)) }
        pointEmbeddings = points
        notAPoint = try w.tensor("not_a_point_embed.weight", 1, channels)
        noMask = try w.tensor("no_mask_embed.weight", 1, channels)
        maskDownscaling = try MaskDownscaling(w["mask_downscaling"], channels: channels)
    }

    /// Positional encoding of the embedding's cells, [grid², channels].
    func densePositions(grid: Int) -> Tensor { positions.grid(grid) }

    /// Number of tokens that a prompt makes: its points and corners, and a padding point where there is no box.
    func tokenCount(_ prompt: SamPrompt) -> Int {
        prompt.points.count + (prompt.box != nil ? 2 : prompt.points.isEmpty ? 0 : 1)
    }

    /// Writes the tokens of a prompt, [tokenCount, channels].
    func encode(_ prompt: SamPrompt, into tokens: MutableFloats) {
        var target = tokens
        for point in prompt.points {
            place(x: point.x, y: point.y, plus: pointEmbeddings[point.label == 0 ? 0 : 1], into: target)
            target += channels
        }
        if let box = prompt.box {
            place(x: box.x0, y: box.y0, plus: pointEmbeddings[2], into: target)
            place(x: box.x1, y: box.y1, plus: pointEmbeddings[3], into: target + channels)
        } else if !prompt.points.isEmpty {
            // the original code pads with a point whose encoding is replaced altogether
            target.update(from: notAPoint.base, count: channels)
        }
    }

    /// Adds the dense term of a mask (nil: of no mask) to an embedding [grid², channels].
    func addDense(_ mask: Tensor?, to embedding: Tensor, grid: Int) -> Tensor {
        let (cells, channels) = (grid * grid, channels)
        return Tensor(embedding.shape) { target in
            guard let target = target.baseAddress else { return }
            withExtendedLifetime((embedding, mask)) {
                guard let mask else {
                    Kernels.add(
                        cells, channels, embedding.base, channels, noMask.base, 0, into: target, channels)
                    return
                }
                precondition(mask.count == 16 * cells, "a mask of shape \(mask.shape)")
                maskDownscaling(mask.base, grid: grid, into: target, Scratch())
                Kernels.add(cells, channels, embedding.base, channels, target, channels, into: target, channels)
            }
        }
    }

    private func place(x: Float, y: Float, plus embedding: Tensor, into target: MutableFloats) {
        // coordinates are pixels; their centres lie half a pixel further
        let size = Float(imageSize)
        positions.encode(x: (x + 0.5) / size, y: (y + 0.5) / size, into: target)
        Kernels.add(1, channels, target, channels, embedding.base, channels, into: target, channels)
    }
}
