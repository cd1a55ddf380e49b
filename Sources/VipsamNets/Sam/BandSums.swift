import VipsamTensor

/// Softmax over the cells of a picture that is gone over in bands: for each query a band gives a greatest score, a sum
/// of exponentials against it, and a weighted sum of something; they are put together in the order of the bands.
struct BandSums {
    let bands: Int, queries: Int, width: Int
    private let sums: MutableFloats, greatest: MutableFloats, weight: MutableFloats

    init(bands: Int, queries: Int, width: Int, _ scratch: Scratch) {
        (self.bands, self.queries, self.width) = (bands, queries, width)
        sums = scratch.take(bands * queries * width)
        greatest = scratch.take(bands * queries)
        weight = scratch.take(bands * queries)
    }

    /// Where a band leaves its sums [queries, width], greatest scores and sums of exponentials [queries].
    func of(_ band: Int) -> (sums: MutableFloats, greatest: MutableFloats, weight: MutableFloats) {
        (sums + band * queries * width, greatest + band * queries, weight + band * queries)
    }

    /// The mean [width] of a query: each band counts by its greatest score against that of all.
    func merge(_ query: Int, into mean: MutableFloats) {
        let tops = (0..<bands).map { greatest[$0 * queries + query] }
        let top = tops.reduce(-Float.infinity) { max($0, $1) }
        let factors = tops.map { Kernels.exponential($0 - top) }
        let total = (0..<bands).reduce(Float(0)) { $0 + factors[$1] * weight[$1 * queries + query] }
        mean.update(repeating: 0, count: width)
        for band in 0..<bands {
            Kernels.addScaled(width, sums + (band * queries + query) * width, by: factors[band] / total, into: mean)
        }
    }

    /// The means [queries, width] of all queries.
    func merge(into means: MutableFloats, _ crew: Crew) {
        crew.spread(queries) { query, _ in merge(query, into: means + query * width) }
    }
}
