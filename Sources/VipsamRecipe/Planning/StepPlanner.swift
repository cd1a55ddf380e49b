import VipsamKit

/// The steps of one recipe, in one scope after the other.
struct StepPlanner {
    struct Planned {
        var steps: [PlannedStep] = []
        /// The last result among them.
        var last: Declared?
    }

    let state: PlanningState
    let parameters: ParameterValues
    let recipe: Recipe
    /// The `use` steps that lead here, outermost first.
    var uses: [Mark] = []
    /// The files of the recipes that lead here, this one last.
    var chain: [String]
    /// The blocks around, outermost first.
    var blocks: [BlockPass] = []

    init(_ state: PlanningState, _ parameters: ParameterValues, _ recipe: Recipe) {
        self.state = state
        self.parameters = parameters
        self.recipe = recipe
        self.chain = [recipe.path]
    }

    init(_ outer: StepPlanner, _ parameters: ParameterValues, _ recipe: Recipe, use mark: Mark) {
        self.init(outer.state, parameters, recipe)
        uses = outer.uses + [mark]
        chain = outer.chain + [recipe.path]
        blocks = outer.blocks
    }

    func steps(_ written: [Recipe.Step], _ scope: inout Scope) -> Planned {
        var planned = Planned()
        let before = scope.later
        for step in written {
            if let label = step.label, scope.later[label.text] == nil { scope.later[label.text] = label.mark }
        }
        for step in written {
            if let label = step.label, scope.later[label.text] == label.mark { scope.later[label.text] = nil }
            guard let index = state.nextStep(at: step.mark) else { break }
            guard let (made, result) = self.step(step, index, &scope) else {
                scope.addUnknown(named: step.label?.text)
                state.losesUses = true
                continue
            }
            if let made { planned.steps.append(made) }
            if let result { planned.last = result }
        }
        scope.later = before
        return planned
    }

    /// Nil when the step has problems; the step itself is nil when it is switched off.
    private func step(_ step: Recipe.Step, _ index: Int, _ scope: inout Scope) -> (PlannedStep?, Declared?)? {
        if let label = step.label { checkLabel(label, scope) }
        switch step.content {
        case .operation(let entry, let others):
            return OperationPlanner(self, scope).plan(step, entry, others, index).map { made, result in
                name(result, step.label, &scope)
                return (made, result)
            }
        case .each(let source, let steps): return each(step, source, steps, index, &scope)
        case .use(let path, let with): return use(step, path, with, index, &scope)
        }
    }

    private func checkLabel(_ label: Recipe.Label, _ scope: Scope) {
        if ["input", "object", "item", "tile"].contains(label.text) {
            report(.error("'\(label.text)' is always there; take another name", at: label.mark))
        } else if let taken = scope.value(named: label.text) {
            report(
                .error("'\(label.text)' is a name already; take another one", at: label.mark)
                    .noting("it is given here for the first time", at: taken.mark))
        }
    }

    func name(_ result: Declared?, _ label: Recipe.Label?, _ scope: inout Scope) {
        guard let result else { return }
        scope.add(result, named: label?.text)
        state.declared.append((result, label))
    }

    // MARK: - Blocks

    private func each(
        _ step: Recipe.Step, _ source: Node, _ steps: [Recipe.Step], _ index: Int, _ scope: inout Scope
    ) -> (PlannedStep?, Declared?)? {
        guard case .kept(let node, _) = parameters.replaced(source, state.problems) else { return nil }
        if let list = node.list { return eachValue(step, list, steps, index, &scope, at: source.mark) }
        guard let name = node.text, !node.isNull, RecipeReader.isName(name) else {
            report(.error("'each' needs the name of objects, or a list of values, not \(node.found)", at: node.mark))
            return nil
        }
        var inner = self
        inner.blocks.append(.object)
        return inner.eachObject(step, name, node.mark, steps, index, &scope)
    }

    private func eachObject(
        _ step: Recipe.Step, _ name: String, _ mark: Mark, _ written: [Recipe.Step], _ index: Int, _ scope: inout Scope
    ) -> (PlannedStep?, Declared?)? {
        let found = lookUp(name, at: mark, scope)
        var isGood = found != nil
        if let found, found.kind != .objects {
            report(.error("'each' goes over objects, but '\(name)' is \(found.kind.phrase)", at: mark))
            isGood = false
        }
        found?.isUsed = true
        let object = Declared(state.newValue(.objects), .objects, by: "each", at: step.mark)
        object.isUsed = true
        var innerScope = scope
        innerScope.add(object, named: "object")
        let planned = steps(written, &innerScope)
        guard isGood, let found else { return nil }
        var collected: EachObjectStep.Collected?
        var result: Declared?
        if let label = step.label {
            guard let kind = collectable(planned.last, label, innerScope, scope), let last = planned.last else {
                return nil
            }
            last.isUsed = true
            let made = Declared(state.newValue(kind), kind, by: "each", at: label.mark)
            collected = .init(from: last.id, into: made.id, kind: kind)
            result = made
        }
        if innerScope.isUncertain { scope.addUnknown(named: nil) }
        self.name(result, step.label, &scope)
        return (
            .eachObject(
                EachObjectStep(
                    index: index, objects: found.id, object: object.id, steps: planned.steps, collected: collected,
                    label: step.label?.text, mark: step.mark)), result
        )
    }

    private func eachValue(
        _ step: Recipe.Step, _ values: [Node], _ written: [Recipe.Step], _ index: Int, _ scope: inout Scope,
        at mark: Mark
    ) -> (PlannedStep?, Declared?)? {
        guard !values.isEmpty else {
            report(.error("'each' has an empty list: nothing would be done", at: mark))
            return nil
        }
        var passes: [EachValueStep.Pass] = []
        var lasts: [Declared] = []
        var kind: Kind?
        var isGood = true
        let around = BlockPass.all(of: values.map { $0.text ?? "" })
        for (value, pass) in zip(values, around) {
            guard let text = value.text, !value.isNull else {
                report(.error("'each' goes over texts and numbers, not \(value.found)", at: value.mark))
                isGood = false
                continue
            }
            let item = Declared(state.newValue(.text), .text, by: "each", at: value.mark)
            item.isUsed = true
            var innerScope = scope
            innerScope.add(item, named: "item")
            var inner = StepPlanner(state, parameters.with(item: value), recipe)
            (inner.uses, inner.chain, inner.blocks) = (uses, chain, blocks + [pass])
            let planned = inner.steps(written, &innerScope)
            if innerScope.isUncertain { isGood = false }
            if let label = step.label {
                guard let found = collectable(planned.last, label, innerScope, scope), let last = planned.last else {
                    isGood = false
                    continue
                }
                last.isUsed = true
                lasts.append(last)
                kind = found
            }
            passes.append(EachValueStep.Pass(text: text, item: item.id, steps: planned.steps))
        }
        guard isGood else { return nil }
        var result: Declared?
        var collected: EachValueStep.Collected?
        if let label = step.label, let kind {
            let made = Declared(state.newValue(kind), kind, by: "each", at: label.mark)
            collected = .init(from: lasts.map(\.id), into: made.id, kind: kind)
            result = made
        }
        name(result, step.label, &scope)
        let planned = EachValueStep(
            index: index, passes: passes, collected: collected, label: step.label?.text, mark: step.mark)
        return (.eachValue(planned), result)
    }

    /// The kind of what `as` of a block collects; nil, with a report, where it cannot.
    private func collectable(_ last: Declared?, _ label: Recipe.Label, _ inner: Scope, _ outer: Scope) -> Kind? {
        guard let last else {
            if !inner.isUncertain || outer.isUncertain {
                report(.error("'as' collects the last results inside, but no step inside has one", at: label.mark))
            }
            return nil
        }
        guard last.kind == .objects || last.kind == .table else {
            report(
                .error(
                    "'as' of a block collects objects or tables, but the last result is \(last.kind.phrase)",
                    at: label.mark
                ).noting("the last result is made here", at: last.mark))
            return nil
        }
        return last.kind
    }

    // MARK: - Names

    /// A name's value; nil, with a report, where there is none.
    func lookUp(_ name: String, at mark: Mark, _ scope: Scope) -> Declared? {
        if let found = scope.value(named: name) { return found }
        state.losesUses = true
        if scope.isUnknown(name) { return nil }
        if let later = scope.later[name] {
            report(
                .error("'\(name)' is not made yet", at: mark).noting("a later step makes it", at: later))
            return nil
        }
        let names = scope.names
        report(
            .error(
                "'\(Node.shortened(name))' is not a name here\(Suggestion.clause(for: name, among: names))", at: mark
            )
            .noting("known: \(names.joined(separator: ", "))"))
        return nil
    }

    func report(_ problem: Diagnostic) {
        var problem = problem
        for mark in uses.reversed() where !problem.notes.contains(where: { $0.mark == mark }) {
            problem = problem.noting("the recipe is used here", at: mark)
        }
        state.problems.report(problem)
    }
}
