internal import Synchronization

/// Plain lines for logs: one every 30 seconds, or every 5 % where that comes first.
public final class ProgressLines: RunObserver {
    private static let seconds = 30.0
    private static let steps = 20

    private let descriptor: Int32
    private let last: Mutex<(time: Double, step: Int)>

    public init(_ descriptor: Int32) {
        self.descriptor = descriptor
        self.last = Mutex((RunClock.seconds, 0))
    }

    public func tick(_ progress: Progress) { look(progress) }

    public func finished(_ outcome: Outcome, _ progress: Progress) { look(progress) }

    private func look(_ progress: Progress) {
        let now = RunClock.seconds
        let step = Int(progress.fraction * Double(Self.steps))
        let isDue = last.withLock { last in
            guard now - last.time >= Self.seconds || step > last.step else { return false }
            last = (now, step)
            return true
        }
        // The end is told by the summary.
        if isDue, progress.done < progress.total { Descriptor.write(progress.text + "\n", to: descriptor) }
    }
}
