import VipsamKit

/// A plan in plain English, for people who have never seen vipsam.
public struct Explanation {
    private let plan: Plan
    private var lines: [String] = []
    private var names: [ValueID: String] = [.input: "the input picture"]

    /// Ends with a line end.
    public static func text(_ plan: Plan) -> String {
        var explanation = Explanation(plan: plan)
        explanation.write()
        return explanation.lines.joined(separator: "\n") + "\n"
    }

    private init(plan: Plan) { self.plan = plan }

    private mutating func write() {
        if let about = plan.about { lines += [about, ""] }
        lines.append(pictures)
        if plan.needsModel { lines.append(model) }
        lines += settings
        lines += ["", "For each picture:"]
        steps(plan.steps, "", indent: "  ")
        lines.append("")
        let files = plan.outputs.map { "\($0.template.text)\($0.isInsideBlock ? " (several)" : "")" }
        lines.append("Each picture gives \(Self.joined(files)).")
        switch plan.access {
        case .streamed: lines.append("The pictures are streamed: even very large ones need little memory.")
        case .random(let reasons):
            lines.append("The pictures are decoded whole before they are edited:")
            for reason in reasons {
                lines.append("  \(reason.message)\(reason.mark.map { " (line \($0.line))" } ?? "")")
            }
        }
    }

    private var pictures: String {
        let input = plan.input
        var text =
            input.files.isEmpty
            ? "The pictures are given on the command line" : "The pictures are \(Self.joined(input.files))"
        if !input.exclude.isEmpty { text += ", without \(Self.joined(input.exclude))" }
        if let prompts = input.prompts {
            text += "; their boxes and points come from \(prompts), and a picture without a row is skipped"
        }
        if !input.orient { text += "; they stay as they lie in the file, whatever their EXIF data says" }
        return text + "."
    }

    private var model: String {
        let names = plan.models.map { $0.name ?? plan.model?.name ?? "the default model" }
        var distinct: [String] = []
        for name in names where !distinct.contains(name) { distinct.append(name) }
        let size =
            switch plan.input.workSize {
            case .original: "at full size"
            case .shorterSide(let side): "with a shorter side of at most \(side) pixels"
            }
        return
            "Objects are found by \(Self.joined(distinct)), on a copy \(size); what is saved has the original's size."
    }

    private var settings: [String] {
        plan.parameters.map { parameter in
            let value = parameter.text.map { "is \($0)" } ?? "is not set"
            return "'\(parameter.name)' \(value)\(parameter.isOverridden ? " (given)" : "")."
        }
    }

    // MARK: - Steps

    private mutating func steps(_ steps: [PlannedStep], _ prefix: String, indent: String) {
        for (position, step) in steps.enumerated() {
            let number = prefix + String(position + 1)
            let deeper = indent + "   "
            switch step {
            case .operation(let step): operation(step, number, indent)
            case .eachObject(let step):
                names[step.object] = "the object"
                lines.append("\(indent)\(number). For each object of \(name(step.objects)):")
                self.steps(step.steps, number + ".", indent: deeper)
                collected(step.collected?.into, step.label, number, deeper)
            case .eachValue(let step):
                lines.append("\(indent)\(number). For each of \(Self.joined(step.passes.map { "'\($0.text)'" })):")
                for (n, pass) in step.passes.enumerated() {
                    names[pass.item] = "'\(pass.text)'"
                    if step.passes.count > 1 { lines.append("\(deeper)With '\(pass.text)':") }
                    self.steps(pass.steps, "\(number).\(n + 1).", indent: deeper + (step.passes.count > 1 ? "  " : ""))
                }
                collected(step.collected?.into, step.label, number, deeper)
            case .use(let step):
                let about = step.about.map { ": \($0)" } ?? ""
                lines.append("\(indent)\(number). \(condition(step.when))The recipe \(step.path)\(about)")
                self.steps(step.steps, number + ".", indent: deeper)
                collected(step.result, step.label, number, deeper)
            }
        }
    }

    private mutating func operation(_ step: OperationStep, _ number: String, _ indent: String) {
        let deeper = indent + String(repeating: " ", count: number.count + 2)
        lines.append("\(indent)\(number). \(condition(step.when))\(step.name): \(step.summary)")
        var facts: [String] = []
        // Slots in the order of their keys, so that the text is always the same.
        let slots = step.bindings.sorted { $0.key < $1.key }
        let taken = slots.map {
            $0.key == plan.kinds[$0.value.index].rawValue ? name($0.value) : "\(name($0.value)) as \($0.key)"
        }
        if !taken.isEmpty { facts.append("Takes \(Self.joined(taken)).") }
        let arguments = step.arguments.filter { argument in !slots.contains { $0.key == argument.key } }
        if !arguments.isEmpty {
            let words = arguments.map { $0.key.isEmpty ? $0.text : "\($0.key): \($0.text)" }
            facts.append("With \(words.joined(separator: ", ")).")
        }
        if let result = step.result {
            let kind = plan.kinds[result.index]
            names[result] = step.label.map { "'\($0)'" } ?? "the \(kind.rawValue) of step \(number)"
            facts.append("Gives \(kind.phrase)\(step.label.map { ", called '\($0)'" } ?? "").")
        }
        if !facts.isEmpty { lines.append(deeper + facts.joined(separator: " ")) }
    }

    private mutating func collected(_ value: ValueID?, _ label: String?, _ number: String, _ indent: String) {
        guard let value else { return }
        let kind = plan.kinds[value.index]
        names[value] = label.map { "'\($0)'" } ?? "the \(kind.rawValue) of step \(number)"
        if let label { lines.append("\(indent)What comes out of it is called '\(label)'.") }
    }

    private func condition(_ when: PlannedCondition?) -> String { when.map { "Only if \($0.condition.text): " } ?? "" }

    private func name(_ value: ValueID) -> String { names[value] ?? plan.kinds[value.index].phrase }

    /// `a`, `a and b`, `a, b and c`.
    static func joined(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}
