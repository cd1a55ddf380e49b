public import VipsamKit
public import VipsamRecipe

/// What a run did, for programs and people: `vipsam-report/report.json` in the output folder.
///
/// docs/report.md says what each key means.
public struct Report: Sendable {
    /// Raised when a key changes its meaning or goes away; new keys do not raise it.
    public static let version = 1

    public static let folder = "vipsam-report"
    public static let file = "report.json"
    public static let pageFile = "report.html"

    public let plan: Plan
    public let outputRoot: String
    public let budget: Budget
    public let result: RunResult
    public let exitCode: ExitCode
    /// What the command knows about the model that was used.
    public var model: JSON?
    /// Names and versions of the program and the libraries that decide what the outputs look like.
    public var versions: [(name: String, version: String)] = []
    /// What is odd about the prompt table: rows without a picture.
    public var unusedPrompts: [Diagnostic] = []

    public init(plan: Plan, outputRoot: String, budget: Budget, result: RunResult, exitCode: ExitCode) {
        self.plan = plan
        self.outputRoot = outputRoot
        self.budget = budget
        self.result = result
        self.exitCode = exitCode
    }

    /// Writes it whole or not at all.
    ///
    /// - Returns: the path of `report.json`.
    @discardableResult public func write() throws -> String {
        try write(json.pretty, Self.file)
    }

    /// Writes the page to look at, whole or not at all. After a stop it comes at once, without small copies.
    ///
    /// - Returns: the path of `report.html`.
    @discardableResult public func writePage() throws -> String {
        let page = ReportPage(self)
        return try write(result.stopReason == nil ? page.rendered() : page.rendered(pictured: 0), Self.pageFile)
    }

    private func write(_ text: String, _ file: String) throws -> String {
        let path = Paths.joined(Paths.joined(outputRoot, Self.folder), file)
        try Paths.makeFolders(Paths.folder(of: path))
        do {
            try AtomicFile.write(text, to: path)
        } catch {
            throw Diagnostic.error(error.message, cause: .io)
        }
        return path
    }

    public var json: JSON {
        .object([
            "v": .integer(Self.version),
            "ended": .text(RunClock.stamp),
            "seconds": .number((result.seconds * 1e3).rounded() / 1e3),
            "exit": .integer(Int(exitCode.rawValue)),
            "stopped": result.stopReason.map { .text($0.rawValue) },
            "totals": result.totals,
            "recipe": .object([
                "file": .text(plan.path),
                "about": plan.about.map(JSON.text),
                "uses": plan.sources.count > 1 ? .texts(plan.sources.dropFirst().map(\.name)) : nil,
                "parameters": .object(plan.parameters.map { JSON.Entry($0.name, $0.text.map(JSON.text) ?? .null) }),
            ]),
            "output": .text(outputRoot),
            "model": model,
            "workers": .integer(budget.workers),
            "threads": .integer(budget.threadsPerWorker),
            "versions": .object(versions.map { JSON.Entry($0.name, .text($0.version)) }),
            "warnings": .list(plan.warnings.map(\.json) + result.warnings.map { .object(["message": .text($0)]) }),
            "unused-prompts": unusedPrompts.isEmpty ? nil : .list(unusedPrompts.map(\.json)),
            "items": .list(result.outcomes.map(\.json)),
        ])
    }
}

extension RunResult {
    /// How many items came to what.
    public var totals: JSON {
        .object([
            "items": .integer(outcomes.count + left),
            "ok": .integer(count(.ok)),
            "failed": .integer(count(.failed)),
            "skipped": .integer(count(.skipped)),
            "review": .integer(count(.review)),
            "left": .integer(left),
        ])
    }
}
