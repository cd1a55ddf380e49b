internal import Synchronization

/// Asks a run to end: politely at first, then now.
public final class StopControl: Sendable {
    public enum Reason: String, Sendable {
        case signal, timeLimit = "time limit", error
    }

    private struct State {
        var reason: Reason?
        var since = 0.0
        var isNow = false
    }

    private let state = Mutex(State())

    public init() {}

    /// No more items are taken; those in work may finish. The first reason counts.
    public func stop(_ reason: Reason) {
        state.withLock { state in
            guard state.reason == nil else { return }
            state.reason = reason
            state.since = RunClock.seconds
        }
    }

    /// Items in work are dropped.
    public func stopNow() {
        stop(.signal)
        state.withLock { $0.isNow = true }
    }

    public var reason: Reason? { state.withLock(\.reason) }

    var isNow: Bool { state.withLock(\.isNow) }

    /// Whether the grace period is over. A stop after an error waits for what is in work.
    func isOverdue(grace: Double) -> Bool {
        state.withLock { state in
            guard let reason = state.reason else { return false }
            return state.isNow || reason != .error && RunClock.seconds - state.since > grace
        }
    }
}
