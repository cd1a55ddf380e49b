internal import ArgumentParser
internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun

/// `vipsam preview RECIPE IMAGE`
struct PreviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Show what every step of a recipe does to one picture, on one sheet.",
        discussion: """
            Masks and objects are drawn over the picture, with their scores. Steps work at the working view's size, \
            and the recipe's own files are not written. Of a block ('each') the first passes are shown.

            The exit code is 1 when a step fails; the sheet shows which and why.
            """)

    @Argument(help: "The recipe: a file, a shipped recipe's name, or '-'.") var recipe: String
    @Argument(help: "The picture; '-' is standard input.") var image: String
    @Option(name: .shortAndLong, help: "The sheet (default: preview-RECIPE-PICTURE.png here).") var output: String?
    @Option(name: [.customShort("p")], help: ArgumentHelp("A parameter of the recipe; may be repeated.", valueName: "name=value"))
    var parameters: [String] = []
    @Option(name: .customLong("params"), help: "A YAML file of parameters; may be repeated.") var parameterFiles: [String] = []
    @Option(help: "A model's name or file, for steps that name none (also: VIPSAM_MODEL).") var model: String?
    @Option(help: "Side of a cell, in pixels.") var side = 400
    @Option(help: "Cells in a row.") var columns = 4
    @Flag(help: "Read a damaged picture as far as it goes.") var lenient = false
    @Flag(name: .shortAndLong, help: "Only errors.") var quiet = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if !(100...2000).contains(side) { throw ValidationError("'--side' must be between 100 and 2000, not '\(side)'") }
        if !(1...20).contains(columns) { throw ValidationError("'--columns' must be between 1 and 20, not '\(columns)'") }
        if recipe == "-", image == "-" { throw ValidationError("standard input is the recipe and the picture at once") }
    }

    mutating func run() throws { try failing { try work() } }

    private func work() throws {
        let configuration = try Configuration()
        let written = try RecipeArgument.load(recipe)
        let plan = try Planner(global.registry()).plan(
            written, PlanRequest(overrides: parameters, parameterFiles: parameterFiles, replacesFiles: true))
        if !quiet { plan.warnings.forEach(Terminal.say) }
        let target = output ?? standardName
        do { _ = try PictureFormat(ofFile: target) } catch { throw Failure(wrapping: error, code: .usage) }
        var inputs = InputList([image])
        defer { inputs.removeSpool() }
        let path = try inputs.paths()?.first ?? image
        _ = try OnePicture.header(path)
        try OneOutput.check(target, isNoneOf: [path])
        let found = InputFile(path: path, under: Paths.folder(of: path))
        let (items, _) = try PromptedItems.join([found], plan)
        guard let item = items.first else { throw Failure("there is no picture '\(path)'", .noInput) }
        if let reason = item.skipReason { throw Failure("'\(image)': \(reason)", .noInput) }

        var settings = RunSettings(budget: Budget(cores: Cores.available(), items: 1, usesModel: plan.needsModel))
        settings.isLenient = lenient
        let store = Models.store(
            default: model ?? plan.model?.name ?? configuration["model"], keepsEmbeddings: !global.noCache)
        settings.services = try Models.services(for: plan, store: store)
        let outputs = try OutputFolder(Paths.folder(of: target), inputs: [path])
        var preview = Preview(plan: plan, item: item, outputs: outputs, settings: settings)
        preview.side = side
        preview.columns = columns
        let result = try preview.run()
        try save(result.sheet, to: target, in: outputs)
        if !result.hasWords, !quiet {
            Terminal.say("the sheet has no words: no font was found (in Debian: fonts-dejavu-core)")
        }
        if let failure = result.failure { Terminal.say(failure) }
        if !quiet { Terminal.say("preview: \(target)") }
        if let failure = result.failure { throw Answer(code: ExitCode(failure.cause)) }
    }

    private var standardName: String {
        let names = [recipe, image].map { name in
            let stem = name == "-" ? "stdin" : Paths.stemAndExtension(of: name).stem
            return stem.isEmpty ? "picture" : stem
        }
        return "preview-\(names.joined(separator: "-")).png"
    }

    private func save(_ sheet: Pixels, to target: String, in outputs: OutputFolder) throws {
        let staging = outputs.staging(for: "the sheet")
        do {
            try staging.write(Paths.name(of: target)) { try ImageWriter.write(sheet, to: $0) }
            _ = try staging.commit()
        } catch {
            staging.discard()
            throw error
        }
    }
}
