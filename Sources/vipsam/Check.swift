internal import ArgumentParser
internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun

/// `vipsam check RECIPE`: all problems at once, with their places.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find mistakes in a recipe: types, names, unused results. All at once.")

    @Argument(help: "Recipes: files, names of shipped ones, or '-'.") var recipes: [String]
    @Option(name: [.customShort("p")], help: ArgumentHelp("A parameter of the recipe; may be repeated.", valueName: "name=value"))
    var parameters: [String] = []
    @Option(name: .customLong("params"), help: "A YAML file of parameters; may be repeated.") var parameterFiles: [String] = []
    @Flag(name: .shortAndLong, help: "Only errors.") var quiet = false
    @OptionGroup var global: GlobalOptions

    mutating func run() throws { try failing { try work() } }

    private func work() throws {
        let registry = try global.registry()
        var problems: [Diagnostic] = []
        for name in recipes {
            do {
                let recipe = try RecipeArgument.load(name)
                let plan = try Planner(registry).plan(
                    recipe, PlanRequest(overrides: parameters, parameterFiles: parameterFiles))
                if !quiet { plan.warnings.forEach(Terminal.say) }
                if !quiet { Terminal.say("\(name): fine, \(plan.allOperations.count) steps") }
                if !quiet, case .random(let reasons) = plan.access { reasons.forEach(Terminal.say) }
            } catch {
                problems += Failure(wrapping: error).diagnostics
            }
        }
        if problems.contains(where: { $0.severity == .error }) { throw Failure(problems) }
    }
}
