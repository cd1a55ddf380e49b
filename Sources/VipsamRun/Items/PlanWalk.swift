internal import VipsamKit
internal import VipsamRecipe

/// Walks the steps of a plan for one item, with the table of values that they read and fill.
struct PlanWalk {
    private let run: ItemRun
    private let outputs: any Outputs
    private let witness: (any StepWitness)?
    private let views: WorkingViews
    private var values: [Value?]
    private var facts: Facts
    /// How many blocks the walk is in.
    private var depth = 0

    init(_ run: ItemRun, _ outputs: any Outputs, input: Image, witness: (any StepWitness)? = nil) {
        self.run = run
        self.outputs = outputs
        self.witness = witness
        self.views = WorkingViews(
            run.plan.input.workSize, upright: run.plan.input.orient, lenient: run.settings.isLenient)
        self.values = Array(repeating: nil, count: run.plan.kinds.count)
        self.facts = run.item.file.facts
        if let first = values.indices.first { values[first] = .image(input) }
    }

    mutating func run(_ steps: [PlannedStep]) throws {
        for step in steps {
            if run.stop.isNow { throw Abandoned() }
            switch step {
            case .operation(let step): try apply(step)
            case .eachObject(let step): try repeatForObjects(step)
            case .eachValue(let step): try repeatForValues(step)
            case .use(let step): try use(step)
            }
        }
    }

    // MARK: - Operations

    private mutating func apply(_ step: OperationStep) throws {
        witness?.begins(step, facts, isInBlock: depth > 0)
        do {
            if try isOff(step.when) {
                try handOn(step.handsOn, to: step.result)
                witness?.passedOver(step)
                return
            }
            var result = try step.operation.apply(context(of: step))
            if let witness { result = try witness.ended(step, with: result) }
            if let id = step.result { values[id.index] = result?.marked(step.mark) }
        } catch let signal as ItemSignal {
            throw signal
        } catch let abandoned as Abandoned {
            throw abandoned
        } catch {
            throw located(error, in: step)
        }
    }

    private func context(of step: OperationStep) -> Context {
        Context(
            facts: facts, prompts: run.item.prompts, outputs: outputs, views: views, services: run.settings.services,
            threads: run.settings.budget.threadsPerWorker, bound: step.bindings.compactMapValues { values[$0.index] },
            named: step.named.compactMapValues { values[$0.index] }, review: { [run] in run.addReview($0) },
            remark: { [run] in run.addNote($0) }, lend: { [run] in try run.lend($0, for: $1, $2) })
    }

    private func isOff(_ when: PlannedCondition?) throws -> Bool {
        guard let when else { return false }
        let named = when.named.compactMapValues { values[$0.index] }
        return try !when.condition.holds { name, field in
            guard let name, let value = named[name] else {
                throw Diagnostic.error("'\(name ?? field)' has no value here")
            }
            return try value.answer(field)
        }
    }

    /// What a step that is switched off gives: what it was given.
    private mutating func handOn(_ from: ValueID?, to result: ValueID?) throws {
        guard let from, let result else { return }
        values[result.index] = try values[from.index]?.converted(to: run.plan.kinds[result.index])
    }

    // MARK: - Blocks

    private mutating func repeatForObjects(_ step: EachObjectStep) throws {
        guard case .objects(let set)? = values[step.objects.index] else { return }
        let before = facts
        let passes = passes(of: set.objects.count, areCollected: step.collected != nil)
        enterBlock()
        defer { depth -= 1 }
        var collected: [Value] = []
        for (index, object) in set.objects.prefix(passes).enumerated() {
            facts.n = index + 1
            facts.label = object.label
            facts.score = object.score
            values[step.object.index] = .objects(set.with([object]))
            try run(step.steps)
            if let last = step.collected.flatMap({ values[$0.from.index] }) { collected.append(last) }
        }
        facts = before
        if let target = step.collected {
            values[target.into.index] = Self.joined(collected, as: target.kind, like: set)
        }
    }

    private mutating func repeatForValues(_ step: EachValueStep) throws {
        let before = facts
        let passes = passes(of: step.passes.count, areCollected: step.collected != nil)
        enterBlock()
        defer { depth -= 1 }
        for (index, pass) in step.passes.prefix(passes).enumerated() {
            facts.n = index + 1
            facts.item = pass.text
            values[pass.item.index] = .text(pass.text)
            try run(pass.steps)
        }
        facts = before
        if let target = step.collected {
            let collected = target.from.compactMap { values[$0.index] }
            values[target.into.index] = Self.joined(collected, as: target.kind, like: nil)
        }
    }

    /// The pass of the block around, if there is one, becomes an outer one.
    private mutating func enterBlock() {
        if depth > 0 { facts.outer.append(facts.n) }
        depth += 1
    }

    /// How many passes are walked: all, but for a witness that needs to see only the first.
    private func passes(of count: Int, areCollected: Bool) -> Int {
        guard let witness, count > witness.mostPasses, !areCollected else { return count }
        witness.leavesOut(passes: count - witness.mostPasses)
        return witness.mostPasses
    }

    private mutating func use(_ step: UseStep) throws {
        do {
            if try isOff(step.when) {
                try handOn(step.handsOn, to: step.result)
                return
            }
        } catch {
            throw ItemRun.diagnostic(of: error, for: run.item.file.path).at(step.mark)
        }
        try run(step.steps)
        if let from = step.from, let result = step.result { values[result.index] = values[from.index] }
    }

    /// Objects of all passes as one set, rows of all tables as one table; of other kinds the last.
    ///
    /// - Parameter set: what an empty set of objects looks like.
    private static func joined(_ values: [Value], as kind: Kind, like set: ObjectSet?) -> Value? {
        switch kind {
        case .objects:
            let sets = values.compactMap { if case .objects(let set) = $0 { set } else { nil } }
            guard let first = sets.first ?? set else { return nil }
            return .objects(first.with(sets.flatMap(\.objects)))
        case .table:
            let tables = values.compactMap { if case .table(let table) = $0 { table } else { nil } }
            guard let first = tables.first else { return .table(Table(columns: [], rows: [])) }
            return .table(Table(columns: first.columns, rows: tables.flatMap(\.rows)))
        case .image, .mask, .number, .text: return values.last
        }
    }

    // MARK: - Errors

    /// With the step's place; and, since pixels are computed late, with the steps that they come
    /// through.
    private func located(_ error: any Error, in step: OperationStep) -> Diagnostic {
        let path = run.item.file.path
        let isLate = (error as? PixelsError)?.reason == .evaluation
        var diagnostic = ItemRun.diagnostic(of: error, for: path)
        let inside = step.label.map { "'\($0)' (\(step.name))" } ?? step.name
        if diagnostic.mark == nil {
            diagnostic.mark = step.mark
            diagnostic = diagnostic.noting("in step \(inside), for \(path)")
        } else {
            diagnostic = diagnostic.noting("in step \(inside), for \(path)", at: step.mark)
        }
        guard isLate else { return diagnostic }
        let images = step.bindings.values.sorted().compactMap { id -> Image? in
            if case .image(let image)? = values[id.index] { image } else { nil }
        }
        for mark in images.flatMap(\.steps).suffix(3) {
            diagnostic = diagnostic.noting("the pixels come through this step", at: mark)
        }
        return diagnostic
    }
}

extension Value {
    /// An image that knows the step that made it.
    fileprivate func marked(_ mark: Mark) -> Value {
        guard case .image(var image) = self, image.steps.last != mark else { return self }
        image.steps.append(mark)
        return .image(image)
    }
}
