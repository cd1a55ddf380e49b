internal import Glibc
internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun
internal import VipsamSegment

/// A plan, its pictures and how they are worked on: what `run` and `cutout` have in common.
struct Batch {
    let plan: Plan
    let items: [RunItem]
    /// Rows of the prompt table without a picture.
    let unusedPrompts: [Diagnostic]
    let manner: BatchManner
    let stop: Interrupts
    let store: ModelStore

    private static let standardMemoryShare = 0.7

    /// - Parameters:
    ///   - model: the command line's or the configuration's.
    ///   - explicitModel: the command line's, which beats the recipe's.
    init(
        plan: Plan, items: [RunItem], unusedPrompts: [Diagnostic] = [], model: String?, explicitModel: String?,
        manner: BatchManner, stop: Interrupts, keepsEmbeddings: Bool
    ) {
        self.plan = plan
        self.items = items
        self.unusedPrompts = unusedPrompts
        self.manner = manner
        self.stop = stop
        self.store = Models.store(
            default: explicitModel ?? plan.model?.name ?? model, pictures: Cores.available(),
            keepsEmbeddings: keepsEmbeddings)
    }

    /// Bytes that the process may use; nil where nothing is known of the machine.
    private var memoryLimit: Int? {
        let standard = MachineMemory.limit.map { Int(Double($0) * Self.standardMemoryShare) }
        return manner.memory ?? plan.run.memory ?? standard
    }

    var budget: Budget {
        Budget(
            cores: Cores.available(), jobs: manner.jobs ?? plan.run.jobs, items: items.count, memory: memoryLimit,
            usesModel: plan.needsModel)
    }

    /// What lets pictures in. The program as it is now counts as shared by all of them.
    ///
    /// - Parameter isLoaded: whether the models are in memory already.
    func gate(isLoaded: Bool) -> MemoryGate? {
        let model = Models.memory(of: plan, store: store)
        return memoryLimit.map {
            MemoryGate(
                limit: $0, shared: (MachineMemory.resident ?? 0) + (isLoaded ? 0 : model.once), model: model.perPicture)
        }
    }

    /// - Throws: a failure before anything is done, or the answer when the exit code is not zero.
    func run(root: String, report: Bool) throws {
        let (result, outputs) = try execute(root: root)
        let code = exitCode(result)
        try finish(result, outputs, code, report: report)
    }

    /// Runs into a folder that goes away; the one output goes to standard output.
    func runToStandardOutput() throws {
        let root = try TemporaryFolder.make()
        defer { Self.removeTree(root) }
        let (result, outputs) = try execute(root: root)
        let code = exitCode(result)
        let files = result.outcomes.flatMap(\.outputs)
        if code == .done {
            guard files.count == 1, let file = files.first else {
                throw Failure("standard output takes one file, but there are \(files.count)", .usage, note: "give a folder with -o")
            }
            try Self.copy(file)
        }
        try finish(result, outputs, code, report: false)
    }

    private func execute(root: String) throws -> (RunResult, OutputFolder) {
        let preflight = Preflight(plan: plan, items: items, outputRoot: root)
        if !preflight.problems.isEmpty { throw Failure(preflight.problems, code: .recipe) }
        let budget = budget
        let services = try Models.services(for: plan, store: store)
        let outputs = try OutputFolder(root, inputs: items.map(\.file.path), keepsExisting: manner.keepsExisting)
        var settings = RunSettings(budget: budget)
        settings.onError = manner.onError ?? plan.run.onError ?? .continue
        settings.timeLimit = manner.timeLimit ?? plan.run.timeLimit
        settings.grace = manner.grace ?? settings.grace
        settings.isLenient = manner.isLenient
        settings.services = services
        settings.memory = gate(isLoaded: true)
        settings.hooks = ThreadHooks(
            begin: { budget in
                Vips.setConcurrency(budget.imageThreads)
                Vips.setCacheMax(0)
            }, workerEnds: { Vips.threadShutdown() })
        stop.guardOutputs(outputs)
        let runner = Runner(plan: plan, items: items, outputs: outputs, settings: settings)
        return (runner.run(Watchers.make(manner), stop: stop.stop), outputs)
    }

    private func exitCode(_ result: RunResult) -> ExitCode {
        let code = result.exitCode(strictReview: manner.strictReview)
        if manner.strictPrompts, !unusedPrompts.isEmpty, code == .done || code == .review { return .itemsFailed }
        return code
    }

    private func finish(_ result: RunResult, _ outputs: OutputFolder, _ code: ExitCode, report: Bool) throws {
        var written = Report(
            plan: plan, outputRoot: outputs.root, budget: budget, result: result, exitCode: code)
        written.unusedPrompts = unusedPrompts
        written.versions = [("vipsam", Program.version), ("libvips", Vips.version)]
        written.model = Models.description(for: plan, store: store)
        var code = code
        var path: String?
        if report {
            do {
                path = try written.write()
                if manner.writesPage { path = try written.writePage() }
            } catch {
                Failure(wrapping: error).show()
                if code != .stopped { code = .io }
            }
        }
        if manner.printsReport { Terminal.put(written.json.pretty) }
        Summary(result, reportPath: path, unusedPrompts: unusedPrompts, manner).show()
        // Threads of dropped pictures may still be at work; they must not outlive the report.
        if result.isDropped { Signals.endNow(code) }
        if code != .done { throw Answer(code: code) }
    }

    private static func copy(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure("'\(path)' cannot be read", .io) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return }
            guard count > 0, Descriptor.write(Array(buffer[..<count]), to: Descriptor.standardOutput) else {
                throw Failure("standard output cannot be written", .io)
            }
        }
    }

    private static func removeTree(_ folder: String) {
        for name in Paths.entries(of: folder) {
            let path = Paths.joined(folder, name)
            if unlink(path) != 0 { removeTree(path) }
        }
        rmdir(folder)
    }
}
