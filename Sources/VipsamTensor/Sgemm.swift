import COpenBLAS

/// How fast plain matrix products are on this machine: the floor that everything else is held against.
public enum Sgemm {
    /// Side of the square matrices that are multiplied.
    private static let side = 1536

    /// GFLOP/s (10⁹ multiplications and additions per second) of all threads together.
    public struct Rate: Sendable, Hashable {
        public let openBLAS: Double
        /// The processor that OpenBLAS believes to be on. Old versions do not know new processors and are slow there.
        public let openBLASCore: String
        public let ownKernels: Double
        /// Instruction set of our own kernels: `scalar`, `neon`, `avx2` or `avx512`.
        public let ownLevel: String

        public var best: Double { max(openBLAS, ownKernels) }
    }

    /// Measures both, in turns, each thread multiplying matrices of its own; the best of `rounds` rounds counts.
    public static func rate(threads: Threads, rounds: Int = 5) -> Rate {
        openblas_set_num_threads(1)
        let a = matrix(1), b = matrix(2)
        let results = (0..<threads.count).map { _ in Scratch() }
        let packed = PackedMatrix(transposing: b)
        var times = (openBLAS: Double.infinity, own: Double.infinity)
        let targets = results.map { $0.take(side * side) }
        withExtendedLifetime((a, b, results)) {
            for _ in 0..<max(rounds, 1) {
                times.openBLAS = min(times.openBLAS, time(threads) { index, _ in
                    let n = Int32(side)
                    cblas_sgemm(
                        CblasRowMajor, CblasNoTrans, CblasTrans, n, n, n, 1, a.base, n, b.base, n, 0, targets[index], n)
                })
                times.own = min(times.own, time(threads) { index, scratch in
                    packed.panels.multiply(side, a.base, side, into: targets[index], side, scratch)
                })
            }
        }
        let work = 2e-9 * Double(side) * Double(side) * Double(side) * Double(threads.count)
        return Rate(
            openBLAS: work / times.openBLAS, openBLASCore: String(cString: openblas_get_corename()),
            ownKernels: work / times.own, ownLevel: Kernels.levelName)
    }

    private static func time(_ threads: Threads, _ body: (Int, Scratch) -> Void) -> Double {
        let clock = ContinuousClock()
        let taken = clock.measure { threads.spread(threads.count, body) }
        return Double(taken.components.seconds) + 1e-18 * Double(taken.components.attoseconds)
    }

    private static func matrix(_ seed: Int) -> Tensor {
        Tensor([side, side], (0..<side * side).map { Float(($0 &* seed) % 97) / 97 - 0.5 })
    }
}
