import Testing
import VipsamKit
import VipsamRecipe
import VipsamTestKit

/// Recipes by name, in place of files.
struct Shelf: Sendable {
    var recipes: [String: String] = [:]

    func load(_ path: String) throws(Diagnostics) -> Recipe {
        guard let text = recipes[path] else {
            throw Diagnostics([.error("there is no recipe '\(path)'", cause: .noInput)])
        }
        return try Recipe.read(Array(text.utf8), path: path)
    }
}

/// All problems and warnings of a recipe, or its plan.
func planned(
    _ text: String, _ request: PlanRequest = PlanRequest(), _ shelf: Shelf = Shelf()
) throws -> (plan: Plan?, diagnostics: [Diagnostic]) {
    let registry = try FakeRegistry.make()
    do {
        let recipe = try Recipe.read(Array(text.utf8), path: "r.yaml")
        let plan = try Planner(registry, load: shelf.load).plan(recipe, request)
        return (plan, plan.warnings)
    } catch {
        return (nil, error.all)
    }
}

/// Holds a marked recipe against what is expected at its markers; nothing else may be reported.
func check(
    _ marked: String, _ expected: [(Character, String)], _ request: PlanRequest = PlanRequest(),
    _ shelf: Shelf = Shelf(),
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let text = MarkedText(marked)
    let found = try planned(text.text, request, shelf).diagnostics
    #expect(text.differences(found, expected: expected) == [], sourceLocation: sourceLocation)
}

/// A plan of a recipe without problems.
func goodPlan(
    _ text: String, _ request: PlanRequest = PlanRequest(), _ shelf: Shelf = Shelf(),
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> Plan {
    let (plan, diagnostics) = try planned(text, request, shelf)
    return try #require(plan, "\(diagnostics.map { $0.rendered() }.joined())", sourceLocation: sourceLocation)
}
