import VipsamKit

/// A result that nothing uses: an error when it has a name, for somebody meant to use it; else odd. A parameter that
/// stands nowhere is odd: whoever sets it would wait for something to change.
enum UnusedRule {
    static func check(_ state: PlanningState) {
        guard !state.losesUses else { return }
        for (value, label) in state.declared where !value.isUsed {
            if let label {
                state.problems.report(.error("nothing uses '\(label.text)'", at: label.mark))
            } else {
                state.problems.report(.warning("nothing uses what \(value.maker) makes here", at: value.mark))
            }
        }
        let used = Set(state.parameters.flatMap { recipe in
            recipe.declared.filter { recipe.uses.names.contains($0.name) }.map(\.mark)
        })
        for parameter in state.parameters.flatMap(\.declared) where !used.contains(parameter.mark) {
            state.problems.report(.warning("nothing uses the parameter '\(parameter.name)'", at: parameter.mark))
        }
    }
}
