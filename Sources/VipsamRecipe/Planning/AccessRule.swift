import VipsamKit

/// Whether the original can be streamed: only when its pixels are pulled once, from top to bottom.
///
/// Steps that look at the untouched picture for its small view or its size decode the file on their
/// own. Steps that return an image only add to a pipeline; what pulls is a step that returns no
/// image, such as `save`.
struct AccessRule {
    private let kinds: [Kind]
    private let readsAllPixels: Bool
    /// How often each image pulls the original's pixels when it is pulled once.
    private var weight: [ValueID: Int] = [.input: 1]
    private var pulls: [Mark] = []
    private var reasons: [Diagnostic] = []

    static func access(of steps: [PlannedStep], _ kinds: [Kind], _ input: PlannedInput) -> PlannedAccess {
        var rule = AccessRule(kinds: kinds, readsAllPixels: input.workSize == .original)
        rule.walk(steps, times: 1)
        if rule.pulls.count > 1 {
            let again = rule.pulls[1]
            rule.reasons.append(.note("the original's pixels are read a second time here", at: again))
        }
        return rule.reasons.isEmpty ? .streamed : .random(because: rule.reasons)
    }

    private init(kinds: [Kind], readsAllPixels: Bool) {
        self.kinds = kinds
        self.readsAllPixels = readsAllPixels
    }

    private mutating func walk(_ steps: [PlannedStep], times: Int) {
        for step in steps {
            switch step {
            case .operation(let step): take(step, times)
            case .eachObject(let step): walk(step.steps, times: 2)
            case .eachValue(let step): for pass in step.passes { walk(pass.steps, times: times) }
            case .use(let step):
                walk(step.steps, times: times)
                if let from = step.from, let result = step.result {
                    weight[result] = max(weight[from] ?? 0, step.handsOn.flatMap { weight[$0] } ?? 0)
                }
            }
        }
    }

    private mutating func take(_ step: OperationStep, _ times: Int) {
        let images = step.bindings.values.filter { (weight[$0] ?? 0) > 0 }
        let total = images.reduce(0) { $0 + (weight[$1] ?? 0) }
        guard total > 0 else { return }
        if step.operation.access == .random {
            reasons.append(.note("\(step.name) reads the original's pixels in any order", at: step.mark))
        }
        if let result = step.result, kinds[result.index] == .image {
            weight[result] = min(total, 1000)
            return
        }
        switch step.result.map({ kinds[$0.index] }) {
        case .mask?, .objects?:
            // These look at the small view, which of the untouched picture comes from the file itself.
            if images.allSatisfy({ $0 == .input }), !readsAllPixels { return }
        default: break
        }
        for _ in 0..<min(total * times, 2) { pulls.append(step.mark) }
    }
}
