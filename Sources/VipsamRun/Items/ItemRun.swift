internal import Synchronization
internal import VipsamKit
internal import VipsamRecipe

/// One picture's way through the plan, on one worker thread.
final class ItemRun: Sendable {
    let plan: Plan
    let item: RunItem
    let outputs: OutputFolder
    let settings: RunSettings
    let stop: StopControl
    private let remarks = Mutex((reviews: [String](), notes: [String]()))
    /// Bytes that the picture was let in with.
    private let held = Mutex(0)

    init(_ plan: Plan, _ item: RunItem, _ outputs: OutputFolder, _ settings: RunSettings, _ stop: StopControl) {
        self.plan = plan
        self.item = item
        self.outputs = outputs
        self.settings = settings
        self.stop = stop
    }

    /// - Returns: nil when the item was dropped because the run ends.
    func run() -> Outcome? {
        let start = RunClock.seconds
        var outcome = Outcome(input: item.file.path, status: .ok)
        do {
            if let reason = item.skipReason { throw ItemSignal.skip(reason) }
            if let kept = existingOutputs() {
                outcome.kept = kept
                throw ItemSignal.skip("its outputs are there already")
            }
            let files = try admitted { try process(&outcome) }
            outcome.outputs = files.written
            outcome.kept = files.kept
        } catch ItemSignal.skip(let reason) {
            outcome.status = .skipped
            outcome.reasons.append(reason)
        } catch is Abandoned {
            return nil
        } catch {
            let diagnostic = Self.diagnostic(of: error, for: item.file.path)
            outcome.diagnostics.append(diagnostic)
            // Where nothing was found, later steps have nothing to work on; a person looks at it anyway.
            let isDoubtful = diagnostic.cause == .item && diagnostic.mark != nil
            outcome.status = isDoubtful && !remarks.withLock({ $0.reviews.isEmpty }) ? .review : .failed
        }
        let (reviews, notes) = remarks.withLock { $0 }
        if outcome.status == .ok, !reviews.isEmpty { outcome.status = .review }
        if outcome.status == .review { outcome.reasons = reviews }
        outcome.notes += notes + ItemLog.drain(isAlone: settings.budget.workers == 1)
        outcome.milliseconds = ((RunClock.seconds - start) * 1e6).rounded() / 1e3
        return outcome
    }

    /// Steps ask for their values more than once, and blocks repeat steps.
    func addNote(_ text: String) {
        remarks.withLock { if !$0.notes.contains(text) { $0.notes.append(text) } }
    }

    /// Why a person should look, so far.
    var reviews: [String] { remarks.withLock(\.reviews) }

    func addReview(_ reason: String) { remarks.withLock { $0.reviews.append(reason) } }

    /// The names of all outputs, where `--keep-existing` is on and all are there. Names that depend on
    /// what is found in the picture are not known before.
    private func existingOutputs() -> [String]? {
        guard outputs.keepsExisting, !plan.outputs.isEmpty, !plan.outputs.contains(where: \.isInsideBlock) else {
            return nil
        }
        let paths = plan.outputs.map { outputs.path($0.template.path(for: item.file.facts)) }
        return paths.allSatisfy(Paths.exists) ? paths : nil
    }

    /// Waits until memory allows the picture. A header that cannot be read is no reason to wait: it fails where it is read.
    private func admitted<Result>(_ body: () throws -> Result) throws -> Result {
        guard let gate = settings.memory, let header = try? ImageFile.probe(item.file.path) else { return try body() }
        let need = PictureMemory(
            header, of: item.file.path, plan: plan, threads: settings.budget.imageThreads, model: gate.model)
        held.withLock { $0 = need.bytes }
        return try gate.admitting(need, of: item.file.path, plan, unless: { stop.reason != nil }, body)
    }

    /// Memory for what showed in the picture only on its way.
    func lend(_ bytes: Int, for purpose: String, _ body: () throws -> Void) throws {
        guard let gate = settings.memory else { return try body() }
        let held = held.withLock { $0 }
        // a picture whose header could not be read was let in without being counted
        guard held > 0 else { return try body() }
        try gate.lending(bytes, for: purpose, holding: held, unless: { stop.reason != nil }, body)
    }

    private func process(_ outcome: inout Outcome) throws -> (written: [String], kept: [String]) {
        let image = try openInput(&outcome)
        let staging = outputs.staging(for: item.file.path)
        do {
            var walk = PlanWalk(self, staging, input: image)
            try walk.run(plan.steps)
        } catch {
            staging.discard()
            throw try blamed(error)
        }
        if !remarks.withLock({ $0.reviews.isEmpty }) { staging.markForReview() }
        return try staging.commit()
    }

    // MARK: - The picture

    private func openInput(_ outcome: inout Outcome) throws -> Image {
        let path = item.file.path
        if settings.isLenient, Self.damage(of: path) != nil { outcome.isDegraded = true }
        let opened = try ImageFile.open(
            path, access: plan.access.isStreamed ? .sequential : .random, upright: plan.input.orient,
            lenient: settings.isLenient)
        opened.notes.forEach(addNote)
        let pixels = opened.pixels
        let canvas = Canvas(name: path, width: pixels.width, height: pixels.height)
        let scale = plan.input.workSize.scale(width: pixels.width, height: pixels.height)
        return Image(pixels: pixels, frame: Frame(canvas: canvas, workingScale: scale), path: path)
    }

    /// A pipeline fails late: a picture that does not decode fails where it is saved. So before a step
    /// is blamed, the picture is read once by itself.
    private func blamed(_ error: any Error) throws -> any Error {
        guard !settings.isLenient, let damage = Self.damage(of: item.file.path) else { return error }
        if let diagnostic = error as? Diagnostic, diagnostic.cause == .io { return error }
        if error is ItemSignal || error is Abandoned { return error }
        return damage
    }

    /// Why a file does not decode wholly; nil when it does.
    static func damage(of path: String) -> (any Error)? {
        do {
            // The mean of the pixels themselves is no number where one of them is none.
            let pixels = try ImageFile.open(path, access: .sequential).pixels
            _ = try pixels.relational(pixels, .equal).average()
            return nil
        } catch let error where error.reason == .evaluation {
            return Diagnostic.error("'\(path)' is damaged: its pixels cannot be decoded to the end")
                .noting(error.note.isEmpty ? "--lenient reads it as far as it goes" : "libvips says: \(error.note)")
        } catch {
            return error
        }
    }

    /// Everything that can end an item, as something to show.
    static func diagnostic(of error: any Error, for path: String) -> Diagnostic {
        switch error {
        case let diagnostic as Diagnostic: return diagnostic
        case let many as Diagnostics:
            guard let first = many.all.first else { break }
            return many.all.dropFirst().reduce(first) { $0.noting($1) }
        case let error as PixelsError:
            let plain = Diagnostic.error(error.message)
            return error.note.isEmpty ? plain : plain.noting("libvips says: \(error.note)")
        default: break
        }
        return .error("'\(path)': \(error)")
    }
}
