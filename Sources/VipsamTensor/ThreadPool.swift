import CKernels
import Foundation
import Synchronization

/// Helper threads that wait for a job and work it off together with the caller.
final class ThreadPool: Sendable {
    private let board: JobBoard
    private let helpers: Int

    init(helpers: Int) {
        self.helpers = helpers
        self.board = JobBoard(slots: helpers + 1)
        for slot in 0..<helpers {
            let thread = Thread { [board] in board.serve(slot: slot + 1) }
            thread.name = "vipsam-\(slot + 1)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit {
        board.close()
    }

    /// Runs `body` for each index below `n`; inline when the pool is busy or of no use.
    func run(_ n: Int, _ body: (Int, Scratch) -> Void) {
        guard n > 0 else { return }
        guard board.claim() else {
            let scratch = Scratch()
            for index in 0..<n { body(index, scratch) }
            return
        }
        defer { board.release() }
        if helpers == 0 || n == 1 {
            for index in 0..<n { body(index, board.callerScratch) }
        } else {
            board.post(n, body)
        }
    }
}

/// What the pool's threads share. Plain variables are only touched under `lock`, except `scratch`, whose entry `i`
/// belongs to the thread of slot `i` (slot 0: the caller, which holds the claim).
///
/// Jobs of a decoder follow each other within microseconds, and waking a sleeping thread takes as long as many of them:
/// whoever waits looks at an atomic for a moment before going to sleep. A helper counts only once it has joined a job;
/// one that comes late finds none, so the caller never waits for a thread that the system has not woken yet.
private final class JobBoard: Sendable {
    /// Looks at an atomic before sleeping, about a tenth of a millisecond in all.
    private static let patience = 4000

    private let lock = NSCondition()
    private let claimed = Atomic<Bool>(false)
    private let next = Atomic<Int>(0)
    /// Counts the jobs; changes only under `lock`.
    private let generation = Atomic<Int>(0)
    /// Helpers that have joined the job; goes up only under `lock`, and only while there is a job.
    private let working = Atomic<Int>(0)
    private nonisolated(unsafe) let scratch: [Scratch]
    private nonisolated(unsafe) var body: ((Int, Scratch) -> Void)?
    private nonisolated(unsafe) var count = 0
    private nonisolated(unsafe) var closed = false

    init(slots: Int) {
        scratch = (0..<slots).map { _ in Scratch() }
    }

    var callerScratch: Scratch { scratch[0] }

    func claim() -> Bool {
        claimed.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    }

    func release() {
        claimed.store(false, ordering: .releasing)
    }

    func post(_ n: Int, _ body: (Int, Scratch) -> Void) {
        withoutActuallyEscaping(body) { body in
            lock.lock()
            self.body = body
            count = n
            next.store(0, ordering: .relaxed)
            generation.add(1, ordering: .releasing)
            lock.broadcast()
            lock.unlock()

            work(n, body, scratch[0])

            lock.lock()
            self.body = nil
            lock.unlock()
            if wait({ working.load(ordering: .acquiring) == 0 }) { return }
            lock.lock()
            while working.load(ordering: .acquiring) > 0 { lock.wait() }
            lock.unlock()
        }
    }

    func serve(slot: Int) {
        var seen = 0
        while true {
            _ = wait { generation.load(ordering: .acquiring) != seen }
            lock.lock()
            while generation.load(ordering: .relaxed) == seen && !closed { lock.wait() }
            seen = generation.load(ordering: .relaxed)
            let ends = closed
            lock.unlock()
            if ends { return }
            workOnPosted(scratch[slot])
        }
    }

    func close() {
        lock.lock()
        closed = true
        generation.add(1, ordering: .releasing)
        lock.broadcast()
        lock.unlock()
    }

    /// Whether a condition comes true within a moment.
    private func wait(_ condition: () -> Bool) -> Bool {
        for _ in 0..<Self.patience {
            if condition() { return true }
            vk_pause()
        }
        return false
    }

    private func workOnPosted(_ scratch: Scratch) {
        guard join(scratch) else { return }
        if working.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
            lock.lock()
            lock.broadcast()
            lock.unlock()
        }
    }

    /// Joins the job, if there still is one, and works on it. A function of its own so that no reference to the job is
    /// left when the helper reports that it is done.
    @inline(never)
    private func join(_ scratch: Scratch) -> Bool {
        lock.lock()
        let (job, n) = (body, count)
        if job != nil { working.add(1, ordering: .relaxed) }
        lock.unlock()
        guard let job else { return false }
        work(n, job, scratch)
        return true
    }

    private func work(_ n: Int, _ body: (Int, Scratch) -> Void, _ scratch: Scratch) {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= n { return }
            body(index, scratch)
        }
    }
}
