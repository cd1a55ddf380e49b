import Synchronization
public import VipsamKit
public import VipsamTensor

/// A model that is ready for pictures.
public struct LoadedModel: Sendable {
    /// The name in the catalog, or the file as the user gave it.
    public let name: String
    public let path: String
    public let predictor: Predictor
    /// That of the image encoder.
    public let precision: Precision
    public let recommended: RecommendedThresholds
    package let closerLook: CloserLook
    /// Whether it was trained to answer no prompt at all with the picture's subject.
    package let answersWithoutPrompt: Bool
    /// Whether boxes enter densely: a lone box is not ambiguous to it then.
    package let drawsBoxes: Bool

    /// How this model looks at pictures where it is told so, or where its file says so.
    package func closerLook(_ zoom: ZoomChoice, _ refine: RefineChoice) -> CloserLook {
        CloserLook(
            zoom: zoom.factor(closerLook.zoom), cuts: refine.cuts(closerLook.cuts),
            mirrors: zoom != .off && closerLook.mirrors, clickCrops: zoom == .off ? [] : closerLook.clickCrops)
    }

    /// The same model under the name that the user gave this time.
    fileprivate func called(_ name: String) -> LoadedModel {
        LoadedModel(
            name: name, path: path, predictor: predictor, precision: precision, recommended: recommended,
            closerLook: closerLook, answersWithoutPrompt: answersWithoutPrompt, drawsBoxes: drawsBoxes)
    }
}

/// Loads each model once, whatever the number of workers, and keeps the embeddings of the pictures at hand.
///
/// A service: operations find it in their context.
public final class ModelStore: Sendable {
    /// Makes a network from its checkpoint.
    public typealias Loader = @Sendable (Checkpoint, Precision) throws -> any MaskModel

    public let search: WeightSearch
    private let defaultModel: String?
    private let cache: EmbeddingCache?
    private let load: Loader
    private let models = Mutex<[ModelChoice: LoadedModel]>([:])
    private let recent: RecentEmbeddings

    /// - Parameters:
    ///   - defaultModel: the name or file for whoever names none; nil for the catalog's default.
    ///   - cache: embeddings on disk; nil for none.
    ///   - pictures: how many embeddings stay in memory; at least as many as workers.
    public init(
        search: WeightSearch, defaultModel: String? = nil, cache: EmbeddingCache? = nil, pictures: Int = 4,
        load: @escaping Loader = { try SamModel($0, precision: $1) }
    ) {
        self.search = search
        self.defaultModel = defaultModel
        self.cache = cache
        self.load = load
        recent = RecentEmbeddings(capacity: pictures)
    }

    /// Finds a model without loading it.
    ///
    /// - Parameter name: as the user gave it; nil for the default.
    /// - Throws: a diagnostic (cause: model) that says where was looked.
    public func find(_ name: String?) throws -> WeightSearch.Found {
        guard let name = name ?? defaultModel else {
            let catalog = try search.catalog()
            return try search.find(catalog.defaultName, in: catalog)
        }
        // A file is used whatever the catalog is like, even where that cannot be read.
        if let file = search.file(name) { return file }
        return try search.find(name, in: search.catalogIfAny())
    }

    /// The model, loaded when it is asked for first; other threads wait for it then.
    ///
    /// - Throws: a diagnostic (cause: model) when it is not there, not what the catalog says, or does not fit.
    public func model(_ choice: ModelChoice) throws -> LoadedModel {
        let found = try find(choice.name), file = ModelChoice(found.path, precision: choice.precision)
        return try models.withLock { models in
            if let known = models[file] { return known.called(found.name) }
            let model = try loaded(found, choice.precision)
            models[file] = model
            return model
        }
    }

    /// The model of that name or file; nil for the default.
    public func model(_ name: String?, precision: Precision = .float32) throws -> LoadedModel {
        try model(ModelChoice(name, precision: precision))
    }

    /// The embedding of a view, from memory or disk where it was made before.
    ///
    /// - Throws: what reading the view's pixels throws.
    public func embedding(of view: WorkingView, with model: LoadedModel, threads: Threads) throws -> Embedding {
        if let known = recent.embedding(of: view.pixels, model.predictor.identity) { return known }
        let embedding = model.predictor.embed(try view.raster(), threads: threads)
        recent.keep(embedding, of: view.pixels)
        return embedding
    }

    private func loaded(_ found: WeightSearch.Found, _ precision: Precision) throws -> LoadedModel {
        do {
            let checkpoint = try Checkpoint.open(found.path)
            if let entry = found.entry, checkpoint.digest != entry.sha256 {
                throw Diagnostic.error(
                    "'\(found.path)' is not the model '\(found.name)': its SHA-256 is \(checkpoint.digest), the "
                        + "catalog says \(entry.sha256)", cause: .model)
            }
            let model = try load(checkpoint, precision)
            return LoadedModel(
                name: found.name, path: found.path,
                predictor: Predictor(model, digest: checkpoint.digest, precision: precision, cache: cache),
                precision: precision,
                recommended: RecommendedThresholds(checkpoint.metadata),
                closerLook: CloserLook(checkpoint.metadata),
                answersWithoutPrompt: checkpoint.metadata["subject"] == "no-prompt",
                drawsBoxes: checkpoint.metadata["dense_prompts"]?.contains("box") == true)
        } catch let error as CheckpointError {
            throw Diagnostic.error(error.description, cause: .model)
        }
    }
}

extension WorkingView {
    /// The view's pixels in memory.
    public func raster() throws -> RGBRaster {
        RGBRaster(width: pixels.width, height: pixels.height, bytes: try pixels.bytes())
    }
}
