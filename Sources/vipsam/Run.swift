internal import ArgumentParser
internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun

/// `vipsam run RECIPE FILES… -o DIR`
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a recipe over pictures.",
        discussion: """
            RECIPE is a file, '-' for standard input, or the name of a shipped recipe. FILES are pictures, folders or \
            quoted patterns, and replace the recipe's 'input: files'; '-' is a picture on standard input.

            Exit codes: 0 done, 1 some items failed, 3 some need review (--strict-review), 64 wrong command line, \
            65 wrong recipe, 66 no input, 69 no model or plugin, 73 output folder not writable, 74 input or output \
            error, 75 stopped with work left.
            """)

    @Argument(help: "The recipe.") var recipe: String
    @Argument(help: "Pictures, folders, patterns.") var files: [String] = []

    @Option(name: .shortAndLong, help: "The folder under which outputs go; '-' writes the one output to standard output.")
    var output: String?
    @Option(name: [.customShort("p")], help: ArgumentHelp("A parameter of the recipe; may be repeated.", valueName: "name=value"))
    var parameters: [String] = []
    @Option(name: .customLong("params"), help: "A YAML file of parameters; may be repeated.") var parameterFiles: [String] = []
    @Option(help: "A model's name or file, for steps that name none (also: VIPSAM_MODEL).") var model: String?
    @OptionGroup var list: FileListOptions
    @OptionGroup var batch: BatchOptions
    @Flag(name: [.customShort("n"), .long], help: "Say what would be done, and do nothing.") var dryRun = false
    @OptionGroup var global: GlobalOptions

    mutating func run() throws { try failing { try work() } }

    private func work() throws {
        let stop = Interrupts.watch()
        let configuration = try Configuration()
        let manner = try batch.manner(configuration)
        var inputs = InputList(files, filesFrom: list.filesFrom, nullSeparated: list.nullSeparated)
        defer { inputs.removeSpool() }
        let recipe = try RecipeArgument.load(recipe)
        let registry = try global.registry()
        let named = try inputs.paths()
        let root = output ?? configuration["output"] ?? "."
        let request = PlanRequest(
            overrides: parameters, parameterFiles: parameterFiles, replacesFiles: named != nil,
            outputRoot: root == "-" ? "." : root)
        let plan = try Planner(registry).plan(recipe, request)
        if !manner.quiet { plan.warnings.forEach(Terminal.say) }
        let found = try named.map { try InputFiles.named($0, exclude: plan.input.exclude) } ?? InputFiles.matching(plan.input)
        if !manner.quiet { found.warnings.forEach(Terminal.say) }
        let (items, unused) = try PromptedItems.join(found.files, plan)
        let job = Batch(
            plan: plan, items: manner.limited(items), unusedPrompts: unused, model: model ?? configuration["model"],
            explicitModel: model, manner: manner, stop: stop, keepsEmbeddings: !global.noCache)
        if dryRun {
            try DryRun(job, root: root).show()
        } else if root == "-" {
            try job.runToStandardOutput()
        } else {
            try job.run(root: root, report: true)
        }
    }
}
