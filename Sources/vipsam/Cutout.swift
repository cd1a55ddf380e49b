internal import ArgumentParser
internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun
internal import VipsamSegment

/// `vipsam cutout IMAGE -o out.png`: a recipe of three steps, written for the picture at hand.
struct Cutout: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cut the subject out of one picture.",
        discussion: "Without a box or a point the best central subject is taken. '-' is standard input or output.")

    @Argument(help: "The picture.") var image: String
    @OptionGroup var prompts: PromptOptions
    @Option(name: .shortAndLong, help: "The file to write; its ending says the format.") var output: String
    @Option(help: "How soft the edge is, in pixels of the working image.") var feather = 1.0
    @Flag(help: "Cut away what is empty around the subject.") var trim = false
    @Option(help: "A model's name or file (also: VIPSAM_MODEL).") var model: String?
    @Option(help: "Memory that may be used, such as 2G (default: 70 % of what there is).") var memory: String?
    @Flag(help: "Read a damaged picture as far as it goes.") var lenient = false
    @Flag(name: .shortAndLong, help: "Only errors.") var quiet = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (0...1000).contains(feather) else {
            throw ValidationError("'--feather' must be between 0 and 1000, not '\(NumberText.plain(feather))'")
        }
    }

    mutating func run() throws { try failing { try work() } }

    private func work() throws {
        let stop = Interrupts.watch()
        let configuration = try Configuration()
        let toStream = output == "-"
        let file = toStream ? "cutout.png" : Paths.name(of: output)
        if !toStream {
            do { _ = try PictureFormat(ofFile: file) } catch { throw Failure(wrapping: error, code: .usage) }
        }
        guard !file.contains("{"), !file.contains("}") else {
            throw Failure("'\(output)' holds a brace, which names of outputs use for facts", .usage)
        }
        var inputs = InputList([image])
        defer { inputs.removeSpool() }
        let path = try inputs.paths()?.first ?? image
        let header = try OnePicture.header(path)
        if !toStream { try OneOutput.check(output, isNoneOf: [path]) }
        try prompts.prompt.checkInside(width: header.width, height: header.height)
        let recipe = try Recipe.read(Array(text(file).utf8), path: "cutout")
        let plan = try Planner(global.registry()).plan(recipe, PlanRequest(replacesFiles: true))
        var manner = BatchManner()
        manner.isLenient = lenient
        manner.memory = try Amount.bytes(memory ?? configuration["memory"], "--memory")
        manner.quiet = quiet
        let job = Batch(
            plan: plan, items: [RunItem(InputFile(path: path, under: Paths.folder(of: path)))],
            model: configuration["model"], explicitModel: model, manner: manner, stop: stop,
            keepsEmbeddings: !global.noCache)
        if toStream { try job.runToStandardOutput() } else { try job.run(root: Paths.folder(of: output), report: false) }
    }

    /// The recipe. Numbers are printed by us and the name is quoted, so nothing in it is the user's text.
    private func text(_ file: String) -> String {
        func list(_ numbers: [Double]) -> String { "[" + numbers.map(NumberText.plain).joined(separator: ", ") + "]" }
        var arguments: [String] = []
        if let box = prompts.box?.box { arguments.append("box: " + list([box.x, box.y, box.width, box.height])) }
        let clicks = prompts.points.map { list([$0.click.point.x, $0.click.point.y, $0.click.isForeground ? 1 : 0]) }
        if !clicks.isEmpty { arguments.append("points: [" + clicks.joined(separator: ", ") + "]") }
        let quoted = file.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return """
            vipsam: 1
            steps:
              - \(clicks.isEmpty ? "segment-by-box" : "segment-by-points"): {\(arguments.joined(separator: ", "))}
                as: subject
              - cutout: {mask: subject, feather: \(NumberText.plain(feather))\(trim ? ", trim: true" : "")}
              - save: {to: "\(quoted)"}

            """
    }
}
