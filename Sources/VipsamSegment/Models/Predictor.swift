public import VipsamKit
public import VipsamTensor

/// Embeds pictures and prompts them; a value without a session, used by all threads at once.
public struct Predictor: Sendable {
    public let model: any MaskModel
    /// SHA-256 of the model's file.
    public let digest: String
    /// What decides the numbers of an embedding beside the picture: the model's file, and how the encoder multiplies.
    let identity: String
    private let cache: EmbeddingCache?

    /// - Parameter cache: where embeddings are kept between runs; nil for nowhere.
    public init(
        _ model: any MaskModel, digest: String, precision: Precision = .float32, cache: EmbeddingCache? = nil
    ) {
        self.model = model
        self.digest = digest
        identity = precision == .float32 ? digest : "\(digest) \(precision.rawValue)"
        self.cache = cache
    }

    /// Resizes the picture to the model's input and encodes it, or takes the result from the cache: the same bytes.
    ///
    /// - Parameter keeps: whether the result is worth keeping on disk; crops of pictures are not.
    public func embed(_ picture: RGBRaster, threads: Threads, keeps: Bool = true) -> Embedding {
        let frame = ModelFrame(width: picture.width, height: picture.height, side: model.inputSide)
        let resized = PillowResize.resize(
            picture, width: frame.validWidth, height: frame.validHeight, threads: threads)
        let cache = keeps ? cache : nil
        let key = cache.map { _ in EmbeddingCache.Key(resized, frame, model: identity) }
        if let cache, let key, let features = cache.features(for: key),
            let prepared = model.prepare(features, threads: threads)
        {
            return embedding(frame, features, prepared)
        }
        let features = model.encode(ModelInput.tensor(resized, in: frame), threads: threads)
        guard let prepared = model.prepare(features, threads: threads) else {
            preconditionFailure("a model takes what it made")
        }
        if let cache, let key { cache.store(features, for: key) }
        return embedding(frame, features, prepared)
    }

    private func embedding(_ frame: ModelFrame, _ features: Tensor, _ prepared: any PreparedPicture) -> Embedding {
        Embedding(
            frame: frame, features: features, model: identity, prepared: prepared,
            scanner: MaskScanner(frame, cells: model.maskSide))
    }

    /// The masks for a prompt, at the size of the embedded picture.
    ///
    /// - Parameters:
    ///   - prompt: in pixels of the embedded picture.
    ///   - previous: low-resolution logits of an earlier candidate, to be improved.
    public func candidates(
        for prompt: Prompt, in embedding: Embedding, choosing choice: CandidateChoice = .best,
        previous: [Float]? = nil, threads: Threads
    ) -> [Candidate] {
        let decoded = embedding.prepared.decode(embedding.frame.prompt(prompt, mask: previous), threads: threads)
        let scores = decoded.scores
        let indices: [Int]
        switch choice {
        case .mean: return [MeanMask(decoded.logits([0, 1, 2, 3]), scores).candidate(in: embedding)]
        case .single: indices = [0]
        case .best: indices = [(2...3).reduce(1) { scores[$1] > scores[$0] ? $1 : $0 }]
        case .three, .largest, .smallest: indices = [1, 2, 3]
        }
        let candidates = zip(indices, decoded.logits(indices)).map { index, logits in
            Candidate(
                index: index, predictedIoU: scores[index], logits: logits, scan: embedding.scanner.scan(logits))
        }
        switch choice {
        case .best, .three, .single, .mean: return candidates
        case .largest: return candidates.max { $0.scan.area < $1.scan.area }.map { [$0] } ?? []
        case .smallest:
            let some = candidates.filter { $0.scan.area > 0 }
            return (some.isEmpty ? candidates : some).min { $0.scan.area < $1.scan.area }.map { [$0] } ?? []
        }
    }
}

extension Predictor {
    /// All four masks for a prompt.
    func drawings(
        for prompt: Prompt, in embedding: Embedding, threads: Threads
    ) -> Drawings {
        let decoded = embedding.prepared.decode(embedding.frame.prompt(prompt), threads: threads)
        return Drawings(logits: decoded.logits([0, 1, 2, 3]), scores: decoded.scores)
    }
}

/// All that a model draws for a prompt: the single mask and the three of an ambiguous one.
struct Drawings {
    /// Low-resolution logits, row by row.
    let logits: [[Float]]
    /// Predicted IoUs.
    let scores: [Float]
}

extension ModelFrame {
    /// A prompt of the picture in the model's square: double precision up to the last step, as the original code.
    func prompt(_ prompt: Prompt, mask: [Float]? = nil) -> ModelPrompt {
        let points = prompt.clicks.map { click in
            let (x, y) = place(x: click.point.x, y: click.point.y)
            return ModelPrompt.Place(x: x, y: y, label: click.isForeground ? 1 : 0)
        }
        let corners = prompt.box.map { box in
            let (minX, minY) = place(x: box.x, y: box.y)
            let (maxX, maxY) = place(x: box.maxX, y: box.maxY)
            return ModelPrompt.Corners(minX: minX, minY: minY, maxX: maxX, maxY: maxY)
        }
        return ModelPrompt(points: points, box: corners, mask: mask)
    }
}

extension Frame {
    /// A prompt of the canvas in pixels of this raster.
    public func toRaster(_ prompt: Prompt) -> Prompt {
        Prompt(
            clicks: prompt.clicks.map { Click(toRaster($0.point), isForeground: $0.isForeground) },
            box: prompt.box.map { toRaster($0) }, label: prompt.label)
    }
}
