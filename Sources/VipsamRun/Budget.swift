/// Who gets how many threads: one owner of parallelism, decided once at the start.
///
/// Total threads are about the cores. Many small pictures go fastest one per core; few pictures share
/// the cores inside each of them.
public struct Budget: Sendable, Equatable {
    /// Bytes that one worker needs with a model and without: encoder, decoder and pixels of a photo.
    package static let perWorkerWithModel = 1_200_000_000
    package static let perWorker = 300_000_000

    public let cores: Int
    /// Images at once.
    public let workers: Int
    /// Threads that heavy operations of one worker use.
    public let threadsPerWorker: Int
    /// Threads that libvips uses for one image.
    public let imageThreads: Int

    /// - Parameters:
    ///   - jobs: images at once as the user wants it; nil = as many as cores and memory allow.
    ///   - items: how many pictures there are; more workers would have nothing to do.
    ///   - memory: bytes that all workers may use together; nil = no limit is known.
    public init(cores: Int, jobs: Int? = nil, items: Int = .max, memory: Int? = nil, usesModel: Bool = false) {
        let cores = max(1, cores)
        let each = usesModel ? Self.perWorkerWithModel : Self.perWorker
        let fitting = memory.map { max(1, $0 / each) } ?? .max
        let wanted = jobs.map { max(1, $0) } ?? min(cores, fitting)
        self.cores = cores
        self.workers = max(1, min(wanted, max(1, items)))
        self.threadsPerWorker = max(1, cores / workers)
        self.imageThreads = threadsPerWorker
    }
}

/// What a run asks of the libraries that have threads of their own. `main` fills it in, so that this
/// layer knows neither libvips nor BLAS.
public struct ThreadHooks: Sendable {
    /// Called once before the first item.
    public let begin: @Sendable (Budget) -> Void
    /// Called by every worker thread at its end.
    public let workerEnds: @Sendable () -> Void

    public init(
        begin: @escaping @Sendable (Budget) -> Void = { _ in }, workerEnds: @escaping @Sendable () -> Void = {}
    ) {
        self.begin = begin
        self.workerEnds = workerEnds
    }
}
