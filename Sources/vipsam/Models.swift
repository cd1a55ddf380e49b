internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun
internal import VipsamSegment
internal import VipsamTensor

/// The model of a run: found before anything starts, loaded once.
enum Models {
    /// Where models come from. Embeddings are kept in the user's cache folder.
    ///
    /// - Parameters:
    ///   - name: for steps that name none; nil for the catalog's default.
    ///   - keepsEmbeddings: whether the cache folder is used.
    static func store(default name: String?, pictures: Int = 1, keepsEmbeddings: Bool = true) -> ModelStore {
        ModelStore(
            search: WeightSearch.standard(), defaultModel: name,
            cache: keepsEmbeddings ? EmbeddingCache.standard(environment: Environment.all) : nil, pictures: pictures + 1
        )
    }

    /// What the operations of a plan need: its models, loaded, so that a wrong one is found before the
    /// first picture.
    static func services(for plan: Plan, store: ModelStore) throws -> Services {
        var services = Services()
        services[ModelStore.self] = store
        for use in plan.models { try at(use) { _ = try store.model(choice(use)) } }
        return services
    }

    /// Bytes that a plan's models take: once, before they are loaded, and for every picture in work.
    ///
    /// Weights are held as they are and packed for products; what a picture adds was measured: 90 MB with the default
    /// model, which sees 320 pixels, some 400 MB with MobileSAM and 500 MB with ViT-B, which see 1024.
    static func memory(of plan: Plan, store: ModelStore) -> (once: Int, perPicture: Int) {
        let sizes = plan.models.compactMap { try? store.find($0.name).path }.reduce(into: Set<String>()) { $0.insert($1) }
            .compactMap { Paths.size($0) }
        guard let largest = sizes.max() else { return (0, 0) }
        let isSmall = largest < 20_000_000
        return (sizes.reduce(0, +) * 12 / 10, isSmall ? 90_000_000 : 350_000_000 + largest / 2)
    }

    /// The names of a plan's models, each once; nothing is loaded.
    static func found(for plan: Plan, store: ModelStore) throws -> [String] {
        var names: [String] = []
        for use in plan.models {
            let name = try at(use) { try store.find(use.name).name }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// For the report: what was used, by name, file and digest, with its own thresholds.
    static func description(for plan: Plan, store: ModelStore) -> JSON? {
        var seen: Set<ModelChoice> = []
        let models = plan.models.compactMap { use -> JSON? in
            guard let model = try? store.model(choice(use)),
                seen.insert(ModelChoice(model.path, precision: model.precision)).inserted
            else { return nil }
            return .object([
                "name": .text(model.name),
                "file": .text(model.path),
                "sha256": .text(model.predictor.digest),
                "precision": .text(model.precision.rawValue),
                "pred-iou-thresh": model.recommended.predIoUThreshold.map(JSON.number),
                "stability-score-thresh": model.recommended.stabilityScoreThreshold.map(JSON.number),
            ])
        }
        return models.isEmpty ? nil : .list(models)
    }

    private static func choice(_ use: ModelUse) -> ModelChoice {
        ModelChoice(use.name, precision: use.form.flatMap(Precision.init) ?? .float32)
    }

    /// A model that the recipe names is looked for where it is named.
    private static func at<Result>(_ use: ModelUse, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let problem as Diagnostic {
            throw use.name == nil ? problem : problem.at(use.mark)
        }
    }
}
