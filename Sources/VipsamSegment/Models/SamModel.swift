import VipsamNets
public import VipsamTensor

/// Segment Anything as a `MaskModel`.
public struct SamModel: MaskModel {
    private let sam: Sam
    /// Width of the embedding.
    private let channels: Int
    private let drawn: DensePrompts?

    /// - Throws: `CheckpointError` when a tensor is missing, misshapen or left over.
    public init(_ checkpoint: Checkpoint, precision: Precision = .float32) throws(CheckpointError) {
        sam = try Sam(checkpoint, precision: precision)
        channels = checkpoint.shape(of: "prompt_encoder.no_mask_embed.weight")?.last ?? 0
        drawn = DensePrompts(checkpoint.metadata)
    }

    public var inputSide: Int { sam.imageSize }
    public var maskSide: Int { sam.maskSize }
    public var encoderName: String { sam.encoderName }

    public func encode(_ input: Tensor, threads: Threads) -> Tensor {
        sam.encode(input, threads: threads).tensor
    }

    public func prepare(_ features: Tensor, threads: Threads) -> (any PreparedPicture)? {
        guard features.shape == [sam.gridSize * sam.gridSize, channels] else { return nil }
        let image = sam.prepare(ImageEmbedding(features), threads: threads)
        return Picture(sam: sam, image: image, drawn: drawn)
    }

    private struct Picture: PreparedPicture {
        let sam: Sam
        let image: PreparedImage
        let drawn: DensePrompts?

        func decode(_ prompt: ModelPrompt, threads: Threads) -> any PromptAnswer {
            Decoded(sam: sam, decoded: sam.decode(translated(prompt), in: image, threads: threads), threads: threads)
        }

        func decode(
            _ prompts: [ModelPrompt], among masks: Range<Int>, threads: Threads,
            choose: @Sendable (Int, [Float]) -> [Int], take: @Sendable (Int, [Float], [[Float]]) -> Void
        ) {
            sam.decode(
                prompts.map(translated), among: masks, in: image, threads: threads, choose: choose,
                take: { index, scores, logits in take(index, scores, logits.map(\.values)) })
        }

        private func translated(_ prompt: ModelPrompt) -> SamPrompt {
            let side = sam.maskSize
            let mask = prompt.mask ?? drawn?.mask(for: prompt, cells: side, inputSide: sam.imageSize)
            return SamPrompt(
                points: prompt.points.map { SamPrompt.Point(x: $0.x, y: $0.y, label: $0.label) },
                box: prompt.box.map { SamPrompt.Box(x0: $0.minX, y0: $0.minY, x1: $0.maxX, y1: $0.maxY) },
                mask: mask.map { Tensor([side, side], $0) })
        }
    }

    private struct Decoded: PromptAnswer {
        let sam: Sam
        let decoded: DecodedPrompt
        let threads: Threads

        var scores: [Float] { decoded.iouPredictions }

        func logits(_ indices: [Int]) -> [[Float]] {
            sam.masks(indices, of: decoded, threads: threads).map(\.values)
        }
    }
}
