internal import Glibc
internal import Synchronization
public import VipsamKit
public import VipsamRecipe

/// Lets pictures in while what they need together fits.
///
/// A picture that would not fit even alone is refused; one that does not fit now waits for others to end.
public final class MemoryGate: Sendable {
    /// How often a waiting picture looks again: it has to notice the end of the run as well.
    private static let microseconds: UInt32 = 5_000

    /// Bytes for all pictures together.
    public let capacity: Int
    /// Bytes of the limit, and what of it goes to the program and its model.
    public let limit: Int
    public let shared: Int
    /// Bytes that a model needs for each picture in work.
    public let model: Int
    private let used = Mutex(0)

    /// - Parameters:
    ///   - limit: bytes that the process may use.
    ///   - shared: bytes that it needs whatever the picture.
    ///   - model: bytes that a model needs for each picture in work.
    public init(limit: Int, shared: Int, model: Int) {
        self.model = model
        self.limit = limit
        self.shared = shared
        capacity = max(0, limit - shared)
    }

    /// Runs `body` when there is room for it.
    ///
    /// - Throws: a diagnostic for a picture that never fits, and what `body` throws.
    func admitting<Result>(
        _ need: PictureMemory, of path: String, _ plan: Plan, unless isStopped: () -> Bool, _ body: () throws -> Result
    ) throws -> Result {
        if let refusal = refusal(need, of: path, plan) { throw refusal }
        while !take(need.bytes) {
            if isStopped() { throw Abandoned() }
            usleep(Self.microseconds)
        }
        defer { used.withLock { $0 -= need.bytes } }
        return try body()
    }

    /// What is said about a picture that does not fit even alone; nil for one that does.
    public func refusal(_ need: PictureMemory, of path: String, _ plan: Plan) -> Diagnostic? {
        guard need.bytes > capacity else { return nil }
        let total = SizeText.bytes(need.bytes + shared)
        var diagnostic = Diagnostic.error(
            "'\(path)' needs about \(total) of memory, but \(SizeText.bytes(limit)) are allowed")
        if let reason = need.reason { diagnostic = diagnostic.noting(reason) }
        if case .random(let because) = plan.access {
            diagnostic.mark = because.first?.mark
            for step in because.dropFirst() { diagnostic = diagnostic.noting(step.message, at: step.mark) }
        }
        return diagnostic.noting("--memory allows more, as does 'run: {memory: …}' of the recipe")
    }

    private func take(_ bytes: Int) -> Bool {
        used.withLock { used in
            guard used + bytes <= capacity else { return false }
            used += bytes
            return true
        }
    }
}
