internal import COpenBLAS
internal import VipsamRun
internal import VipsamTensor

/// How fast OpenBLAS multiplies matrices here: the measure for everything else.
enum SgemmSpeed {
    /// Of the size that the encoder of vit_b multiplies: large enough to reach the peak.
    private static let rows = 1024, columns = 3072, depth = 768

    private static let rounds = 4

    /// Products per thread and round: so many that making the matrices does not count.
    private static let products = 8

    /// GFLOP/s of one product per thread, all at once, each with one thread of BLAS; the best round.
    static func measure(threads: Threads) -> Double {
        openblas_set_num_threads(1)
        let flop = 2.0 * Double(products) * Double(rows) * Double(columns) * Double(depth)
        var best = 0.0
        for _ in 0..<rounds {
            let start = RunClock.seconds
            threads.forEach(threads.count) { _ in multiply() }
            best = max(best, flop * Double(threads.count) / (RunClock.seconds - start) / 1e9)
        }
        return best
    }

    private static func multiply() {
        let a = [Float](repeating: 0.5, count: rows * depth), b = [Float](repeating: 0.25, count: depth * columns)
        var c = [Float](repeating: 0, count: rows * columns)
        for _ in 0..<products {
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(depth), 1, a,
                Int32(depth), b, Int32(columns), 0, &c, Int32(columns))
        }
    }
}
