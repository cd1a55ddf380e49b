internal import Glibc
internal import Synchronization
public import VipsamKit
public import VipsamRecipe

/// Lets pictures in while what they need together fits.
///
/// A picture that would not fit even alone is refused; one that does not fit now waits for others to end. What a picture
/// turns out to need on its way (the size of a hole, say) it borrows, and waits for in the same manner.
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
    private let state = Mutex(State())

    private struct State: Sendable {
        /// Bytes given out.
        var used = 0
        /// Pictures that were let in, and those of them that wait for more.
        var inside = 0, waiting = 0
    }

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
        try wait(unless: isStopped) { state in
            guard state.waiting == 0, state.used + need.bytes <= capacity else { return false }
            state.inside += 1
            state.used += need.bytes
            return true
        }
        defer {
            state.withLock {
                $0.inside -= 1
                $0.used -= need.bytes
            }
        }
        return try body()
    }

    /// Runs `body` when there is room for so many bytes more, for a picture that was let in with `held`.
    ///
    /// No other picture is let in meanwhile. Where all that are inside wait, none of them would ever end: then one goes
    /// first although it does not fit beside the others, which stand still.
    ///
    /// - Throws: a diagnostic where it would not fit even alone, and what `body` throws.
    func lending(
        _ bytes: Int, for purpose: String, holding held: Int, unless isStopped: () -> Bool, _ body: () throws -> Void
    ) throws {
        guard held + bytes <= capacity else {
            throw Diagnostic.error(
                "\(purpose) needs about \(SizeText.bytes(shared + held + bytes)) of memory, but "
                    + "\(SizeText.bytes(limit)) are allowed"
            ).noting(Self.remedy)
        }
        state.withLock { $0.waiting += 1 }
        do {
            try wait(unless: isStopped) { state in
                guard state.used + bytes <= capacity || state.waiting == state.inside else { return false }
                state.waiting -= 1
                state.used += bytes
                return true
            }
        } catch {
            state.withLock { $0.waiting -= 1 }
            throw error
        }
        defer { state.withLock { $0.used -= bytes } }
        try body()
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
        return diagnostic.noting(Self.remedy)
    }

    private static let remedy = "--memory allows more, as does 'run: {memory: …}' of the recipe"

    /// Looks again and again until `enter` says yes.
    private func wait(unless isStopped: () -> Bool, _ enter: (inout State) -> Bool) throws {
        while !state.withLock({ enter(&$0) }) {
            if isStopped() { throw Abandoned() }
            usleep(Self.microseconds)
        }
    }
}
