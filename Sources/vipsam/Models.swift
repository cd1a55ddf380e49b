internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun
internal import VipsamSegment

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
        ) { try SamModel($0) }
    }

    /// What the operations of a plan need: its models, loaded, so that a wrong one is found before the
    /// first picture.
    static func services(for plan: Plan, store: ModelStore) throws -> Services {
        var services = Services()
        services[ModelStore.self] = store
        for use in plan.models { try at(use) { _ = try store.model(use.name) } }
        return services
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
        var seen: Set<String> = []
        let models = plan.models.compactMap { use -> JSON? in
            guard let model = try? store.model(use.name), seen.insert(model.path).inserted else { return nil }
            return .object([
                "name": .text(model.name),
                "file": .text(model.path),
                "sha256": .text(model.predictor.digest),
                "pred-iou-thresh": model.recommended.predIoUThreshold.map(JSON.number),
                "stability-score-thresh": model.recommended.stabilityScoreThreshold.map(JSON.number),
            ])
        }
        return models.isEmpty ? nil : .list(models)
    }

    /// A model that the recipe names is looked for where it is named.
    private static func at<Result>(_ use: ModelUse, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let problem as Diagnostic {
            throw use.name == nil ? problem : problem.at(use.mark)
        }
    }
}
