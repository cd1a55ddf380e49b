import VipsamTensor

/// The mask decoder's transformer: tokens and image attend to each other in turn.
///
/// The image side of each layer is done in one pass together with the attention of the next layer's tokens to it, so a
/// prompt goes over the image twice (for two layers) and never projects it.
struct TwoWayTransformer: Sendable {
    static let eps: Float = 1e-5

    let channels: Int, heads: Int
    /// Distance of the image side's rows in `cells`.
    var cellStride: Int { ImagePass.apart(channels) }
    let layers: [TwoWayAttentionBlock]
    let finalAttention: TokenToImage, finalNorm: LayerNorm

    /// Reads `layers.0`, …, `final_attn_token_to_image` and `norm_final_attn` at this place.
    init(_ w: Weights, channels: Int, heads: Int) throws(CheckpointError) {
        (self.channels, self.heads) = (channels, heads)
        var layers: [TwoWayAttentionBlock] = []
        repeat {
            layers.append(
                try TwoWayAttentionBlock(
                    w["layers", layers.count], channels: channels, heads: heads, first: layers.isEmpty))
        } while w.has("layers.\(layers.count).norm1.weight")
        self.layers = layers
        finalAttention = try TokenToImage(w["final_attn_token_to_image"], channels: channels, heads: heads)
        finalNorm = try LayerNorm(w["norm_final_attn"], channels, eps: Self.eps)
    }

    /// What layer 0 needs of the image, the same for all prompts.
    func prepare(_ keys: Tensor, positions: Tensor, threads: Threads) -> SharedImageSide {
        let cells = keys.shape[0]
        let memory = Scratch()
        let positioned = memory.take(cells * channels)
        return withExtendedLifetime((keys, positions)) {
            Kernels.add(
                cells, channels, keys.base, channels, positions.base, channels, into: positioned, channels)
            return SharedImageSide(
                tokenToImage: layers[0].tokenToImage.project(
                    keys.base, positioned: positioned, cells: cells, threads: threads),
                imageToToken: layers[0].imageToToken.project(positioned, cells: cells, threads: threads))
        }
    }

    /// Runs `batch` prompts of `tokens` tokens each: `q` [batch·tokens, channels] in place, and for each prompt the
    /// final image side into `cells[prompt]` [grid², channels], in rows of `cellStride`.
    func callAsFunction(
        batch: Int, tokens: Int, _ q: MutableFloats, image: PreparedImage, cells: [MutableFloats], _ crew: Crew,
        _ scratch: Scratch, watch: StageWatch? = nil
    ) {
        scratch.frame {
            let rows = batch * tokens
            let initial = scratch.take(rows * channels)
            begin(batch: batch, tokens: tokens, q, initial: initial, image: image, crew, scratch)
            for (index, layer) in layers.enumerated() {
                layer.finishTokens(rows, q, crew, scratch)
                watch?("queries.\(index)", rows, channels, q)
                let following = index + 1 < layers.count ? layers[index + 1] : nil
                passOver(
                    layer, following?.tokenToImage ?? finalAttention, first: index == 0, batch: batch, tokens: tokens,
                    q, initial: initial, image: image, cells: cells, crew, scratch
                ) {
                    following?.attendToSelf(batch: batch, tokens: tokens, q, positions: initial, scratch)
                }
                watch?("keys.\(index)", image.cells, channels, cells[0], cellStride)
            }
            finalNorm(rows, q, channels, into: q, channels)
            watch?("queries", rows, channels, q)
        }
    }

    /// The tokens' way up to the first layer's MLP: their attention to each other and to the picture that all prompts
    /// share. Leaves the tokens as they were in `initial`.
    func begin(
        batch: Int, tokens: Int, _ q: MutableFloats, initial: MutableFloats, image: PreparedImage, _ crew: Crew,
        _ scratch: Scratch
    ) {
        scratch.frame {
            let rows = batch * tokens, each = tokens * channels
            let positioned = scratch.take(rows * channels)
            initial.update(from: q, count: rows * channels)
            layers[0].attendToSelf(batch: batch, tokens: tokens, q, positions: initial, scratch)
            Kernels.add(rows, channels, q, channels, initial, channels, into: positioned, channels)
            for prompt in 0..<batch {
                layers[0].tokenToImage.attend(
                    tokens, positioned + prompt * each, to: image.shared.tokenToImage, into: q + prompt * each, crew,
                    scratch)
            }
        }
    }

    /// Image to tokens of one layer and tokens to image of the next, for each prompt; `advance` brings the tokens to
    /// the next layer's attention in between.
    private func passOver(
        _ layer: TwoWayAttentionBlock, _ following: TokenToImage, first: Bool, batch: Int, tokens: Int,
        _ q: MutableFloats, initial: Floats, image: PreparedImage, cells: [MutableFloats], _ crew: Crew,
        _ scratch: Scratch, advance: () -> Void
    ) {
        scratch.frame {
            let rows = batch * tokens, each = tokens * channels, queries = heads * tokens
            let attention = layer.imageToToken
            let positioned = scratch.take(rows * channels), keys = scratch.take(rows * attention.inner)
            let size = Panels.size(rows: channels, columns: queries)
            let values = scratch.take(batch * queries * cellStride + Kernels.panel)
            Kernels.add(rows, channels, q, channels, initial, channels, into: positioned, channels)
            attention.keys(rows, positioned, into: keys, scratch)
            for prompt in 0..<batch {
                attention.values(
                    tokens, q + prompt * each, into: values + prompt * queries * cellStride, cellStride, scratch)
            }
            advance()
            Kernels.add(rows, channels, q, channels, initial, channels, into: positioned, channels)
            let passes = (0..<batch).map { prompt in
                let promptKeys = keys + prompt * tokens * attention.inner
                let constants = scratch.take(queries)
                let scores: ImagePass.Scores =
                    first
                    ? .shared(image.shared.imageToToken, keys: promptKeys, stride: attention.inner)
                    : .own(
                        attention.queries(
                            tokens, keys: promptKeys, at: scratch.take(size), constants: constants, scratch),
                        constants: constants)
                return ImagePass(
                    cells: image.cells, channels: channels, heads: heads, tokens: tokens,
                    positions: image.positions.base, attention: attention, norm: layer.norm4, scores: scores,
                    values: values + prompt * queries * cellStride,
                    next: following.queries(tokens, positioned + prompt * each, at: scratch.take(size), scratch),
                    input: first ? image.keys.base : Floats(cells[prompt]), inputStride: first ? channels : cellStride,
                    output: cells[prompt], stride: cellStride,
                    means: scratch.take(queries * channels))
            }
            ImagePass.run(passes, crew, scratch)
            for (prompt, pass) in passes.enumerated() {
                following.finish(tokens, means: pass.means, into: q + prompt * each, scratch)
            }
        }
    }
}

/// What layer 0 needs of an image, per head.
struct SharedImageSide: Sendable {
    let tokenToImage: [(keys: PackedMatrix, values: PackedMatrix)]
    let imageToToken: [PackedMatrix]
}
