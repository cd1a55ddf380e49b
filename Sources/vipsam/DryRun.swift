internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun

/// `run -n`: what would be read, written and left out, and what it would take.
struct DryRun {
    private let job: Batch
    private let root: String

    init(_ job: Batch, root: String) {
        self.job = job
        self.root = root
    }

    /// - Throws: the same failures as the run itself would before it begins.
    func show() throws {
        let place = root == "-" ? "." : root
        let preflight = Preflight(plan: job.plan, items: job.items, outputRoot: place)
        if !preflight.problems.isEmpty { throw Failure(preflight.problems, code: .recipe) }
        let models = try Models.found(for: job.plan, store: job.store)
        var lines: [String] = []
        var skipped = 0
        var needs: [Int] = []
        var refusals: [Diagnostic] = []
        let budget = job.budget
        let gate = job.gate(isLoaded: false)
        for planned in preflight.items {
            let input = planned.item.file.path
            if let reason = planned.item.skipReason {
                skipped += 1
                lines.append("skip \(input): \(reason)")
            } else if job.manner.keepsExisting, !planned.outputs.isEmpty, planned.existing == planned.outputs {
                skipped += 1
                lines.append("skip \(input): its outputs are there already")
            } else {
                let names = planned.outputs.map { planned.existing.contains($0) ? $0 + " (replaced)" : $0 }
                lines.append("\(input) → \(names.isEmpty ? "nothing" : names.joined(separator: ", "))")
                guard let need = need(input, budget, gate) else { continue }
                needs.append(need.bytes)
                if let refusal = gate?.refusal(need, of: input, job.plan) { refusals.append(refusal) }
                if need.bytes > Self.worthTelling || need.onDisk > 0 {
                    let disk = need.onDisk > 0 ? ", \(SizeText.bytes(need.onDisk)) on disk" : ""
                    lines.append("  about \(SizeText.bytes(need.bytes)) of memory\(disk)")
                }
            }
        }
        job.unusedPrompts.forEach(Terminal.say)
        Terminal.put(lines.joined(separator: "\n") + "\n")
        refusals.forEach(Terminal.say)
        var parts = ["\(job.items.count - skipped) to do", "\(skipped) to skip"]
        parts.append("\(budget.workers) at once, \(budget.threadsPerWorker) threads each")
        parts.append("about \(SizeText.bytes(memory(needs, budget, gate))) of memory")
        if !refusals.isEmpty { parts.append("\(refusals.count) too large for memory") }
        parts.append(models.isEmpty ? "no model" : "model \(models.joined(separator: ", "))")
        Terminal.say(parts.joined(separator: " · "))
        if job.plan.outputs.contains(where: \.isPerObject) {
            Terminal.say("names in blocks over objects are those of the first object")
        }
    }

    /// Pictures that need more than this are listed with their estimates.
    private static let worthTelling = 500_000_000

    /// Nil for a picture whose header cannot be read.
    private func need(_ path: String, _ budget: Budget, _ gate: MemoryGate?) -> PictureMemory? {
        (try? ImageFile.probe(path)).map {
            PictureMemory($0, of: path, plan: job.plan, threads: budget.imageThreads, model: gate?.model ?? 0)
        }
    }

    /// The largest pictures at once and what they share, as far as they are let in together.
    private func memory(_ needs: [Int], _ budget: Budget, _ gate: MemoryGate?) -> Int {
        let together = needs.sorted(by: >).prefix(budget.workers).reduce(0, +)
        guard let gate else { return together }
        return gate.shared + (needs.contains { $0 > gate.capacity } ? together : min(together, gate.capacity))
    }
}
