import VipsamKit
public import VipsamTensor

/// Holds a model's masks against true ones.
public struct Evaluator: Sendable {
    /// What the model is given.
    public enum Task: String, Sendable, CaseIterable {
        /// The true box of each object.
        case box
        /// One click in the middle of each object.
        case point
        /// Several clicks, each where the mask before was wrong most.
        case clicks
        /// Nothing: every object is to be found.
        case everything
        /// Nothing: the one object of the picture is to be found. Pictures with several are left out.
        case subject
    }

    /// Clicks of the task `clicks`.
    public static let clicks = 5
    /// Of what segmenting everything finds, so many masks of a picture count.
    public static let mostMasks = 200

    public let model: LoadedModel
    public let threads: Threads
    private let look: CloserLook

    /// - Parameters:
    ///   - zoom: how closely boxes are looked at, as in `segment-by-box`.
    ///   - refine: whether contours are moved onto colour edges.
    public init(
        _ model: LoadedModel, threads: Threads, zoom: ZoomChoice = .automatic, refine: RefineChoice = .auto
    ) {
        self.model = model
        self.threads = threads
        look = model.closerLook(zoom, refine)
    }

    /// - Parameter progress: called with the photos that are done and their number.
    /// - Throws: for a photo or mask that cannot be read: an evaluation with holes would mislead.
    public func run(
        _ task: Task, on manifest: EvaluationManifest, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws -> EvaluationReport {
        var report = EvaluationReport(task: task, model: model)
        for (index, photo) in manifest.photos.enumerated() {
            if task != .subject || photo.instances.count == 1 {
                report.add(try outcomes(task, photo, manifest.folder), of: photo.set)
            }
            progress(index + 1, manifest.photos.count)
        }
        return report
    }

    private func outcomes(
        _ task: Task, _ photo: EvaluationManifest.Photo, _ folder: String
    ) throws -> EvaluationReport.PhotoOutcome {
        let truth = try TruthMap(photo, folder: folder)
        let pixels = try ImageFile.model(of: ImageFile.open(folder + "/" + photo.image, access: .random).pixels)
        let picture = RGBRaster(width: pixels.width, height: pixels.height, bytes: try pixels.bytes())
        guard truth.width == picture.width, truth.height == picture.height else {
            throw Diagnostic.error("'\(photo.mask)' does not have the size of '\(photo.image)'")
        }
        let embedding = model.predictor.embed(picture, threads: threads)
        let prompted = PromptedPicture(picture, embedding, by: model, look: look, threads: threads)
        switch task {
        case .everything: return everything(photo, truth, picture, embedding)
        case .box, .point, .clicks, .subject:
            let objects = photo.instances.compactMap { instance -> EvaluationReport.ObjectOutcome? in
                let mask = truth.mask(instance.id)
                guard mask.contains(1) else { return nil }
                switch task {
                case .box:
                    let prompt = Prompt(box: instance.box)
                    let choice = MaskChoice.auto.candidates(for: prompt, by: model)
                    return outcome(prompted.masks(for: prompt, choosing: choice), mask, truth, photo.set)
                case .point:
                    guard let click = ClickSimulation.first(on: mask, width: truth.width, height: truth.height) else {
                        return nil
                    }
                    return outcome(prompted.masks(for: Prompt(clicks: [click]), choosing: .three), mask, truth, photo.set)
                case .clicks: return clicked(mask, truth, prompted, photo.set)
                case .subject:
                    return outcome(prompted.subject().map { [$0.mask] } ?? [], mask, truth, photo.set)
                case .everything: return nil
                }
            }
            return EvaluationReport.PhotoOutcome(objects: objects, masks: nil)
        }
    }

    /// The surest candidate counts; the best one is told beside it.
    private func outcome(
        _ candidates: [SeenMask], _ mask: [UInt8], _ truth: TruthMap, _ set: String
    ) -> EvaluationReport.ObjectOutcome {
        let masks = candidates.map { $0.runs.bytes(value: 1) }
        let overlaps = masks.map { MaskMeasures.overlap($0, mask, ignored: truth.ignored) }
        let surest = candidates.indices.max { candidates[$0].predictedIoU < candidates[$1].predictedIoU }
        return EvaluationReport.ObjectOutcome(
            part: Double(mask.count { $0 == 1 }) / Double(mask.count),
            overlap: surest.map { overlaps[$0] } ?? 0,
            bestOverlap: overlaps.max() ?? 0,
            boundary: EvaluationReport.isExact(set)
                ? surest.map {
                    MaskMeasures.boundaryScore(masks[$0], mask, width: truth.width, height: truth.height)
                } ?? 0 : nil,
            predicted: surest.map { Double(candidates[$0].predictedIoU) })
    }

    /// The first click is ambiguous and gets the surest of three masks. A model that looks at clicks from several
    /// distances answers as steps do; with others, as in the paper, the mask before enters and is improved by the single
    /// mask.
    private func clicked(
        _ mask: [UInt8], _ truth: TruthMap, _ prompted: PromptedPicture, _ set: String
    ) -> EvaluationReport.ObjectOutcome? {
        guard let first = ClickSimulation.first(on: mask, width: truth.width, height: truth.height) else { return nil }
        var clicks = [first]
        var last: SeenMask?
        var previous: [Float]?
        var course: [Double] = []
        while course.count < Self.clicks {
            let choice: CandidateChoice = last == nil ? .best : .single
            if look.clickCrops.isEmpty {
                let found = model.predictor.candidates(
                    for: Prompt(clicks: clicks), in: prompted.embedding, choosing: choice, previous: previous,
                    threads: threads)
                last = found.first.map { PromptedPicture.plain($0, by: model) }
                previous = found.first?.logits
            } else {
                last = prompted.masks(for: Prompt(clicks: clicks), choosing: choice).first
            }
            guard let last else { return nil }
            let bytes = last.runs.bytes(value: 1)
            course.append(MaskMeasures.overlap(bytes, mask, ignored: truth.ignored))
            guard
                let click = ClickSimulation.next(
                    mask: bytes, truth: mask, ignored: truth.ignored, width: truth.width, height: truth.height)
            else { break }
            clicks.append(click)
        }
        // A mask that is right stays so.
        course += [Double](repeating: course.last ?? 0, count: Self.clicks - course.count)
        guard let last else { return nil }
        var outcome = outcome([last], mask, truth, set)
        outcome.course = course
        return outcome
    }

    private func everything(
        _ photo: EvaluationManifest.Photo, _ truth: TruthMap, _ picture: RGBRaster, _ embedding: Embedding
    ) -> EvaluationReport.PhotoOutcome {
        let (options, _) = model.recommended.applied(
            to: MaskGenerator.Options(), predIoUThreshold: nil, stabilityScoreThreshold: nil)
        let found = MaskGenerator(model.predictor, options: options).generate(
            picture, whole: embedding, threads: threads)
        let counted = found.sorted { $0.predictedIoU > $1.predictedIoU }.prefix(Self.mostMasks)
        let objects = photo.instances.compactMap { instance -> EvaluationReport.ObjectOutcome? in
            let bytes = truth.mask(instance.id)
            let runs = RunLengths(bytes: bytes, width: truth.width, height: truth.height)
            guard runs.area > 0 else { return nil }
            let best = counted.max { $0.runs.overlap(runs) < $1.runs.overlap(runs) }
            return EvaluationReport.ObjectOutcome(
                part: Double(runs.area) / Double(bytes.count), overlap: best?.runs.overlap(runs) ?? 0,
                bestOverlap: nil, boundary: nil, predicted: best.map { Double($0.predictedIoU) })
        }
        return EvaluationReport.PhotoOutcome(objects: objects, masks: counted.count)
    }
}
