import VipsamKit

/// A result that nothing uses: an error when it has a name, for somebody meant to use it; else odd.
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
    }
}
