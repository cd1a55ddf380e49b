import VipsamTensor

/// The weights of the decoder's image side, multiplied out for many prompts on one picture.
///
/// After a layer the cells are x₁ = norm(x₀ + A·U): x₀ is the picture's and the same for all prompts, A [cells,
/// heads·tokens] are the prompt's attention weights and U [heads·tokens, channels] its projected values. Written as
/// x₁ = s₁·(X + A·U₀)·γ₀ + β₀, with s₁ one over the deviation of each cell and everything centred over the channels, all
/// later products split into one with X, which is the picture's alone, and thin ones with A. x₂ is treated alike:
///
///     x₁ = s₁ (X γ₀ + A₀ (U₀ γ₀)) + β₀                X = J(x₀ + b₀),  U₀ = J(v₀·Wo₀ᵀ)
///     x₂ = s₂ (s₁ (Y γ₁ + A₀ (W₀ γ₁)) + A₁ (U₁ γ₁)) + β₁   Y = J(X γ₀),  W₀ = J(U₀ γ₀),
///                                                     U₁ = J(v₁·Wo₁ᵀ), in head 0 + J(β₀ + b₁)
///
/// J takes away the mean over the channels (so that the norm's own mean is zero); b is the output bias of the layer's
/// image-to-token attention, γ and β are those of its norm, v the tokens' values. The weights of a head sum to one, so
/// what is added to the rows of head 0 is added to every cell once. The variance of a cell is a quadratic form in A.
struct FactoredWeights: Sendable {
    static let layers = 2

    let channels: Int, inner: Int, heads: Int
    /// Outputs of the first transposed convolution: 4·middle.
    let upscaled: Int
    let eps: Float
    /// b₀, γ₀, and J(β₀ + b₁).
    let outBias: Tensor, gamma: Tensor, shift: Tensor
    /// Products of X, of Y and of the positions with all that they meet; `columns…` say what is where.
    let fromX: PackedMatrix, fromY: PackedMatrix, fromPositions: PackedMatrix
    let positionsBias: Tensor
    /// Per head, what values v₀ and v₁ become: [depth, lift0Columns.count] and so on; and what
    /// layer 1's bias becomes, which is added once for all heads.
    let lift0: [PackedMatrix], lift1: [PackedMatrix]
    let lift1Bias: Tensor
    /// Wv·β + bv of the two attentions of tokens to the cells, and β₁·Wc + bc of the convolution.
    let valueBias1: Tensor, valueBiasFinal: Tensor, upscaledBias: Tensor

    var depth: Int { inner / heads }

    /// First columns of the products with X: D₀ (doubled), keys, values and queries of layer 1.
    var xColumns: (cross: Int, keys: Int, values: Int, queries: Int) { (0, inner, 2 * inner, 3 * inner) }
    /// Of those with Y: D₀₁ (doubled), D₁₁, the final attention's keys and values, and the convolution.
    var yColumns: (cross0: Int, cross1: Int, keys: Int, values: Int, upscaled: Int) {
        (0, inner, 2 * inner, 3 * inner, 4 * inner)
    }
    /// Of those with the positions: keys and queries of layer 1, the final attention's keys.
    var positionColumns: (keys: Int, queries: Int, final: Int) { (0, inner, 2 * inner) }
    /// Of what v₀ becomes: U₀, W₀, layer 1's keys, values and queries, the final keys and values, the convolution.
    var lift0Columns:
        (
            u: Int, w: Int, keys: Int, values: Int, queries: Int, finalKeys: Int, finalValues: Int, upscaled: Int,
            count: Int
        )
    {
        let c = 2 * channels, i = inner
        return (0, channels, c, c + i, c + 2 * i, c + 3 * i, c + 4 * i, c + 5 * i, c + 5 * i + upscaled)
    }
    /// Of what v₁ becomes: U₁, the final keys and values, the convolution.
    var lift1Columns: (u: Int, finalKeys: Int, finalValues: Int, upscaled: Int, count: Int) {
        let c = channels, i = inner
        return (0, c, c + i, c + 2 * i, c + 2 * i + upscaled)
    }

    /// Reads from `mask_decoder`; nil unless its transformer has two layers, all of one inner width.
    init?(_ w: Weights, channels: Int, heads: Int, eps: Float) throws(CheckpointError) {
        let transformer = w["transformer"]
        guard transformer.has("layers.1.norm4.weight"), !transformer.has("layers.\(Self.layers).norm1.weight") else {
            return nil
        }
        let imageToToken = try (0..<Self.layers).map { layer throws(CheckpointError) in
            try Attention(transformer["layers", layer, "cross_attn_image_to_token"], channels, heads: heads)
        }
        let second = try Attention(transformer["layers.1.cross_attn_token_to_image"], channels, heads: heads)
        let last = try Attention(transformer["final_attn_token_to_image"], channels, heads: heads)
        let inner = second.inner
        guard (imageToToken + [last]).allSatisfy({ $0.inner == inner }) else { return nil }
        func norm(_ layer: Int) throws(CheckpointError) -> (gamma: [Float], beta: [Float]) {
            let place = transformer["layers", layer, "norm4"]
            return (try place.tensor("weight", channels).values, try place.tensor("bias", channels).values)
        }
        let (norm0, norm1) = (try norm(0), try norm(1))
        let (convolution, convolutionBias) = try OutputUpscaling.first(w["output_upscaling"], channels: channels)
        let toPixels = LoadedMatrix(convolution).transposed
        (self.channels, self.inner, self.heads, self.eps) = (channels, inner, heads, eps)
        upscaled = toPixels.columns

        let scale = 1 / Float(inner / heads).squareRoot()
        let keys1 = second.k.transposed * scale, values1 = second.v.transposed
        let queries1 = imageToToken[1].q.transposed * scale
        let keysFinal = last.k.transposed * scale, valuesFinal = last.v.transposed
        let e0 = imageToToken[0].out.transposed.centred, e1 = imageToToken[1].out.transposed.centred
        let e0Scaled = e0.scaled(by: norm0.gamma)
        let e01 = e0Scaled.centred
        func afterX(_ weight: LoadedMatrix) -> LoadedMatrix { weight.transposed.scaled(by: norm0.gamma).transposed }
        func afterY(_ weight: LoadedMatrix) -> LoadedMatrix { weight.transposed.scaled(by: norm1.gamma).transposed }
        fromX = LoadedMatrix.beside([e0.transposed * 2, afterX(keys1), afterX(values1), afterX(queries1)]).packed
        fromY =
            LoadedMatrix.beside([
                e01.transposed * 2, e1.transposed, afterY(keysFinal), afterY(valuesFinal), afterY(toPixels),
            ]).packed
        fromPositions = LoadedMatrix.beside([keys1, queries1, keysFinal]).packed
        // β adds the same to all scores of a token, which the softmax over the cells does not see
        let nothing = [Float](repeating: 0, count: inner)
        let beta0 = LoadedMatrix(row: norm0.beta), beta1 = LoadedMatrix(row: norm1.beta)
        let queriesBias = beta0 * queries1 + imageToToken[1].qBias.map { $0 * scale }
        positionsBias = Tensor([3 * inner], nothing + queriesBias.elements + nothing)

        let lifted0 = LoadedMatrix.beside([
            e0, e01, e0Scaled * keys1, e0Scaled * values1, e0Scaled * queries1, e01 * afterY(keysFinal),
            e01 * afterY(valuesFinal), e01 * afterY(toPixels),
        ])
        func lift1(_ rows: LoadedMatrix) -> LoadedMatrix {
            LoadedMatrix.beside([rows, rows * afterY(keysFinal), rows * afterY(valuesFinal), rows * afterY(toPixels)])
        }
        let shifted = (beta0 + imageToToken[1].outBias).centred
        let lifted1 = lift1(e1), depth = inner / heads
        lift0 = (0..<heads).map { lifted0.packed(rows: $0 * depth..<($0 + 1) * depth) }
        self.lift1 = (0..<heads).map { lifted1.packed(rows: $0 * depth..<($0 + 1) * depth) }
        lift1Bias = lift1(shifted).tensor
        outBias = Tensor([channels], imageToToken[0].outBias)
        gamma = Tensor([channels], norm0.gamma)
        shift = shifted.tensor
        valueBias1 = (beta0 * values1 + second.vBias).tensor
        valueBiasFinal = (beta1 * valuesFinal + last.vBias).tensor
        upscaledBias = (beta1 * toPixels + convolutionBias.values).tensor
    }

    /// Whether a prompt of so many tokens takes clearly less arithmetic this way: multiplications per cell of the
    /// transformer's products, of which the thin ones here run at about two thirds of the speed of the others.
    func pay(tokens: Int) -> Bool {
        let queries = heads * tokens, rows = heads * (tokens - 1) + 1
        let formed = 7 * queries * channels
        let factored = 12 * tokens * inner + (6 * queries + 4 * rows) * rows
        return 3 * factored < 2 * formed
    }

    /// The weights of one attention as they are written.
    private struct Attention {
        let inner: Int
        let q: LoadedMatrix, k: LoadedMatrix, v: LoadedMatrix, out: LoadedMatrix
        let qBias: [Float], vBias: [Float], outBias: [Float]

        init(_ w: Weights, _ channels: Int, heads: Int) throws(CheckpointError) {
            inner = try w.innerWidth(heads: heads)
            q = LoadedMatrix(try w.tensor("q_proj.weight", inner, channels))
            k = LoadedMatrix(try w.tensor("k_proj.weight", inner, channels))
            v = LoadedMatrix(try w.tensor("v_proj.weight", inner, channels))
            out = LoadedMatrix(try w.tensor("out_proj.weight", channels, inner))
            qBias = try w.tensor("q_proj.bias", inner).values
            vBias = try w.tensor("v_proj.bias", inner).values
            outBias = try w.tensor("out_proj.bias", channels).values
        }
    }
}
