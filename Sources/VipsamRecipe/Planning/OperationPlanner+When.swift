import VipsamKit

/// `when`: decided at once where only parameters are asked about, else left to the run.
extension OperationPlanner {
    enum When {
        case always, never, broken
        case asked(PlannedCondition)
    }

    func when(_ written: Node, hasResult: Bool) -> When {
        let node = wholeCondition(written)
        guard let scalar = node.scalar, !node.isNull else {
            planner.report(.error("'when' must be a condition, such as $shadow, not \(node.found)", at: node.mark))
            return .broken
        }
        // An optional parameter that is not set makes its key absent.
        if !scalar.isQuoted, scalar.text.hasPrefix("$"),
            case .absent? = planner.parameters.values[String(scalar.text.dropFirst())]
        {
            return .always
        }
        guard askable(node) else { return .broken }
        switch Condition.parsed(
            scalar.text, at: node.mark, quoted: scalar.isQuoted, .named, variables: planner.parameters.texts)
        {
        case .failure(let problem):
            planner.report(problem)
            return .broken
        case .success(let condition):
            guard condition.isQuestion else {
                planner.report(
                    .error("'when' needs a question that yes or no answers, not \(node.found)", at: node.mark))
                return .broken
            }
            guard !condition.references.isEmpty else {
                let isOn = try? condition.holds { _, field in throw Diagnostic.error("'\(field)' is not known") }
                return isOn.map { $0 ? .always : .never } ?? .broken
            }
            let named = references(condition)
            guard condition.references.allSatisfy({ named[$0.name] != nil }) else { return .broken }
            return .asked(PlannedCondition(condition: condition, named: named.mapValues(\.id)))
        }
    }
}
