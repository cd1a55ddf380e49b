/// One JSON object per line, for programs that watch (`--log json`; docs/report.md says what is in it).
public struct MachineLog: RunObserver {
    private let descriptor: Int32

    public init(_ descriptor: Int32) { self.descriptor = descriptor }

    public func began(_ progress: Progress) {
        write(.object(["v": .integer(1), "event": .text("start"), "items": .integer(progress.total)]))
    }

    public func finished(_ outcome: Outcome, _ progress: Progress) {
        guard case .object(let item) = outcome.json else { return }
        write(.object([JSON.Entry("v", .integer(1)), JSON.Entry("event", .text("item"))] + item))
    }

    public func ended(_ result: RunResult) {
        guard case .object(let totals) = result.totals else { return }
        write(.object([JSON.Entry("v", .integer(1)), JSON.Entry("event", .text("end"))] + totals))
    }

    private func write(_ json: JSON) { Descriptor.write(json.line + "\n", to: descriptor) }
}
