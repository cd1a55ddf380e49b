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
            board.post(n, body, helpers: helpers)
        }
    }
}

/// What the pool's threads share. Plain variables are only touched under `lock`, except `scratch`, whose entry `i`
/// belongs to the thread of slot `i` (slot 0: the caller, which holds the claim).
private final class JobBoard: Sendable {
    private let lock = NSCondition()
    private let claimed = Atomic<Bool>(false)
    private let next = Atomic<Int>(0)
    private nonisolated(unsafe) let scratch: [Scratch]
    private nonisolated(unsafe) var body: ((Int, Scratch) -> Void)?
    private nonisolated(unsafe) var count = 0
    private nonisolated(unsafe) var generation = 0
    private nonisolated(unsafe) var working = 0
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

    func post(_ n: Int, _ body: (Int, Scratch) -> Void, helpers: Int) {
        withoutActuallyEscaping(body) { body in
            lock.lock()
            self.body = body
            count = n
            next.store(0, ordering: .relaxed)
            working = helpers
            generation += 1
            lock.broadcast()
            lock.unlock()

            work(n, body, scratch[0])

            lock.lock()
            while working > 0 { lock.wait() }
            self.body = nil
            lock.unlock()
        }
    }

    func serve(slot: Int) {
        var seen = 0
        while true {
            lock.lock()
            while generation == seen && !closed { lock.wait() }
            if closed {
                lock.unlock()
                return
            }
            seen = generation
            lock.unlock()
            workOnPosted(scratch[slot])
            lock.lock()
            working -= 1
            if working == 0 { lock.broadcast() }
            lock.unlock()
        }
    }

    func close() {
        lock.lock()
        closed = true
        lock.broadcast()
        lock.unlock()
    }

    /// A function of its own so that no reference to the job is left when the helper reports that it is done.
    @inline(never)
    private func workOnPosted(_ scratch: Scratch) {
        lock.lock()
        let (job, n) = (body, count)
        lock.unlock()
        if let job { work(n, job, scratch) }
    }

    private func work(_ n: Int, _ body: (Int, Scratch) -> Void, _ scratch: Scratch) {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= n { return }
            body(index, scratch)
        }
    }
}
