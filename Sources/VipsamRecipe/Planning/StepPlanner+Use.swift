import VipsamKit

/// `use`: another recipe as one step.
extension StepPlanner {
    func use(
        _ step: Recipe.Step, _ pathNode: Node, _ with: Node?, _ index: Int, _ scope: inout Scope
    ) -> (PlannedStep?, Declared?)? {
        guard let path = pathNode.text, !pathNode.isNull, !path.isEmpty else {
            report(.error("'use' needs a recipe's file, not \(pathNode.found)", at: pathNode.mark))
            return nil
        }
        let full = RecipePath.resolved(path, from: recipe.path)
        if chain.contains(full) || chain.map(RecipePath.normal).contains(RecipePath.normal(full)) {
            report(
                .error(
                    "'\(Node.shortened(path))' uses itself: \((chain + [full]).joined(separator: " → "))",
                    at: pathNode.mark))
            return nil
        }
        let used: Recipe
        do { used = try state.recipe(full) } catch {
            // Problems of the other file keep their places; a missing file has none but this.
            for problem in error.all {
                report(problem.mark == nil ? problem.at(pathNode.mark) : self.used(here: pathNode.mark, problem))
            }
            return nil
        }
        if !state.sources.contains(where: { $0.name == used.source.name }) { state.sources.append(used.source) }
        used.problems.forEach { report(self.used(here: pathNode.mark, $0)) }
        if let mark = used.inputMark {
            report(
                self.used(
                    here: pathNode.mark,
                    .error("a recipe that is used has no 'input': it works on the latest image", at: mark)))
        }
        guard let entries = with.map({ $0.isNull ? [] : $0.map }) ?? [] else {
            report(.error("'with' must be a map of parameters, not \(with?.found ?? "nothing")", at: with?.mark))
            return nil
        }
        let values = ParameterValues(used.parameters, with: entries, parameters, state.problems)
        state.declare(used, values.uses)
        idle(used, values, at: pathNode.mark)
        let inner = StepPlanner(self, values, used, use: pathNode.mark)
        var innerScope = scope.insideUse()
        let planned = inner.steps(used.steps, &innerScope)
        guard !innerScope.isUncertain || scope.isUncertain else { return nil }

        var result: Declared?
        let wasUsed = planned.last?.isUsed ?? false
        if let last = planned.last {
            last.isUsed = true
            let made = Declared(state.newValue(last.kind), last.kind, by: "use", at: step.mark)
            made.isUsed = wasUsed && step.label == nil
            result = made
        } else if let label = step.label {
            report(.error("'\(Node.shortened(path))' returns nothing to name", at: label.mark))
        }
        let given = result.flatMap { scope.latest(for: $0.kind) }
        var when: PlannedCondition?
        var handsOn: ValueID?
        if let node = step.when {
            if let result, given == nil {
                report(
                    .error(
                        "'when' is not allowed here: no \(result.kind.rawValue) before it could be handed on",
                        at: node.mark))
                return nil
            }
            switch OperationPlanner(self, scope).when(node, hasResult: true) {
            case .always: break
            case .broken: return nil
            case .never:
                guard let result, let given else { return (nil, nil) }
                let alias = Declared(given.id, result.kind, by: "use", at: step.mark)
                given.isUsed = true
                alias.isUsed = true
                scope.add(alias, named: step.label?.text)
                return (nil, alias)
            case .asked(let condition):
                when = condition
                given?.isUsed = true
                handsOn = given?.id
            }
        }
        name(result, step.label, &scope)
        let made = UseStep(
            index: index, path: path, about: used.about, steps: planned.steps, when: when, from: planned.last?.id,
            result: result?.id, handsOn: handsOn, label: step.label?.text, mark: step.mark)
        return (.use(made), result)
    }

    /// What a recipe says for when it runs by itself, and what does nothing here.
    private func idle(_ used: Recipe, _ values: ParameterValues, at use: Mark) {
        if let model = used.model {
            _ = values.replaced(model, state.problems)
            if model.text != recipe.model?.text {
                let problem = Diagnostic.warning("the 'model' of a recipe that is used does not count", at: model.mark)
                    .noting("the recipe that is run says it, or --model; or a segment step: {model: …}")
                report(self.used(here: use, problem))
            }
        }
        if let run = used.run {
            _ = values.replaced(run.value, state.problems)
            let problem = Diagnostic.warning("the 'run' of a recipe that is used does not count", at: run.keyMark)
                .noting("the recipe that is run says it, or the command line")
            report(self.used(here: use, problem))
        }
    }

    private func used(here mark: Mark, _ problem: Diagnostic) -> Diagnostic {
        problem.noting("the recipe is used here", at: mark)
    }
}

/// Paths of recipes that recipes use.
enum RecipePath {
    /// Relative to the recipe that names it.
    static func resolved(_ path: String, from recipe: String) -> String {
        if path.hasPrefix("/") { return path }
        let folder = recipe.lastIndex(of: "/").map { String(recipe[...$0]) } ?? ""
        return normal(folder + path)
    }

    /// Without `.`, and without `..` where that is possible.
    static func normal(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
