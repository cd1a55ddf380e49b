internal import VipsamKit
internal import VipsamRecipe
internal import VipsamRun

/// `run -n`: what would be read, written and left out, and what it would take.
struct DryRun {
    private let job: Batch
    private let root: String

    /// Bytes that a pipeline holds per pixel of a strip or of a whole decoded picture: 4 bands of
    /// floats are the widest that editing steps make.
    private static let bytesPerPixel = 16
    /// Rows that libvips holds of a streamed picture, over all steps of a long pipeline.
    private static let streamedRows = 1024

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
            }
        }
        job.unusedPrompts.forEach(Terminal.say)
        Terminal.put(lines.joined(separator: "\n") + "\n")
        let budget = job.budget
        var parts = ["\(job.items.count - skipped) to do", "\(skipped) to skip"]
        parts.append("\(budget.workers) at once, \(budget.threadsPerWorker) threads each")
        parts.append("about \(SizeText.bytes(memory(budget))) of memory")
        parts.append(models.isEmpty ? "no model" : "model \(models.joined(separator: ", "))")
        Terminal.say(parts.joined(separator: " · "))
        if job.plan.outputs.contains(where: \.isInsideBlock) {
            Terminal.say("names inside blocks are those of the first object")
        }
    }

    /// The largest pictures at once, each with its pipeline, and the model.
    private func memory(_ budget: Budget) -> Int {
        let sizes = job.items.compactMap { item -> Int? in
            guard let header = try? ImageFile.probe(item.file.path) else { return nil }
            let streams = job.plan.access.isStreamed && header.streams
            let rows = streams ? min(header.height, Self.streamedRows) : header.height
            return header.width * rows * Self.bytesPerPixel
        }.sorted(by: >)
        let model = job.plan.needsModel ? Budget.perWorkerWithModel : 0
        return sizes.prefix(budget.workers).reduce(0) { $0 + $1 + model }
    }
}
