internal import Glibc

/// The polite ways to ask this process to end: Ctrl-C and SIGTERM.
public enum Signals {
    /// The handler writes a byte, a thread reads it. Blocking the signals would not do: BLAS starts
    /// threads before `main`, and a signal that one of them may take ends the process.
    private static let wire: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }()

    /// Waits for them on a thread of its own.
    ///
    /// - Parameter received: called on that thread with 1 for the first signal, 2 for the second, ….
    public static func watch(_ received: @escaping @Sendable (_ count: Int) -> Void) {
        let source = wire.read
        let thread = SystemThread {
            var count = 0
            var byte: UInt8 = 0
            while true {
                let got = read(source, &byte, 1)
                if got < 0, errno == EINTR { continue }
                guard got == 1 else { return }
                count += 1
                received(count)
            }
        }
        thread?.detach()
        for number in [SIGINT, SIGTERM] { signal(number) { _ in _ = write(Signals.wire.write, [1], 1) } }
        unblock([SIGINT, SIGTERM])
    }

    /// Whoever started us may have blocked them, and a child inherits that.
    private static func unblock(_ numbers: [Int32]) {
        let set = UnsafeMutablePointer<sigset_t>.allocate(capacity: 1)
        defer { set.deallocate() }
        sigemptyset(set)
        for number in numbers { sigaddset(set, number) }
        pthread_sigmask(SIG_UNBLOCK, set, nil)
    }

    /// Writing to a pipe that nobody reads is an error to handle, not the end of the process.
    public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Ends the process now: nothing more is written, no thread is waited for.
    public static func endNow(_ code: ExitCode) -> Never { _exit(code.rawValue) }
}
