/// Working memory of one thread, kept between uses so that loops need not allocate.
///
/// Memory is handed out like a stack: what `take` gives inside `frame` is taken back when `frame` returns.
package final class Scratch {
    private var chunks: [UnsafeMutableBufferPointer<Float>] = []
    private var chunk = 0
    private var used = 0

    /// Chunks are at least this many floats (4 MiB).
    private static let chunkFloats = 1 << 20

    package init() {}

    deinit {
        for chunk in chunks { UnsafeMutableRawPointer(chunk.baseAddress)?.deallocate() }
    }

    /// Runs `body`, then takes back all that it took.
    package func frame<R>(_ body: () -> R) -> R {
        let (chunk, used) = (chunk, used)
        defer { (self.chunk, self.used) = (chunk, used) }
        return body()
    }

    /// Uninitialised memory for `count` floats, aligned to 64 bytes, until the surrounding `frame` ends.
    package func take(_ count: Int) -> UnsafeMutablePointer<Float> {
        let wanted = (count + 15) & ~15
        while chunk < chunks.count {
            if chunks[chunk].count - used >= wanted, let start = chunks[chunk].baseAddress {
                defer { used += wanted }
                return start + used
            }
            chunk += 1
            used = 0
        }
        let size = max(wanted, Self.chunkFloats)
        let memory = LargeMemory.allocate(bytes: size * MemoryLayout<Float>.stride)
        let start = memory.bindMemory(to: Float.self, capacity: size)
        chunks.append(UnsafeMutableBufferPointer(start: start, count: size))
        used = wanted
        return start
    }

    /// Like `take`, for whole numbers.
    package func takeIntegers(_ count: Int) -> UnsafeMutablePointer<Int> {
        UnsafeMutableRawPointer(take(2 * count)).bindMemory(to: Int.self, capacity: count)
    }
}
