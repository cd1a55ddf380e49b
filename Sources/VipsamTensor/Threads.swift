/// A fixed number of threads over which independent pieces of work are spread.
///
/// Which thread takes which piece varies from run to run; the pieces themselves must therefore not depend on it, nor on
/// `count`. Every layer cuts its work into pieces of a fixed shape, so no result depends on the number of threads.
///
/// A call from inside a piece, or while another thread is using the same value, runs its pieces one after the other on
/// the calling thread.
public struct Threads: Sendable {
    /// Number of threads that work at a time, the calling one included.
    public let count: Int
    private let pool: ThreadPool

    /// Starts `count - 1` threads; they end when the last copy of this value is gone.
    public init(_ count: Int) {
        self.count = max(count, 1)
        self.pool = ThreadPool(helpers: max(count, 1) - 1)
    }

    /// The calling thread alone.
    public static var one: Threads { Threads(1) }

    /// Calls `body` once for each index below `n`, in no particular order, and waits for all.
    public func forEach(_ n: Int, _ body: @Sendable (Int) -> Void) {
        pool.run(n) { index, _ in body(index) }
    }

    /// The results of `body` for each index below `n`, in the order of the indices.
    public func map<Result: Sendable>(_ n: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
        var results = [Result?](repeating: nil, count: n)
        results.withUnsafeMutableBufferPointer { slots in
            pool.run(n) { index, _ in slots[index] = body(index) }
        }
        return results.compactMap { $0 }
    }

    /// Like `forEach`, with working memory of the thread. `body` may write through pointers, to places that no other
    /// index reads or writes.
    package func spread(_ n: Int, _ body: (Int, Scratch) -> Void) {
        pool.run(n) { index, scratch in scratch.frame { body(index, scratch) } }
    }

    /// Cuts `rows` into blocks of at most `block` and calls `body` with the first row and the number of rows of each.
    package func spreadRows(_ rows: Int, by block: Int, _ body: (Int, Int, Scratch) -> Void) {
        pool.run((rows + block - 1) / block) { index, scratch in
            let first = index * block
            scratch.frame { body(first, min(block, rows - first), scratch) }
        }
    }
}
