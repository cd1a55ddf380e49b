import VipsamTensor

extension TwoWayTransformer {
    /// Runs prompts as `callAsFunction` does, with the image side in factored form.
    func factored(
        batch: Int, tokens: Int, _ q: MutableFloats, image: FactoredImage, cells: [FactoredCells], _ crew: Crew,
        _ scratch: Scratch
    ) {
        scratch.frame {
            let rows = batch * tokens, inner = image.weights.inner, each = tokens * inner
            let initial = scratch.take(rows * channels)
            begin(batch: batch, tokens: tokens, q, initial: initial, image: image.image, crew, scratch)
            let values = (0..<FactoredWeights.layers).map { _ in scratch.take(rows * inner) }
            for (index, layer) in layers.enumerated() {
                layer.finishTokens(rows, q, crew, scratch)
                scratch.frame {
                    let keys = scratch.take(rows * inner), next = scratch.take(rows * inner)
                    let positioned = scratch.take(rows * channels)
                    Kernels.add(rows, channels, q, channels, initial, channels, into: positioned, channels)
                    layer.imageToToken.keys(rows, positioned, into: keys, scratch)
                    layer.imageToToken.values(rows, q, into: values[index], scratch)
                    let following = index == 0 ? layers[1].tokenToImage : finalAttention
                    if index == 0 {
                        layers[1].attendToSelf(batch: batch, tokens: tokens, q, positions: initial, scratch)
                    }
                    Kernels.add(rows, channels, q, channels, initial, channels, into: positioned, channels)
                    following.queries(rows, positioned, into: next, scratch)
                    let passes = (0..<batch).map { prompt in
                        FactoredPass(
                            image: image, cells: cells[prompt], tokens: tokens, keys: keys + prompt * each,
                            values: values[index] + prompt * each, next: next + prompt * each,
                            values0: values[0] + prompt * each)
                    }
                    let mixed = scratch.take(rows * inner)
                    index == 0
                        ? FactoredPass.runFirst(passes, into: mixed, crew, scratch)
                        : FactoredPass.runSecond(passes, into: mixed, crew, scratch)
                    following.project(rows, mixed: mixed, into: q, scratch)
                }
            }
            finalNorm(rows, q, channels, into: q, channels)
        }
    }
}
