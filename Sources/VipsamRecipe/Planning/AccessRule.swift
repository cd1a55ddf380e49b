import VipsamKit

/// Whether the original can be streamed: unless a step reads the pixels of a picture made of it in any order.
///
/// Several passes from top to bottom are streamed as well (`ImageFile.Access`). Steps that look at the untouched
/// picture for its small view or its size decode the file on their own.
struct AccessRule {
    /// Values that the original's pixels flow into.
    private var derived: Set<ValueID> = [.input]
    private let kinds: [Kind]
    /// Each once: the passes of a block over values are steps of their own, but one line of the recipe.
    private var reasons: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []

    static func access(of steps: [PlannedStep], _ kinds: [Kind]) -> PlannedAccess {
        var rule = AccessRule(kinds: kinds)
        rule.walk(steps)
        return rule.reasons.isEmpty ? .streamed : .random(because: rule.reasons)
    }

    private init(kinds: [Kind]) { self.kinds = kinds }

    private mutating func walk(_ steps: [PlannedStep]) {
        for step in steps {
            switch step {
            case .operation(let step): take(step)
            case .eachObject(let step): walk(step.steps)
            case .eachValue(let step): for pass in step.passes { walk(pass.steps) }
            case .use(let step):
                walk(step.steps)
                guard let from = step.from, let result = step.result else { continue }
                if derived.contains(from) || step.handsOn.map(derived.contains) == true { derived.insert(result) }
            }
        }
    }

    private mutating func take(_ step: OperationStep) {
        guard step.bindings.values.contains(where: derived.contains) else { return }
        if step.operation.access == .random {
            let reason = Diagnostic.note("\(step.name) reads the original's pixels in any order", at: step.mark)
            if seen.insert(reason).inserted { reasons.append(reason) }
        }
        if let result = step.result, kinds[result.index] == .image { derived.insert(result) }
    }
}
