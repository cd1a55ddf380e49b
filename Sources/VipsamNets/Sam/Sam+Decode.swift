public import VipsamTensor

extension Sam {
    /// Prompts that one thread works on at a time: the weights of the token side are read once for all of them.
    private static let batch = 4
    /// Prompts on one picture from which it pays to work out what the factored form shares (about what two answers
    /// take, of which it saves a third to a half).
    private static let worthFactoring = 8

    /// Answers one prompt, with several threads together. The masks are not drawn yet: see `masks`.
    public func decode(_ prompt: SamPrompt, in image: PreparedImage, threads: Threads) -> DecodedPrompt {
        decode(prompt, in: image, threads: threads, watch: nil)
    }

    /// The same, with every layer of the decoder shown to `watch`.
    package func decode(
        _ prompt: SamPrompt, in image: PreparedImage, threads: Threads, watch: StageWatch?
    ) -> DecodedPrompt {
        let image = dense(prompt, image, threads: threads)
        let scratch = Scratch()
        let tokens = tokenCount(prompt), channels = maskDecoder.channels
        var qualities: [Float] = []
        var cells = Tensor([0], [])
        let after = Tensor([tokens, channels]) { q in
            guard let q = q.baseAddress else { return }
            writeTokens(prompt, into: q)
            cells = Tensor([cellFloats(image)]) { cells in
                guard let cells = cells.baseAddress else { return }
                maskDecoder.transformer(
                    batch: 1, tokens: tokens, q, image: image, cells: [cells], .together(threads), scratch,
                    watch: watch)
            }
            qualities = maskDecoder.qualities(q, scratch)
        }
        return DecodedPrompt(iouPredictions: qualities, tokens: after, cells: cells)
    }

    /// Draws the chosen masks of an answer: logits [maskSize, maskSize] over the whole square input.
    public func masks(_ indices: [Int], of decoded: DecodedPrompt, threads: Threads) -> [Tensor] {
        draw(
            indices, tokens: decoded.tokens.base,
            cells: .formed(decoded.cells.base, stride: maskDecoder.transformer.cellStride), .together(threads),
            Scratch())
    }

    /// Answers many prompts, each on one thread, in no particular order.
    ///
    /// For each, `choose` says from the predicted qualities which masks are wanted, all of them `among` some (less work,
    /// where those are few); their logits [maskSize, maskSize] go to `take`. Both get the index of the prompt and are
    /// called on the working threads; nothing else is kept.
    public func decode(
        _ prompts: [SamPrompt], among masks: Range<Int>, in image: PreparedImage, threads: Threads,
        choose: @Sendable (Int, [Float]) -> [Int], take: @Sendable (Int, [Float], [Tensor]) -> Void
    ) {
        decode(
            prompts, among: masks, in: image, threads: threads, factoring: .whereItPays, choose: choose, take: take)
    }

    /// When many prompts take the factored form of the image side (see `FactoredWeights`); the others are for tests.
    package enum Factoring: CaseIterable, Sendable {
        case whereItPays, always, never
    }

    /// The same, in a form that is asked for.
    package func decode(
        _ prompts: [SamPrompt], among masks: Range<Int>, in image: PreparedImage, threads: Threads,
        factoring: Factoring, choose: @Sendable (Int, [Float]) -> [Int],
        take: @Sendable (Int, [Float], [Tensor]) -> Void
    ) {
        @Sendable func chosen(_ index: Int, _ qualities: [Float]) -> [Int] {
            let chosen = choose(index, qualities)
            precondition(chosen.allSatisfy(masks.contains), "masks \(chosen) are not all among \(masks)")
            return chosen
        }
        func fits(_ prompt: SamPrompt) -> Bool {
            factoring == .always ? canFactor(prompt) : factoring == .whereItPays && factors(prompt)
        }
        let groups = groups(prompts), fitting = prompts.count(where: fits)
        let factored = maskDecoder.factored.flatMap { weights in
            fitting >= (factoring == .always ? 1 : Self.worthFactoring)
                ? FactoredImage(image, weights, threads: threads) : nil
        }
        threads.spread(groups.count) { index, scratch in
            let group = groups[index]
            if let factored, fits(prompts[group[0]]) {
                decode(group, of: prompts, among: masks, in: factored, scratch, choose: chosen, take: take)
            } else {
                decode(group, of: prompts, in: image, scratch, choose: chosen, take: take)
            }
        }
    }

    private func canFactor(_ prompt: SamPrompt) -> Bool { maskDecoder.factored != nil && prompt.mask == nil }

    /// Whether a prompt among many takes the factored form.
    package func factors(_ prompt: SamPrompt) -> Bool {
        canFactor(prompt) && maskDecoder.factored?.pay(tokens: tokenCount(prompt)) == true
    }

    private func decode(
        _ group: [Int], of prompts: [SamPrompt], among masks: Range<Int>, in image: FactoredImage,
        _ scratch: Scratch, choose: (Int, [Float]) -> [Int], take: (Int, [Float], [Tensor]) -> Void
    ) {
        let tokens = tokenCount(prompts[group[0]]), each = tokens * maskDecoder.channels
        let q = scratch.take(group.count * each)
        let cells = group.map { _ in FactoredCells(image.weights, cells: image.cells, tokens: tokens, scratch) }
        for (place, index) in group.enumerated() { writeTokens(prompts[index], into: q + place * each) }
        let crew = Crew.alone(scratch)
        maskDecoder.transformer.factored(
            batch: group.count, tokens: tokens, wanted: maskDecoder.tokens(of: masks), q, image: image, cells: cells,
            crew, scratch)
        answer(group, q, each, cells.map { .factored($0, image) }, crew, scratch, choose: choose, take: take)
    }

    private func decode(
        _ group: [Int], of prompts: [SamPrompt], in image: PreparedImage, _ scratch: Scratch,
        choose: (Int, [Float]) -> [Int], take: (Int, [Float], [Tensor]) -> Void
    ) {
        let tokens = tokenCount(prompts[group[0]]), channels = maskDecoder.channels, each = tokens * channels
        let image = dense(prompts[group[0]], image, threads: .one)
        let q = scratch.take(group.count * each)
        let cells = group.map { _ in scratch.take(cellFloats(image)) }
        for (place, index) in group.enumerated() { writeTokens(prompts[index], into: q + place * each) }
        let crew = Crew.alone(scratch)
        maskDecoder.transformer(
            batch: group.count, tokens: tokens, q, image: image, cells: cells, crew, scratch)
        answer(
            group, q, each, cells.map { .formed($0, stride: maskDecoder.transformer.cellStride) }, crew, scratch,
            choose: choose, take: take)
    }

    /// Qualities of a group's prompts, and the masks that are wanted.
    private func answer(
        _ group: [Int], _ q: Floats, _ each: Int, _ cells: [OutputUpscaling.Cells], _ crew: Crew, _ scratch: Scratch,
        choose: (Int, [Float]) -> [Int], take: (Int, [Float], [Tensor]) -> Void
    ) {
        for (place, index) in group.enumerated() {
            let qualities = maskDecoder.qualities(q + place * each, scratch)
            let wanted = choose(index, qualities)
            guard !wanted.isEmpty else { continue }
            take(index, qualities, draw(wanted, tokens: q + place * each, cells: cells[place], crew, scratch))
        }
    }

    /// Prompts that go together: those of a group have equally many tokens, and a mask prompt stands alone.
    private func groups(_ prompts: [SamPrompt]) -> [[Int]] {
        var groups: [[Int]] = []
        for index in prompts.indices {
            if let last = groups.last?.last, groups[groups.count - 1].count < Self.batch,
                prompts[index].mask == nil, prompts[last].mask == nil,
                tokenCount(prompts[index]) == tokenCount(prompts[last])
            {
                groups[groups.count - 1].append(index)
            } else {
                groups.append([index])
            }
        }
        return groups
    }

    private func tokenCount(_ prompt: SamPrompt) -> Int {
        maskDecoder.ownTokens + promptEncoder.tokenCount(prompt)
    }

    /// Memory for the image side of a prompt; products may read up to a panel beyond its end.
    private func cellFloats(_ image: PreparedImage) -> Int {
        image.cells * maskDecoder.transformer.cellStride + Kernels.panel
    }

    private func writeTokens(_ prompt: SamPrompt, into tokens: MutableFloats) {
        maskDecoder.writeOwnTokens(into: tokens)
        promptEncoder.encode(prompt, into: tokens + maskDecoder.ownTokens * maskDecoder.channels)
    }

    /// The image as a prompt sees it: a mask prompt changes the dense term.
    private func dense(_ prompt: SamPrompt, _ image: PreparedImage, threads: Threads) -> PreparedImage {
        guard let mask = prompt.mask else { return image }
        return prepare(image.embedding, mask: mask, threads: threads)
    }

    private func draw(
        _ indices: [Int], tokens: Floats, cells: OutputUpscaling.Cells, _ crew: Crew, _ scratch: Scratch
    ) -> [Tensor] {
        let size = maskSize
        let all = Tensor([indices.count, size, size]) { memory in
            guard let start = memory.baseAddress else { return }
            maskDecoder.upscale(
                indices, tokens: tokens, cells: cells, grid: gridSize,
                into: indices.indices.map { start + $0 * size * size }, crew, scratch)
        }
        return indices.indices.map { all.part($0) }
    }
}
