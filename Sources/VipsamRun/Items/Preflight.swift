public import VipsamKit
public import VipsamRecipe

/// What can be known about the outputs of a run before any picture is opened.
public struct Preflight: Sendable {
    /// Collisions shown in full; more are counted.
    private static let shown = 10

    /// The outputs of one picture whose names are known already; those in blocks over objects by the name of
    /// the first object.
    public struct Planned: Sendable {
        public let item: RunItem
        /// From the current folder.
        public let outputs: [String]
        /// Of `outputs`, those that are there already.
        public let existing: [String]
    }

    public let items: [Planned]
    /// Two pictures that write one file, and outputs that are inputs. All of them are plan errors.
    public let problems: [Diagnostic]

    public init(plan: Plan, items: [RunItem], outputRoot: String) {
        var inputs: [FileIdentity: String] = [:]
        for item in items { FileIdentity(item.file.path).map { inputs[$0] = item.file.path } }
        var problems: [Diagnostic] = []
        var planned: [Planned] = []
        var writers: [String: String] = [:]
        for item in items {
            var own: [String] = []
            var isOwn: Set<String> = []
            var existing: [String] = []
            for output in plan.outputs where item.skipReason == nil {
                let relative = output.template.path(for: Self.facts(item, output))
                let path = Paths.joined(outputRoot, relative)
                // An item that writes one file twice is found by the recipe's own check.
                if let other = writers[relative], other != item.file.path {
                    problems.append(Self.collision(path, other, item.file.path, output))
                }
                writers[relative] = item.file.path
                guard isOwn.insert(path).inserted else { continue }
                own.append(path)
                guard Paths.exists(path) else { continue }
                existing.append(path)
                if let identity = FileIdentity(path), let input = inputs[identity] {
                    problems.append(Self.inPlace(path, input, output))
                }
            }
            planned.append(Planned(item: item, outputs: own, existing: existing))
        }
        self.items = planned
        self.problems = Self.shortened(problems)
    }

    /// Inside a block over objects the names depend on what is found; the first object stands for all.
    private static func facts(_ item: RunItem, _ output: PlannedOutput) -> Facts {
        var facts = item.file.facts
        guard let pass = output.passes.last else { return facts }
        facts.n = pass
        facts.outer = Array(output.passes.dropLast())
        facts.item = output.item ?? ""
        if output.isPerObject { facts.label = item.prompts?.first?.label ?? "" }
        return facts
    }

    private static func shortened(_ problems: [Diagnostic]) -> [Diagnostic] {
        guard problems.count > shown else { return problems }
        let rest = Diagnostic(.note, "\(problems.count - shown) more outputs like these", cause: .recipe)
        return Array(problems.prefix(shown)) + [rest]
    }
}

extension Preflight {
    fileprivate static func collision(
        _ path: String, _ first: String, _ second: String, _ output: PlannedOutput
    ) -> Diagnostic {
        Diagnostic.error("'\(first)' and '\(second)' would both be written to '\(path)'", cause: .recipe)
            .at(output.template.mark)
            .noting("put {dir}, {name} and {ext} into the name, so that it tells them apart")
    }

    fileprivate static func inPlace(_ path: String, _ input: String, _ output: PlannedOutput) -> Diagnostic {
        Diagnostic.error(
            path == input ? "the output '\(path)' is an input; inputs are never replaced"
                : "the output '\(path)' is the same file as the input '\(input)'; inputs are never replaced",
            cause: .recipe
        ).at(output.template.mark).noting("write to another folder with -o, or under another name")
    }
}
