internal import Glibc
internal import Synchronization

/// Hands out the numbers of a list to threads, gathers what they make of them, and lets one thread
/// wait for it.
///
/// Results stand in the order of the list, whoever made them.
final class WorkQueue<Result: Sendable>: Sendable {
    private struct State {
        var next = 0
        var active = 0
        var finished = 0
        var results: [Result?]
    }

    let count: Int
    private let state: Mutex<State>
    /// Workers write a byte when something happened; the waiting thread reads.
    private let wakeUp: (read: Int32, write: Int32)

    /// Without a pipe (no descriptor is free), waiting is done in steps of its time limit.
    init(_ count: Int) {
        self.count = count
        self.state = Mutex(State(results: Array(repeating: nil, count: count)))
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
        }
        wakeUp = (ends[0], ends[1])
    }

    deinit {
        close(wakeUp.read)
        close(wakeUp.write)
    }

    /// The next number; nil when none is left.
    func take() -> Int? {
        state.withLock { state in
            guard state.next < count else { return nil }
            defer { state.next += 1 }
            state.active += 1
            return state.next
        }
    }

    func finish(_ index: Int, _ result: Result) {
        state.withLock { state in
            state.active -= 1
            state.finished += 1
            state.results[index] = result
        }
        wake()
    }

    /// A number is given back without a result: its work was dropped.
    func drop(_ index: Int) {
        state.withLock { $0.active -= 1 }
        wake()
    }

    func wake() { _ = write(wakeUp.write, [0], 1) }

    var results: [Result?] { state.withLock(\.results) }

    /// Numbers that have a result.
    var finished: Int { state.withLock(\.finished) }

    /// Numbers that are in work.
    var active: Int { state.withLock(\.active) }

    /// Waits until something happened, at most so long.
    func wait(milliseconds: Int32) {
        var entry = pollfd(fd: wakeUp.read, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, milliseconds)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(wakeUp.read, &buffer, buffer.count) == buffer.count {}
    }
}
