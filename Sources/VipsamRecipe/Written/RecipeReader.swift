import VipsamKit

/// The grammar: a tree to a recipe as it is written. Problems are gathered; what is wrong is left
/// out, so that the rest is looked at as well.
struct RecipeReader {
    static let keys = ["vipsam", "about", "model", "params", "input", "steps", "run"]
    static let stepKeys = ["as", "when", "each", "do", "use", "with"]

    let problems: Problems

    init(_ problems: Problems) { self.problems = problems }

    func recipe(_ root: Node, path: String) -> Recipe {
        problems.meet(root.mark.source)
        let entries = root.map ?? []
        if root.isNull {
            report("the recipe is empty; it starts with 'vipsam: 1'", root.mark)
        } else if root.map == nil {
            report("a recipe is a map of \(Self.keys.joined(separator: ", ")), not \(root.found)", root.mark)
        }
        for entry in entries where !Self.keys.contains(entry.key) {
            problems.report(
                .error(
                    "'\(Node.shortened(entry.key))' is not known in a recipe"
                        + Suggestion.clause(for: entry.key, among: Self.keys), at: entry.keyMark
                ).noting("known: \(Self.keys.joined(separator: ", "))"))
        }
        if root.map != nil { version(root) }
        let input = section("input", root)
        let run = section("run", root)
        let declarations = parameters(root["params"])
        let stepsEntry = entries.first { $0.key == "steps" }
        if root.map != nil, stepsEntry == nil { report("the recipe has no 'steps'", root.mark) }
        let written = stepsEntry.map { steps($0.value, after: "steps") } ?? []
        return Recipe(
            path: path, source: root.mark.source, about: text("about", root)?.text,
            model: text("model", root) == nil ? nil : root["model"], parameters: declarations, input: input, run: run,
            steps: written, stepsMark: stepsEntry?.keyMark ?? root.mark, problems: problems.all)
    }

    private func version(_ root: Node) {
        guard let node = root["vipsam"] else {
            return report("a recipe starts with 'vipsam: 1'", root.mark)
        }
        guard node.text == String(Recipe.version) else {
            return problems.report(
                .error("'vipsam' must be \(Recipe.version), not \(node.found)", at: node.mark)
                    .noting("it is the version of the format, not of the program"))
        }
    }

    private func text(_ key: String, _ root: Node) -> Recipe.Label? {
        guard let node = root[key] else { return nil }
        guard let text = node.text, !node.isNull, !text.isEmpty else {
            report("'\(key)' must be a text, not \(node.found)", node.mark)
            return nil
        }
        return Recipe.Label(text: text, mark: node.mark)
    }

    private func section(_ key: String, _ root: Node) -> Node.Entry? {
        guard let entry = root.map?.first(where: { $0.key == key }) else { return nil }
        guard entry.value.map != nil else {
            report("'\(key)' must be a map, not \(entry.value.found)", entry.value.mark)
            return nil
        }
        return entry
    }

    private func parameters(_ node: Node?) -> [ParameterDeclaration] {
        guard let node, !node.isNull else { return [] }
        guard let entries = node.map else {
            report("'params' must be a map of names, not \(node.found)", node.mark)
            return []
        }
        return entries.compactMap { entry in
            let name = Node.shortened(entry.key)
            guard Self.isName(entry.key) else {
                report("'\(name)' is not a name: letters, digits, - and _, starting with a letter", entry.keyMark)
                return nil
            }
            guard !ParameterDeclaration.taken.contains(entry.key) else {
                report("'\(name)' has a meaning of its own; take another name", entry.keyMark)
                return nil
            }
            guard entry.value.map != nil else {
                problems.report(
                    .error("'\(name)' must be a map, not \(entry.value.found)", at: entry.value.mark)
                        .noting("such as {type: integer, default: 40}"))
                return nil
            }
            let p = Parameters(section: entry.key, reading: entry.value, at: entry.keyMark)
            let declaration = ParameterDeclaration(entry.key, at: entry.keyMark, reading: p)
            p.finish()
            p.problems.forEach(problems.report)
            return declaration
        }
    }

    // MARK: - Steps

    private func steps(_ node: Node, after key: String) -> [Recipe.Step] {
        guard let list = node.list, !list.isEmpty else {
            problems.report(
                .error("'\(key)' must be a list of steps, not \(node.found)", at: node.mark)
                    .noting("each starts with '-', such as - blur: {radius: 4}"))
            return []
        }
        return list.compactMap(step)
    }

    private func step(_ node: Node) -> Recipe.Step? {
        guard let entries = node.map, let first = entries.first else {
            let hint = node.text.map { Self.isName($0) ? "write '- \(Node.shortened($0)):'" : "" } ?? ""
            let problem = Diagnostic.error(
                "a step is an operation with its arguments, such as blur: {radius: 4}, not \(node.found)", at: node.mark
            )
            problems.report(hint.isEmpty ? problem : problem.noting(hint))
            return nil
        }
        var named: [String: Node.Entry] = [:]
        for entry in entries where Self.stepKeys.contains(entry.key) { named[entry.key] = entry }
        let others = entries.filter { !Self.stepKeys.contains($0.key) }
        let label = named["as"].flatMap { self.label($0.value) }
        let when = named["when"]?.value

        if let each = named["each"] {
            others.forEach { stray($0, in: "a block") }
            refuse(["when", "use", "with"], named, in: "a block; its steps can have it")
            guard let inner = named["do"] else {
                report("'each' needs 'do': the steps to do every time", each.keyMark)
                return nil
            }
            return Recipe.Step(
                content: .each(each.value, steps: steps(inner.value, after: "do")), label: label, when: nil,
                mark: each.keyMark)
        }
        if let use = named["use"] {
            others.forEach { stray($0, in: "a step with 'use'") }
            refuse(["do"], named, in: "a step with 'use'")
            return Recipe.Step(
                content: .use(use.value, with: named["with"]?.value), label: label, when: when, mark: use.keyMark)
        }
        guard let operation = others.first else {
            report("a step needs an operation, such as blur: {radius: 4}", first.keyMark)
            return nil
        }
        let rest = others.dropFirst() + entries.filter { ["do", "with"].contains($0.key) }
        return Recipe.Step(
            content: .operation(operation, others: Array(rest)), label: label, when: when, mark: operation.keyMark)
    }

    private func label(_ node: Node) -> Recipe.Label? {
        guard let text = node.text, Self.isName(text), !node.isNull else {
            report("a name has letters, digits, - and _ and starts with a letter, unlike \(node.found)", node.mark)
            return nil
        }
        return Recipe.Label(text: text, mark: node.mark)
    }

    private func stray(_ entry: Node.Entry, in place: String) {
        report(
            "'\(Node.shortened(entry.key))' is not known in \(place)"
                + Suggestion.clause(for: entry.key, among: Self.stepKeys), entry.keyMark)
    }

    private func refuse(_ keys: [String], _ named: [String: Node.Entry], in place: String) {
        for key in keys {
            if let entry = named[key] { report("'\(key)' is not known in \(place)", entry.keyMark) }
        }
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.first, first.isLetter, text.count <= 100 else { return false }
        return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }

    private func report(_ message: String, _ mark: Mark) { problems.report(.error(message, at: mark)) }
}
