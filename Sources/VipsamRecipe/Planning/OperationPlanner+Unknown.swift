import VipsamKit

/// Words of a step that are no operation, and words beside one.
extension OperationPlanner {
    func unknown(_ entry: Node.Entry, _ others: [Node.Entry]) {
        let names = state.registry.names
        // `wen: $on` before its operation: the operation is among the others.
        if let operation = others.first(where: { state.registry[$0.key] != nil }) {
            planner.report(
                .error(
                    "'\(Node.shortened(entry.key))' is not known in a step with \(operation.key)"
                        + Suggestion.clause(for: entry.key, among: RecipeReader.stepKeys + names), at: entry.keyMark))
            return
        }
        let problem = Diagnostic.error(
            "'\(Node.shortened(entry.key))' is not an operation"
                + Suggestion.clause(for: entry.key, among: names + RecipeReader.stepKeys), at: entry.keyMark)
        planner.report(problem.noting("'vipsam ops' lists them"))
    }

    func stray(_ other: Node.Entry, after entry: Node.Entry, _ description: Registry.Description) {
        let key = Node.shortened(other.key)
        if state.registry[other.key] != nil {
            planner.report(
                .error("a step has one operation; '\(key)' is a second one", at: other.keyMark)
                    .noting("'\(entry.key)' is the first", at: entry.keyMark)
                    .noting("start the second one with '-'"))
        } else if entry.value.isNull, description.fields.contains(where: { $0.key == other.key }) {
            planner.report(
                .error("'\(key)' is an argument of \(entry.key) and has to be indented under it", at: other.keyMark))
        } else {
            let words = ["as", "when"]
            planner.report(
                .error(
                    "'\(key)' is not known in a step with \(entry.key)"
                        + Suggestion.clause(for: other.key, among: words),
                    at: other.keyMark))
        }
    }
}
