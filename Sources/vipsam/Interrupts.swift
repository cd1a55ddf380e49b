internal import Synchronization
internal import VipsamRun

/// What Ctrl-C and SIGTERM do: before a run begins they end the process; then the first asks politely,
/// and the second drops everything.
final class Interrupts: Sendable {
    let stop = StopControl()
    private let outputs = Mutex<OutputFolder?>(nil)

    static func watch() -> Interrupts {
        let interrupts = Interrupts()
        Signals.watch { count in interrupts.received(count) }
        return interrupts
    }

    /// From now on there is something to finish.
    func guardOutputs(_ folder: OutputFolder) { outputs.withLock { $0 = folder } }

    private func received(_ count: Int) {
        let folder = outputs.withLock { $0 }
        guard folder != nil, count == 1 else {
            folder?.abandon()
            Signals.endNow(.stopped)
        }
        stop.stop(.signal)
        Terminal.say("stopping after the pictures in work; once more to stop now")
    }
}
