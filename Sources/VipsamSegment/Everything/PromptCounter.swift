import Synchronization

/// Counts prompts that are done, from any thread.
final class PromptCounter: Sendable {
    private let done = Atomic<Int>(0)
    private let all: Int
    private let report: (@Sendable (Int, Int) -> Void)?

    init(all: Int, report: (@Sendable (Int, Int) -> Void)?) {
        self.all = all
        self.report = report
    }

    func advance() {
        guard let report else { return }
        report(done.wrappingAdd(1, ordering: .relaxed).newValue, all)
    }
}
