/// What an evaluation measured; encoded as JSON with these keys.
public struct EvaluationReport: Sendable {
    /// Sets that are drawn to the pixel; boundaries of the others are too coarse to be held against.
    private static let exactSets = ["weizmann", "grabcut"]
    /// Part of the picture below which an object is small, and above which it is large.
    static let small = 0.01
    static let large = 0.1
    /// An object counts as found from this IoU on.
    static let foundFrom = 0.5

    /// One object.
    struct ObjectOutcome: Sendable {
        /// Of the picture that it covers.
        var part: Double
        /// IoU of the surest mask.
        var overlap: Double
        /// IoU of the best of three.
        var bestOverlap: Double?
        var boundary: Double?
        var predicted: Double?
        /// IoU after each click.
        var course: [Double] = []
    }

    struct PhotoOutcome: Sendable {
        var objects: [ObjectOutcome]
        /// Masks that were found without a prompt.
        var masks: Int?
    }

    public let task: Evaluator.Task
    public let model: String
    public let digest: String
    private var names: [String] = []
    private var photos: [String: [PhotoOutcome]] = [:]

    init(task: Evaluator.Task, model: LoadedModel) {
        self.task = task
        self.model = model.name
        digest = model.predictor.digest
    }

    static func isExact(_ set: String) -> Bool { exactSets.contains { set.hasPrefix($0) } }

    mutating func add(_ outcome: PhotoOutcome, of set: String) {
        if photos[set] == nil { names.append(set) }
        photos[set, default: []].append(outcome)
    }

    /// The measures of one set, or of all sets with each counting the same.
    public struct Line: Sendable, Encodable {
        /// The set's name; `all` for the mean of the sets.
        public let set: String
        public let objects: Int
        public let photos: Int
        /// Of the surest mask; for everything, of the mask that fits best.
        public let iou: Estimate?
        /// Of the best of three masks.
        public let bestOfThree: Estimate?
        /// Only for sets that are drawn to the pixel.
        public let boundary: Estimate?
        public let small, medium, large: Estimate?
        /// Mean IoU after each click.
        public let byClick: [Estimate]?
        /// Objects with an IoU of at least 0.5.
        public let recall: Estimate?
        public let masksPerPhoto: Double?
        public let predictedIoU: Calibration?

        enum CodingKeys: String, CodingKey {
            case set, objects, photos, iou, small, medium, large, recall
            case bestOfThree = "iou_best_of_three"
            case boundary = "boundary_f"
            case byClick = "iou_by_click"
            case masksPerPhoto = "masks_per_photo"
            case predictedIoU = "predicted_iou"
        }
    }

    /// Set by set in the manifest's order, then all of them.
    public var lines: [Line] { names.map { line($0, [$0]) } + (names.count > 1 ? [line("all", names)] : []) }

    private func line(_ name: String, _ sets: [String]) -> Line {
        let photos = sets.map { self.photos[$0] ?? [] }
        let objects = photos.map { $0.flatMap(\.objects) }
        func estimate(
            _ value: (ObjectOutcome) -> Double?, where isWanted: (ObjectOutcome) -> Bool = { _ in true }
        ) -> Estimate? {
            Estimate(groups: objects.map { $0.filter(isWanted).compactMap(value) })
        }
        let all = objects.flatMap { $0 }
        let courses = objects.map { $0.map(\.course).filter { !$0.isEmpty } }
        let masks = photos.flatMap { $0 }.compactMap(\.masks)
        return Line(
            set: name, objects: all.count, photos: photos.reduce(0) { $0 + $1.count },
            iou: estimate(\.overlap), bestOfThree: task == .box || task == .point ? estimate(\.bestOverlap) : nil,
            boundary: estimate(\.boundary),
            small: estimate(\.overlap) { $0.part < Self.small },
            medium: estimate(\.overlap) { (Self.small...Self.large).contains($0.part) },
            large: estimate(\.overlap) { $0.part > Self.large },
            byClick: task == .clicks ? Self.estimates(courses) : nil,
            recall: task == .everything ? estimate { $0.overlap >= Self.foundFrom ? 1 : 0 } : nil,
            masksPerPhoto: masks.isEmpty ? nil : Double(masks.reduce(0, +)) / Double(masks.count),
            predictedIoU: task == .everything
                ? nil : Calibration(all.compactMap { object in object.predicted.map { ($0, object.overlap) } }))
    }

    /// After each click; every set counts the same.
    private static func estimates(_ sets: [[[Double]]]) -> [Estimate] {
        (0..<Evaluator.clicks).compactMap { click in Estimate(groups: sets.map { $0.map { $0[click] } }) }
    }
}

extension EvaluationReport: Encodable {
    enum CodingKeys: String, CodingKey { case task, model, digest, sets }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(task.rawValue, forKey: .task)
        try container.encode(model, forKey: .model)
        try container.encode(digest, forKey: .digest)
        try container.encode(lines, forKey: .sets)
    }
}
