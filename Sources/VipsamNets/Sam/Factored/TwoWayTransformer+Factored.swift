import VipsamTensor

extension TwoWayTransformer {
    /// Runs prompts as `callAsFunction` does, with the image side in factored form.
    ///
    /// - Parameter wanted: the tokens of a prompt that are read afterwards. The last attention is theirs alone; what the
    ///   others are in `q` then is of no use.
    func factored(
        batch: Int, tokens: Int, wanted: [Int], _ q: MutableFloats, image: FactoredImage, cells: [FactoredCells],
        _ crew: Crew, _ scratch: Scratch
    ) {
        scratch.frame {
            let rows = batch * tokens, inner = image.weights.inner, each = tokens * inner
            let initial = scratch.take(rows * channels)
            begin(batch: batch, tokens: tokens, q, initial: initial, image: image.image, crew, scratch)
            let values = (0..<FactoredWeights.layers).map { _ in scratch.take(rows * inner) }
            for (index, layer) in layers.enumerated() {
                layer.finishTokens(rows, q, crew, scratch)
                scratch.frame {
                    let keys = scratch.take(rows * inner), positioned = scratch.take(rows * channels)
                    Kernels.add(rows, channels, q, channels, initial, channels, into: positioned, channels)
                    layer.imageToToken.keys(rows, positioned, into: keys, scratch)
                    layer.imageToToken.values(rows, q, into: values[index], scratch)
                    for prompt in 0..<batch {
                        relate(tokens, keys + prompt * each, inner)
                        relate(tokens, values[index] + prompt * each, inner)
                    }
                    let last = index + 1 == layers.count, following = last ? finalAttention : layers[1].tokenToImage
                    if !last {
                        layers[1].attendToSelf(batch: batch, tokens: tokens, q, positions: initial, scratch)
                    }
                    Kernels.add(rows, channels, q, channels, initial, channels, into: positioned, channels)
                    let seekers = last ? wanted : Array(0..<tokens), seeking = batch * seekers.count
                    let places = (0..<batch).flatMap { prompt in seekers.map { prompt * tokens + $0 } }
                    let own = scratch.take(seeking * channels), next = scratch.take(seeking * inner)
                    gather(places, of: positioned, into: own)
                    following.queries(seeking, own, into: next, scratch)
                    let passes = (0..<batch).map { prompt in
                        FactoredPass(
                            image: image, cells: cells[prompt], tokens: tokens, keys: keys + prompt * each,
                            values: values[index] + prompt * each, seekers: seekers.count,
                            next: next + prompt * seekers.count * inner, values0: values[0] + prompt * each)
                    }
                    let mixed = scratch.take(seeking * inner)
                    last
                        ? FactoredPass.runSecond(passes, into: mixed, crew, scratch)
                        : FactoredPass.runFirst(passes, into: mixed, crew, scratch)
                    gather(places, of: q, into: own)
                    following.project(seeking, mixed: mixed, into: own, scratch)
                    if last { finalNorm(seeking, own, channels, into: own, channels) }
                    for (row, place) in places.enumerated() {
                        (q + place * channels).update(from: own + row * channels, count: channels)
                    }
                }
            }
            for prompt in cells { prompt.stack(image.weights) }
        }
    }

    /// Takes the last token's row from those of the others.
    private func relate(_ tokens: Int, _ x: MutableFloats, _ width: Int) {
        for token in 0..<(tokens - 1) {
            Kernels.addScaled(width, x + (tokens - 1) * width, by: -1, into: x + token * width)
        }
    }

    private func gather(_ places: [Int], of x: Floats, into y: MutableFloats) {
        for (row, place) in places.enumerated() {
            (y + row * channels).update(from: x + place * channels, count: channels)
        }
    }
}
