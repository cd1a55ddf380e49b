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

    /// The mean [width] of a query: each band counts by its greatest score against that of all. The greatest scores are
    /// used up.
    func merge(_ query: Int, into mean: MutableFloats) {
        var top = -Float.infinity, total: Float = 0
        for band in 0..<bands { top = max(top, greatest[band * queries + query]) }
        for band in 0..<bands {
            let place = band * queries + query
            greatest[place] = Kernels.exponential(greatest[place] - top)
            total += greatest[place] * weight[place]
        }
        mean.update(repeating: 0, count: width)
        for band in 0..<bands {
            let place = band * queries + query
            Kernels.addScaled(width, sums + place * width, by: greatest[place] / total, into: mean)
        }
    }

    /// The means [queries, width] of all queries.
    func merge(into means: MutableFloats, _ crew: Crew) {
        crew.spread(queries) { query, _ in merge(query, into: means + query * width) }
    }
}
