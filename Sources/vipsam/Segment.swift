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
    @Flag(help: "Print JSON instead of a table.") var json = false
    @Option(help: "Points along a side of the grid (--everything).") var pointsPerSide: Int?
    @Option(help: "Masks with a lower predicted IoU are left out (--everything).") var predIouThresh: Double?
    @Option(help: "Masks with a lower stability are left out (--everything).") var stabilityScoreThresh: Double?
    @Option(help: "Threads (default: all cores).") var threads: Int?
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

    private func work() throws {
        let configuration = try Configuration()
        var inputs = InputList([image])
        defer { inputs.removeSpool() }
        let path = try inputs.paths()?.first ?? image
        let header = try OnePicture.header(path)
        try prompts.prompt.checkInside(width: header.width, height: header.height)
        let loaded = try Models.store(default: model ?? configuration["model"]).model(nil)
        // Makes the folder, or says why it cannot be written.
        _ = try OutputFolder(output, inputs: [path])
        let request = SegmentRequest(image: path, wanted: wanted, output: output, lenient: lenient)
        let answer = try asking(path) { try SegmentOnce.run(request, with: loaded, threads: Threads(threads ?? Cores.available())) }
        answer.notes.forEach(Terminal.say)
        Terminal.put(json ? document(answer).pretty : table(answer))
        if answer.results.isEmpty { Terminal.say("nothing was found") }
    }

    private var wanted: SegmentRequest.Wanted {
        guard everything else { return .prompt(prompts.prompt, candidates.policy) }
        var options = MaskGenerator.Options()
        options.pointsPerSide = pointsPerSide ?? options.pointsPerSide
        return .everything(options, predIoUThreshold: predIouThresh, stabilityScoreThreshold: stabilityScoreThresh)
    }

    /// A picture that does not decode is the item's fault (1); a disk that is full is not.
    private func asking<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as PixelsError {
            switch error.reason {
            case .evaluation:
                let damage = Diagnostic.error("'\(path)' is damaged: its pixels cannot be decoded to the end")
                throw Failure([error.note.isEmpty ? damage : damage.noting("libvips says: \(error.note)")], code: .itemsFailed)
            case .system: throw Failure(wrapping: error, code: .io)
            case .refused, .unknownFormat, .damaged, .tooLarge: throw Failure(wrapping: error, code: .itemsFailed)
            }
        }
    }

    // MARK: - Showing

    private func table(_ answer: SegmentAnswer) -> String {
        func digits(_ value: Float) -> String { NumberText.plain((Double(value) * 1e4).rounded() / 1e4) }
        var rows = [["mask", "box", "area", "predicted IoU", "stability"]]
        for mask in answer.results.flatMap(\.candidates) {
            rows.append([
                mask.mask, mask.box.map(String.init).joined(separator: ","), String(mask.area), digits(mask.predictedIoU),
                digits(mask.stability),
            ])
        }
        return Terminal.table(rows, numbers: [2, 3, 4])
    }

    private func document(_ answer: SegmentAnswer) -> JSON {
        func numbers(_ values: [Double]) -> JSON { .list(values.map(JSON.number)) }
        return .object([
            "image": .text(image), "width": .integer(answer.width), "height": .integer(answer.height),
            "model": .text(answer.model),
            "results": .list(answer.results.map { result in
                .object([
                    "prompt": .object([
                        "points": result.prompt.points.map { .list($0.map(numbers)) }, "box": result.prompt.box.map(numbers),
                    ]),
                    "candidates": .list(result.candidates.map { mask in
                        .object([
                            "mask": .text(mask.mask), "box": .list(mask.box.map(JSON.integer)),
                            "area": .integer(mask.area), "predicted_iou": .number(Double(mask.predictedIoU)),
                            "stability": .number(Double(mask.stability)),
                        ])
                    }),
                ])
            }),
        ])
    }
}
