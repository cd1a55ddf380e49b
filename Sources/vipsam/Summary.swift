internal import VipsamKit
internal import VipsamRun

/// What a person reads at the end of a run; the last line matters most.
struct Summary {
    private let result: RunResult
    private let reportPath: String?
    private let unusedPrompts: [Diagnostic]
    private let manner: BatchManner

    /// Reasons and rows shown; more are counted.
    private static let shown = 5

    init(_ result: RunResult, reportPath: String?, unusedPrompts: [Diagnostic], _ manner: BatchManner) {
        self.result = result
        self.reportPath = reportPath
        self.unusedPrompts = unusedPrompts
        self.manner = manner
    }

    func show() {
        // The machine log has said everything already.
        if manner.logsJSON { return }
        Descriptor.write(FailureList(result.outcomes).rendered(Terminal.style), to: Descriptor.standardError)
        if manner.quiet { return }
        list(.skipped)
        list(.review)
        rows(unusedPrompts.map { ($0.mark.map { "\($0): " } ?? "") + $0.message })
        if manner.verbose { rows(result.warnings) }
        let failed = result.count(.failed)
        var parts = ["\(result.count(.ok)) done"]
        if failed > 0 { parts.append("\(failed) failed") }
        if result.count(.skipped) > 0 { parts.append("\(result.count(.skipped)) skipped") }
        if result.count(.review) > 0 { parts.append("\(result.count(.review)) to review") }
        if result.left > 0 { parts.append("\(result.left) left") }
        let seconds = (result.seconds * 10).rounded() / 10
        var line = parts.joined(separator: ", ") + " in \(seconds) s"
        if result.left > 0, let reason = result.stopReason { line += " (stopped: \(reason.rawValue))" }
        if let reportPath { line += "; report: \(reportPath)" }
        Terminal.say(line)
    }

    private func list(_ status: Outcome.Status) {
        let word = status == .review ? "to review" : status.rawValue
        rows(result.outcomes.filter { $0.status == status }.map { outcome in
            "\(word): \(outcome.input): \(outcome.reasons.joined(separator: "; "))"
        })
    }

    private func rows(_ texts: [String]) {
        for text in texts.prefix(manner.verbose ? texts.count : Self.shown) { Terminal.say(text) }
        if !manner.verbose, texts.count > Self.shown { Terminal.say("… and \(texts.count - Self.shown) more (-v shows all)") }
    }
}

/// Who watches a run.
enum Watchers {
    static func make(_ manner: BatchManner) -> any RunObserver {
        if manner.logsJSON { return MachineLog(Descriptor.standardError) }
        if manner.verbose { return EveryPicture() }
        let isTerminal = Descriptor.isTerminal(Descriptor.standardError)
        let isDumb = Environment["TERM"] == "dumb"
        switch manner.quiet ? .none : manner.progress ?? (isTerminal && !isDumb ? .bar : .lines) {
        case .bar: return ProgressBar(Descriptor.standardError, isColoured: Terminal.style == .colour)
        case .lines: return ProgressLines(Descriptor.standardError)
        case .none: return Silence()
        }
    }
}

/// `-v`: one line per picture, with what was remarked about it.
private struct EveryPicture: RunObserver {
    func finished(_ outcome: Outcome, _ progress: Progress) {
        let outputs = outcome.outputs.isEmpty ? "" : " → " + outcome.outputs.joined(separator: ", ")
        Terminal.say("\(progress.done)/\(progress.total) \(outcome.status.rawValue) \(outcome.input)\(outputs)")
        outcome.notes.forEach { Terminal.say("  \($0)") }
    }
}
