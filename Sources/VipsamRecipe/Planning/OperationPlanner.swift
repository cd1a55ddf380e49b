import VipsamKit

/// One operation: its arguments, the values of its slots, its conditions.
struct OperationPlanner {
    let planner: StepPlanner
    let scope: Scope
    var state: PlanningState { planner.state }

    init(_ planner: StepPlanner, _ scope: Scope) {
        self.planner = planner
        self.scope = scope
    }

    func plan(
        _ step: Recipe.Step, _ entry: Node.Entry, _ others: [Node.Entry], _ index: Int
    ) -> (PlannedStep?, Declared?)? {
        guard let known = state.registry[entry.key], let description = state.description(entry.key) else {
            unknown(entry, others)
            return nil
        }
        others.forEach { stray($0, after: entry, description) }
        let replaced = arguments(entry.value, description)
        guard case .kept(let node, let uses) = replaced else {
            if case .absent = replaced { return make(step, known, nil, [], index) }
            return nil
        }
        return make(step, known, node, uses, index)
    }

    private func make(
        _ step: Recipe.Step, _ entry: Registry.Entry, _ arguments: Node?, _ uses: [ParameterValues.Use], _ index: Int
    ) -> (PlannedStep?, Declared?)? {
        let p = Parameters(entry.name, reading: arguments, at: step.mark, variables: planner.parameters.texts)
        var operation: (any Operation)?
        var found: [Diagnostic] = []
        do {
            operation = try entry.make(p)
        } catch let problem as Diagnostic {
            found.append(problem.at(step.mark))
        } catch {
            found.append(.error("\(entry.name) does not take these arguments: \(error)", at: step.mark))
        }
        p.finish()
        found = p.problems + found
        for problem in found {
            // What comes from a parameter is wrong where it was given, and for whom it is used.
            let use = problem.mark.flatMap { mark in uses.first { $0.holds(mark) } }
            planner.report(use.map { problem.noting("'$\($0.name)' is used here", at: $0.use) } ?? problem)
        }
        let bindings = p.slots.reduce(into: [(Slot, Declared)]()) { bindings, slot in
            if let value = value(of: slot, entry.name, step.mark) { bindings.append((slot, value)) }
        }
        let named = p.conditions.reduce(into: [String: Declared]()) { named, condition in
            references(condition).forEach { named[$0.key] = $0.value }
        }
        if !found.isEmpty, p.fields.contains(where: { $0.form == .condition }) { state.losesUses = true }
        if !found.isEmpty, p.fields.contains(where: { $0.form == .template }) { state.savesElsewhere = true }
        bindings.forEach { $0.1.isUsed = true }
        named.values.forEach { $0.isUsed = true }

        let given = operation?.result.flatMap { Self.given($0, bindings) }
        var condition = When.always
        if let node = step.when {
            if let result = operation?.result, given == nil {
                let takes = Set(p.slots.map(\.kind)).sorted { $0.rawValue < $1.rawValue }.map(\.phrase)
                let what = takes.isEmpty ? "nothing" : takes.joined(separator: " and ")
                planner.report(
                    .error(
                        "'when' is not allowed on \(entry.name): switched off, it could not hand on \(result.phrase)",
                        at: node.mark
                    ).noting("it takes \(what) and returns \(result.phrase)"))
                condition = .broken
            } else {
                condition = when(node, hasResult: operation?.result != nil)
            }
        }
        if let label = step.label, let operation, operation.result == nil {
            planner.report(.error("\(entry.name) returns nothing to name", at: label.mark))
        }
        // With problems the plan is never handed out, but the steps after this one are looked at.
        guard let operation else { return nil }

        var handsOn: ValueID?
        var planned: PlannedCondition?
        switch condition {
        case .always: break
        case .broken: state.losesUses = true
        case .never:
            if !p.templates.isEmpty { state.savesElsewhere = true }
            guard let result = operation.result, let given else { return (nil, nil) }
            return (nil, Declared(given.id, result, by: entry.name, at: step.label?.mark ?? step.mark))
        case .asked(let asked):
            planned = asked
            handsOn = operation.result == nil ? nil : given?.id
        }
        let result = operation.result.map {
            Declared(state.newValue($0), $0, by: entry.name, at: step.label?.mark ?? step.mark)
        }
        for template in p.templates {
            state.written.append(
                WrittenFile(
                    output: PlannedOutput(template, inside: planner.blocks, step: index),
                    site: planner.uses + [template.mark ?? step.mark], operation: entry.name))
            if let problem = BlockPass.problem(with: template, inside: planner.blocks) {
                planner.report(problem.at(template.mark ?? step.mark))
            }
        }
        let made = OperationStep(
            index: index, name: entry.name, label: step.label?.text, summary: entry.summary, operation: operation,
            arguments: spelled(arguments, p.fields),
            bindings: Dictionary(
                bindings.map { ($0.0.key, $0.1.id) }, uniquingKeysWith: { first, _ in first }),
            named: named.mapValues(\.id), when: planned, result: result?.id, handsOn: handsOn, templates: p.templates,
            models: p.models.map { ModelUse(name: $0.name, form: $0.form, mark: $0.mark ?? step.mark) }, mark: step.mark)
        return (.operation(made), result)
    }

    /// What a step hands on when it is switched off: the value of the slot that is called like its
    /// kind, else of the first slot of that kind.
    private static func given(_ kind: Kind, _ bindings: [(Slot, Declared)]) -> Declared? {
        let fitting = bindings.filter { $0.0.kind == kind }
        return (fitting.first { $0.0.key == kind.rawValue } ?? fitting.first)?.1
    }

    // MARK: - Arguments

    /// Parameters put in; the words of conditions keep theirs, which the condition reads itself.
    private func arguments(_ node: Node, _ description: Registry.Description) -> ParameterValues.Replaced {
        let conditions = Set(description.fields.filter { $0.form == .condition }.map(\.key))
        guard let entries = node.map else {
            if let main = description.fields.first(where: \.isMain), conditions.contains(main.key) {
                return askable(node) ? .kept(wholeCondition(node), []) : .broken
            }
            return planner.parameters.replaced(node, state.problems)
        }
        guard !conditions.isEmpty else { return planner.parameters.replaced(node, state.problems) }
        var isBroken = false
        for entry in entries where conditions.contains(entry.key) && !askable(entry.value) { isBroken = true }
        let rest = Node(.map(entries.filter { !conditions.contains($0.key) }), at: node.mark)
        guard case .kept(let replaced, let uses) = planner.parameters.replaced(rest, state.problems), !isBroken else {
            return .broken
        }
        let kept = Dictionary((replaced.map ?? []).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        return .kept(
            Node(
                .map(
                    entries.compactMap { entry in
                        guard conditions.contains(entry.key) else { return kept[entry.key] }
                        return Node.Entry(key: entry.key, keyMark: entry.keyMark, value: wholeCondition(entry.value))
                    }), at: node.mark), uses)
    }

    /// A lone `$name` may hold the whole question; numbers and yes or no are left to the condition.
    func wholeCondition(_ node: Node) -> Node {
        note(node)
        guard let scalar = node.scalar, !scalar.isQuoted, scalar.text.hasPrefix("$"),
            case .set(let value)? = planner.parameters.values[String(scalar.text.dropFirst())], let text = value.text,
            Reading.boolean(text) == nil
        else { return node }
        note(value)
        return value
    }

    /// The parameters that a condition asks about are used.
    private func note(_ condition: Node) {
        Self.variables(condition.text ?? "").forEach(planner.parameters.uses.note)
    }

    /// Whether a condition asks only about parameters that have values; reports those that have none.
    func askable(_ node: Node) -> Bool {
        guard let text = node.text else { return true }
        var isGood = true
        for name in Self.variables(text) {
            switch planner.parameters.values[name] {
            case .absent?:
                planner.report(.error("'$\(name)' has no value, so nothing can be asked about it", at: node.mark))
                isGood = false
            case .broken?: isGood = false
            case .set?, nil: break
            }
        }
        return isGood
    }

    private static func variables(_ text: String) -> [String] {
        text.split(separator: "$", omittingEmptySubsequences: false).dropFirst().map { piece in
            String(piece.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        }
    }

    /// As the recipe says it, with the parameters' values also in conditions.
    private func spelled(_ node: Node?, _ fields: [Field]) -> [PlannedArgument] {
        guard let node, !node.isNull else { return [] }
        let conditions = Set(
            fields.filter { $0.form == .condition }.map { $0.isMain ? [$0.key, ""] : [$0.key] }.joined())
        let texts = planner.parameters.texts
        func text(_ key: String, _ node: Node) -> String {
            let text = NodeText.text(node)
            guard conditions.contains(key) else { return text }
            // Longer names first: one may begin like another.
            return Self.variables(text).sorted { $0.count > $1.count }.reduce(text) { text, name in
                texts[name].map { text.replacing("$\(name)", with: $0) } ?? text
            }
        }
        guard let entries = node.map else { return [PlannedArgument(key: "", text: text("", node))] }
        return entries.map { PlannedArgument(key: $0.key, text: text($0.key, $0.value)) }
    }

    // MARK: - Values

    private func value(of slot: Slot, _ operation: String, _ mark: Mark) -> Declared? {
        guard let name = slot.name else {
            if let latest = scope.latest(for: slot.kind) { return latest }
            guard !slot.isOptional, !scope.isUncertain else { return nil }
            let kinds = slot.kind.latestOf
            let makers = state.registry.names.filter { state.description($0)?.result.map(kinds.contains) ?? false }
            let problem = Diagnostic.error(
                "\(operation) needs \(slot.kind.phrase), but no step before it makes one", at: mark)
            planner.report(
                makers.isEmpty
                    ? problem
                    : problem.noting(
                        "made by: \(makers.prefix(4).joined(separator: ", "))\(makers.count > 4 ? ", …" : "")"))
            return nil
        }
        let place = slot.mark ?? mark
        guard let found = planner.lookUp(name, at: place, scope) else { return nil }
        found.isUsed = true
        guard found.kind.converts(to: slot.kind) else {
            planner.report(
                .error("'\(slot.key)' needs \(slot.kind.phrase), but '\(name)' is \(found.kind.phrase)", at: place)
                    .noting("'\(name)' is made here", at: found.mark))
            return nil
        }
        return found
    }

    func references(_ condition: Condition) -> [String: Declared] {
        var found: [String: Declared] = [:]
        for reference in condition.references {
            let mark = reference.mark ?? condition.mark
            guard let mark, let value = planner.lookUp(reference.name, at: mark, scope) else { continue }
            value.isUsed = true
            let fields = value.kind.fields
            guard fields.contains(reference.field) else {
                let known = fields.isEmpty ? "it has none" : "known: \(fields.joined(separator: ", "))"
                planner.report(
                    .error("\(value.kind.phrase) such as '\(reference.name)' has no '\(reference.field)'", at: mark)
                        .noting(known))
                continue
            }
            found[reference.name] = value
        }
        return found
    }
}

extension Kind {
    /// What conditions can ask of a named value of this kind; see `Value.answer` in the kit.
    var fields: [String] {
        switch self {
        case .image: ["width", "height"]
        case .mask: ["area", "width", "height"]
        case .objects: Condition.namedFields
        case .table, .number, .text: []
        }
    }
}
