import VipsamKit

/// Names of outputs that would clash whatever the pictures are.
enum OutputRules {
    static func check(_ written: [WrittenFile], _ input: PlannedInput, _ request: PlanRequest, _ problems: Problems) {
        var first: [String: WrittenFile] = [:]
        for file in written {
            let template = file.output.template
            let key = normal(template)
            if let earlier = first[key], earlier.site != file.site {
                problems.report(
                    .error("'\(template.text)' is written twice", at: file.site.last)
                        .noting("another step writes it first", at: earlier.site.last))
            } else if first[key] == nil {
                first[key] = file
            }
        }
        guard !request.replacesFiles else { return }
        let exclude = input.exclude.flatMap(Glob.expanded)
        for file in written {
            for pattern in input.files {
                let globs = Glob.expanded(pattern)
                guard globs.contains(where: { catches($0, file.output.template, exclude, request.outputRoot) }) else {
                    continue
                }
                problems.report(
                    .error(
                        "'\(file.output.template.text)' would be taken as an input the next time: "
                            + "'\(pattern)' matches it", at: file.site.last
                    ).noting("write to another folder, give -o, or 'exclude' it"))
                break
            }
        }
    }

    private static func normal(_ template: FileTemplate) -> String {
        template.text.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// Whether a glob matches what a template becomes, for an input at the top and one in a folder.
    private static func catches(_ glob: Glob, _ template: FileTemplate, _ exclude: [Glob], _ root: String) -> Bool {
        let ext = glob.text.split(separator: ".").last.map(String.init) ?? "jpg"
        return ["", "a", "a/b"].contains { dir in
            let facts = Facts(
                dir: dir, name: "picture", ext: ext.contains { "*?[]/".contains($0) } ? "jpg" : ext, n: 1,
                label: "object",
                score: 0.5, item: "item")
            var path = template.path(for: facts)
            if template.fixedExtension == nil, !template.uses(.ext) { path += ".png" }
            if root != ".", !root.isEmpty { path = root + (root.hasSuffix("/") ? "" : "/") + path }
            return glob.matches(path) && !exclude.contains { $0.excludes(path) }
        }
    }
}
