public import VipsamKit

/// Recipe to plan: every rule of the recipe language that can be checked before a picture is there.
public struct Planner: Sendable {
    private let registry: Registry
    private let load: @Sendable (String) throws(Diagnostics) -> Recipe

    /// - Parameters:
    ///   - registry: the operations that steps can be.
    ///   - load: reads a recipe that another one uses, by its path.
    public init(
        _ registry: Registry, load: @escaping @Sendable (String) throws(Diagnostics) -> Recipe = Recipe.load
    ) {
        self.registry = registry
        self.load = load
    }

    /// - Throws: `Diagnostics`: all problems and warnings, sorted by place.
    public func plan(_ recipe: Recipe, _ request: PlanRequest = PlanRequest()) throws(Diagnostics) -> Plan {
        let problems = Problems()
        problems.meet(recipe.source)
        recipe.problems.forEach(problems.report)
        let parameters = ParameterValues(recipe.parameters, request, problems)
        let section = Sections.read(recipe.input, parameters, problems, Sections.input) ?? PlannedInput()
        let run = Sections.read(recipe.run, parameters, problems, Sections.run) ?? RunDefaults()
        var model: ModelUse?
        if let node = recipe.model, case .kept(let value, _) = parameters.replaced(node, problems) {
            model = ModelUse(name: value.text, form: nil, mark: node.mark)
        }
        let shared = PlanningState(registry, problems, load)
        shared.sources = [recipe.source]
        shared.declare(recipe, parameters.uses)

        let input = Declared(shared.newValue(.image), .image, by: "input", at: recipe.inputMark ?? recipe.stepsMark)
        var scope = Scope(input: input)
        let planned = StepPlanner(shared, parameters, recipe).steps(recipe.steps, &scope)
        input.isUsed = true

        let steps = planned.steps
        let operations = steps.flatMap(\.operations)
        if operations.allSatisfy(\.templates.isEmpty), !scope.isUncertain, !recipe.steps.isEmpty, !shared.savesElsewhere {
            problems.report(
                .error("nothing is saved", at: recipe.stepsMark)
                    .noting("add a step such as - save: {to: \"out/{name}.png\"}"))
        }
        UnusedRule.check(shared)
        OutputRules.check(shared.written, section, request, problems)
        if problems.hasErrors { throw problems.sorted }
        return Plan(
            path: recipe.path, sources: shared.sources, about: recipe.about, model: model,
            parameters: recipe.parameters.map { declaration in
                PlannedParameter(
                    name: declaration.name, text: parameters.texts[declaration.name],
                    isOverridden: parameters.overridden.contains(declaration.name))
            },
            input: section, run: run, steps: steps, kinds: shared.kinds,
            access: AccessRule.access(of: steps, shared.kinds), models: operations.flatMap(\.models),
            outputs: shared.written.map(\.output), warnings: problems.sorted.all)
    }
}

/// What the planning of one recipe and of all that it uses shares.
final class PlanningState {
    /// Blocks over values and used recipes are written out; this ends what would never end.
    static let mostSteps = 10_000

    let registry: Registry
    let problems: Problems
    private let load: @Sendable (String) throws(Diagnostics) -> Recipe
    private var loaded: [String: Recipe] = [:]
    var sources: [SourceText] = []
    private(set) var kinds: [Kind] = []
    /// Every value, with whether it has a name, for the rule about unused ones.
    var declared: [(value: Declared, label: Recipe.Label?)] = []
    /// The parameters of all recipes, and which of them stand anywhere; of a recipe that is used twice, twice.
    private(set) var parameters: [(declared: [ParameterDeclaration], uses: ParameterUses)] = []
    var written: [WrittenFile] = []
    /// Whether a step that saves is there, but switched off or with a mistake that is told already.
    var savesElsewhere = false
    /// Whether some use of a value may have been missed, because a step could not be understood.
    var losesUses = false
    private var steps = 0
    private var descriptions: [String: Registry.Description?] = [:]

    init(_ registry: Registry, _ problems: Problems, _ load: @escaping @Sendable (String) throws(Diagnostics) -> Recipe)
    {
        self.registry = registry
        self.problems = problems
        self.load = load
    }

    func newValue(_ kind: Kind) -> ValueID {
        kinds.append(kind)
        return ValueID(kinds.count - 1)
    }

    /// A recipe that another one uses. A file is read once: a problem in it is then one problem, however often it is used.
    func recipe(_ path: String) throws(Diagnostics) -> Recipe {
        if let known = loaded[path] { return known }
        let new = try load(path)
        loaded[path] = new
        return new
    }

    /// A recipe's parameters, for the rule about unused ones. What is left out of a recipe for its grammar may use them.
    func declare(_ recipe: Recipe, _ uses: ParameterUses) {
        if recipe.problems.isEmpty { parameters.append((recipe.parameters, uses)) }
    }

    /// The number of the next step; nil when there are too many.
    func nextStep(at mark: Mark) -> Int? {
        steps += 1
        guard steps > Self.mostSteps else { return steps }
        problems.report(
            .error("the recipe has more than \(Self.mostSteps) steps when its blocks are written out", at: mark))
        return nil
    }

    func description(_ name: String) -> Registry.Description? {
        if let known = descriptions[name] { return known }
        let new = registry.describe(name)
        descriptions[name] = new
        return new
    }
}

/// A file that a step writes, as the checker sees it.
struct WrittenFile {
    let output: PlannedOutput
    /// The words of the recipes that lead to it: the same place twice is one place.
    let site: [Mark]
    let operation: String
}
