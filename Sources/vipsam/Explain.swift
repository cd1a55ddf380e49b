internal import ArgumentParser
internal import VipsamKit
internal import VipsamRecipe

/// `vipsam explain RECIPE`: what a recipe does, in plain English.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say in plain English what a recipe does.")

    @Argument(help: "A recipe: a file, the name of a shipped one, or '-'.") var recipe: String
    @Option(name: [.customShort("p")], help: ArgumentHelp("A parameter of the recipe; may be repeated.", valueName: "name=value"))
    var parameters: [String] = []
    @Option(name: .customLong("params"), help: "A YAML file of parameters; may be repeated.") var parameterFiles: [String] = []
    @OptionGroup var global: GlobalOptions

    mutating func run() throws {
        try failing {
            let request = PlanRequest(overrides: parameters, parameterFiles: parameterFiles)
            let plan = try Planner(global.registry()).plan(RecipeArgument.load(recipe), request)
            plan.warnings.forEach(Terminal.say)
            Terminal.put(Explanation.text(plan))
        }
    }
}
