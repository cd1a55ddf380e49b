/// Somebody who watches a run: a progress bar, a log.
public protocol RunObserver: Sendable {
    func began(_ progress: Progress)
    /// About ten times a second, from the thread that waits.
    func tick(_ progress: Progress)
    /// One call at a time, in the order in which items end.
    func finished(_ outcome: Outcome, _ progress: Progress)
    func ended(_ result: RunResult)
}

extension RunObserver {
    public func began(_ progress: Progress) {}
    public func tick(_ progress: Progress) {}
    public func finished(_ outcome: Outcome, _ progress: Progress) {}
    public func ended(_ result: RunResult) {}
}

/// Nobody watches.
public struct Silence: RunObserver {
    public init() {}
}

/// Several that watch.
public struct Audience: RunObserver {
    private let all: [any RunObserver]

    public init(_ all: [any RunObserver]) { self.all = all }

    public func began(_ progress: Progress) { all.forEach { $0.began(progress) } }
    public func tick(_ progress: Progress) { all.forEach { $0.tick(progress) } }
    public func finished(_ outcome: Outcome, _ progress: Progress) { all.forEach { $0.finished(outcome, progress) } }
    public func ended(_ result: RunResult) { all.forEach { $0.ended(result) } }
}
