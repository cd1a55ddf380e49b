internal import Glibc

/// The polite ways to ask this process to end: Ctrl-C and SIGTERM.
public enum Signals {
    /// Waits for them on a thread of its own; everywhere else they are blocked from now on.
    ///
    /// Call it before other threads start, because threads inherit what is blocked.
    ///
    /// - Parameter received: called on that thread with 1 for the first signal, 2 for the second, ….
    public static func watch(_ received: @escaping @Sendable (_ count: Int) -> Void) {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let thread = SystemThread {
            var waited = sigset_t()
            sigemptyset(&waited)
            sigaddset(&waited, SIGINT)
            sigaddset(&waited, SIGTERM)
            var count = 0
            while true {
                var number: Int32 = 0
                guard sigwait(&waited, &number) == 0 else { continue }
                count += 1
                received(count)
            }
        }
        thread?.detach()
    }

    /// Writing to a pipe that nobody reads is an error to handle, not the end of the process.
    public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Ends the process now: nothing more is written, no thread is waited for.
    public static func endNow(_ code: ExitCode) -> Never { _exit(code.rawValue) }
}
