internal import ArgumentParser
internal import VipsamKit
internal import VipsamRun
internal import VipsamSegment
internal import VipsamTensor

/// `vipsam segment IMAGE`: prompts without a recipe, always from full-size pixels.
struct Segment: ParsableCommand {
    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case best, three = "3", single = "1"

        var policy: CandidateChoice {
            switch self {
            case .best: .best
            case .three: .three
            case .single: .single
            }
        }
    }

    static let configuration = CommandConfiguration(
        abstract: "Segment one picture: masks as PNG, one band, 0 or 255, of the picture's size.",
        discussion: "Several points and at most one box make one prompt. Masks are NAME_<result>_<candidate>.png in the "
            + "output folder, counted from 1. The model sees full-size pixels, 8-bit RGB.")

    @Argument(help: "The picture; '-' is standard input.") var image: String
    @OptionGroup var prompts: PromptOptions
    @Flag(help: "Find everything, with a grid of points.") var everything = false
    @Option(help: "best: of the model's three masks the one it is surest of; 3: all three; 1: its single mask.")
    var candidates: Choice = .best
    @Option(name: .shortAndLong, help: "The folder for the masks.") var output = "."
    @Option(help: "A model's name or file (also: VIPSAM_MODEL).") var model: String?
    @OptionGroup var precision: PrecisionOption
    @Flag(help: "Print JSON instead of a table.") var json = false
    @Option(help: "Points along a side of the grid (--everything).") var pointsPerSide: Int?
    @Option(help: "Masks with a lower predicted IoU are left out (--everything).") var predIouThresh: Double?
    @Option(help: "Masks with a lower stability are left out (--everything).") var stabilityScoreThresh: Double?
    @Option(help: "Threads (default: all cores).") var threads: Int?
    @Option(help: "Look again at what is in a box, in a crop of so many times its longer side: 1 to 10, or auto.")
    var zoom = "off"
    @Option(help: "Move contours onto colour edges: graph-cut, or auto (as the model's file says).")
    var refine = "off"
    @Flag(help: "Read a damaged picture as far as it goes.") var lenient = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if everything, !prompts.isEmpty { throw ValidationError("'--everything' takes no '--box' and no '--point'") }
        if !everything, prompts.isEmpty { throw ValidationError("give '--box', '--point' or '--everything'") }
        if let pointsPerSide, !(1...256).contains(pointsPerSide) {
            throw ValidationError("'--points-per-side' must be between 1 and 256, not '\(pointsPerSide)'")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("'--threads' must be between 1 and 1024, not '\(threads)'")
        }
    }

    mutating func run() throws { try failing { try work() } }

    /// Off unless asked for: then the answer is exactly the original code's.
    private func look(_ model: LoadedModel) throws -> CloserLook {
        let (zoom, refine) = try LookOptions.read(zoom: zoom, refine: refine)
        return model.closerLook(zoom, refine)
    }

    private func work() throws {
        let configuration = try Configuration()
        var inputs = InputList([image])
        defer { inputs.removeSpool() }
        let path = try inputs.paths()?.first ?? image
        let header = try OnePicture.header(path)
        try prompts.prompt.checkInside(width: header.width, height: header.height)
        let store = Models.store(default: model ?? configuration["model"], keepsEmbeddings: !global.noCache)
        let loaded = try store.model(nil, precision: precision.value)
        let raster = try read(path)
        let outputs = try OutputFolder(output, inputs: [path])
        let workers = Threads(threads ?? Cores.available())
        let results = everything
            ? everything(raster, loaded, workers) : [prompted(raster, loaded, try look(loaded), workers)]
        let written = try write(results, raster, name: image == "-" ? "stdin" : Paths.stemAndExtension(of: path).stem, outputs)
        show(written, raster, loaded)
    }

    private func read(_ path: String) throws -> RGBRaster {
        do {
            let pixels = try ImageFile.model(of: ImageFile.open(path, access: .random, lenient: lenient).pixels)
            return RGBRaster(width: pixels.width, height: pixels.height, bytes: try pixels.bytes())
        } catch {
            guard error.reason == .evaluation else { throw Failure(wrapping: error, code: .itemsFailed) }
            let damage = Diagnostic.error("'\(path)' is damaged: its pixels cannot be decoded to the end")
            throw Failure([error.note.isEmpty ? damage : damage.noting("libvips says: \(error.note)")], code: .itemsFailed)
        }
    }

    // MARK: - Asking the model

    private struct Mask {
        let runs: RunLengths
        let predictedIoU: Double
        /// 0 for an empty mask.
        let stability: Double

        init(runs: RunLengths, predictedIoU: Float, stability: Float) {
            self.runs = runs
            self.predictedIoU = Double(predictedIoU)
            self.stability = stability.isFinite ? Double(stability) : 0
        }
    }

    private typealias Result = (prompt: JSON, masks: [Mask])

    private func prompted(
        _ raster: RGBRaster, _ model: LoadedModel, _ look: CloserLook, _ threads: Threads
    ) -> Result {
        let embedding = model.predictor.embed(raster, threads: threads)
        let found = PromptedPicture(raster, embedding, by: model, look: look, threads: threads)
            .masks(for: prompts.prompt, choosing: candidates.policy)
        let box = prompts.box.map { JSON.list([$0.box.x, $0.box.y, $0.box.width, $0.box.height].map(JSON.number)) }
        let points = prompts.points.map { point in
            JSON.list([.number(point.click.point.x), .number(point.click.point.y), .integer(point.click.isForeground ? 1 : 0)])
        }
        let prompt = JSON.object(["box": box, "points": points.isEmpty ? nil : .list(points)])
        return (prompt, found.map {
            Mask(runs: $0.runs, predictedIoU: $0.predictedIoU, stability: $0.stability)
        })
    }

    private func everything(_ raster: RGBRaster, _ model: LoadedModel, _ threads: Threads) -> [Result] {
        var options = MaskGenerator.Options()
        options.pointsPerSide = pointsPerSide ?? options.pointsPerSide
        let (effective, notes) = model.recommended.applied(
            to: options, predIoUThreshold: predIouThresh, stabilityScoreThreshold: stabilityScoreThresh)
        notes.forEach(Terminal.say)
        return MaskGenerator(model.predictor, options: effective).generate(raster, threads: threads).map { found in
            let point = JSON.list([.number(found.point.x), .number(found.point.y), .integer(1)])
            let mask = Mask(runs: found.runs, predictedIoU: found.predictedIoU, stability: found.stability)
            return (.object(["points": .list([point])]), [mask])
        }
    }

    // MARK: - Writing and showing

    private struct Written {
        let prompt: JSON
        let candidates: [(file: String, mask: Mask)]
    }

    private func write(
        _ results: [Result], _ raster: RGBRaster, name: String, _ outputs: OutputFolder
    ) throws -> [Written] {
        let staging = outputs.staging(for: image)
        do {
            let written = try results.enumerated().map { index, result in
                Written(prompt: result.prompt, candidates: try result.masks.enumerated().map { number, mask in
                    let file = "\(name)_\(index + 1)_\(number + 1).png"
                    let pixels = try Pixels.mask(counts: mask.runs.counts, width: raster.width, height: raster.height)
                    try staging.write(file) { try ImageWriter.write(pixels, to: $0) }
                    return (file, mask)
                })
            }
            _ = try staging.commit()
            return written
        } catch {
            staging.discard()
            throw Failure(wrapping: error)
        }
    }

    private func show(_ results: [Written], _ raster: RGBRaster, _ model: LoadedModel) {
        func box(_ mask: Mask) -> [Double] {
            mask.runs.box.map { [$0.x, $0.y, $0.width, $0.height] } ?? [0, 0, 0, 0]
        }
        guard json else {
            var rows = [["mask", "box", "area", "predicted IoU", "stability"]]
            for (file, mask) in results.flatMap(\.candidates) {
                rows.append([
                    file, box(mask).map(NumberText.plain).joined(separator: ","), String(mask.runs.area),
                    Self.digits(mask.predictedIoU), Self.digits(mask.stability),
                ])
            }
            Terminal.put(Terminal.table(rows, numbers: [2, 3, 4]))
            if results.isEmpty { Terminal.say("nothing was found") }
            return
        }
        let document = JSON.object([
            "image": .text(image), "width": .integer(raster.width), "height": .integer(raster.height),
            "model": .text(model.name),
            "results": .list(results.map { result in
                .object([
                    "prompt": result.prompt,
                    "candidates": .list(result.candidates.map { file, mask in
                        .object([
                            "mask": .text(file), "box": .list(box(mask).map(JSON.number)),
                            "area": .integer(mask.runs.area), "predicted_iou": .number(mask.predictedIoU),
                            "stability": .number(mask.stability),
                        ])
                    }),
                ])
            }),
        ])
        Terminal.put(document.pretty)
    }

    private static func digits(_ value: Double) -> String {
        value.isFinite ? NumberText.plain((value * 1e4).rounded() / 1e4) : "–"
    }
}
