/// For each patch that overlaps a hole, the known patch that looks most like it.
///
/// The search of PatchMatch (Barnes, Shechtman, Finkelstein and Goldman 2009): good matches are
/// handed on to neighbours, and random ones are tried at shrinking distances. The generator is
/// seeded, and nothing runs in parallel: the same hole is filled with the same bytes.
struct PatchField {
    /// Patches are 7×7, as in the paper.
    static let radius = 3

    let width: Int
    let height: Int
    /// Patches to be matched: those that overlap the hole; indices of their centres, row by row.
    let targets: [Int]
    /// Centres of patches that are wholly known.
    private let sources: [Int]
    private let isSource: [Bool]
    private let isTarget: [Bool]
    /// The match of each pixel that is a target; −1 elsewhere.
    private(set) var match: [Int32]
    /// Its squared difference, summed over the patch.
    private(set) var difference: [Float]
    private var random: UInt64

    /// Nil where no patch is wholly known.
    init?(_ region: HoleRegion, seed: UInt64) {
        width = region.width
        height = region.height
        random = seed &* 2 &+ 1
        let r = Self.radius
        let near = Self.spread(region.hole, width, height, by: r)
        var isSource = near.map { !$0 }
        for y in 0..<height {
            for x in 0..<width where x < r || y < r || x >= width - r || y >= height - r {
                isSource[y * width + x] = false
            }
        }
        sources = isSource.indices.filter { isSource[$0] }
        guard !sources.isEmpty else { return nil }
        self.isSource = isSource
        targets = near.indices.filter { near[$0] }
        isTarget = near
        match = [Int32](repeating: -1, count: width * height)
        difference = [Float](repeating: .infinity, count: width * height)
    }

    /// Matches from a field of half the size; random ones where that has none.
    mutating func start(from coarse: PatchField?, _ pixels: [SIMD4<Float>]) {
        for t in targets {
            var candidate = -1
            if let coarse {
                let x = t % width, y = t / width
                let small = min(y / 2, coarse.height - 1) * coarse.width + min(x / 2, coarse.width - 1)
                let m = Int(coarse.match[small])
                if m >= 0 {
                    let sx = m % coarse.width * 2 + x % 2, sy = m / coarse.width * 2 + y % 2
                    if sx < width, sy < height, isSource[sy * width + sx] { candidate = sy * width + sx }
                }
            }
            if candidate < 0 { candidate = sources[Int(next() % UInt64(sources.count))] }
            match[t] = Int32(candidate)
        }
        measure(pixels)
    }

    /// Differences anew, after the pixels of the hole have changed.
    mutating func measure(_ pixels: [SIMD4<Float>]) {
        pixels.withUnsafeBufferPointer { p in
            for t in targets { difference[t] = distance(p, t, Int(match[t]), atMost: .infinity) }
        }
    }

    /// All matches count alike until they are measured again.
    mutating func forgetDifferences() {
        for t in targets { difference[t] = .infinity }
    }

    /// One pass over all targets, forwards or backwards.
    mutating func improve(_ pixels: [SIMD4<Float>], backwards: Bool) {
        let step = backwards ? 1 : -1
        let widest = max(width, height)
        pixels.withUnsafeBufferPointer { p in
            for k in targets.indices {
                let t = targets[backwards ? targets.count - 1 - k : k]
                let x = t % width
                // What suits the neighbour suits here, moved along with it.
                if x + step >= 0, x + step < width { offer(p, t, t + step, -step) }
                let row = t + step * width
                if row >= 0, row < match.count { offer(p, t, row, -step * width) }
                var reach = widest
                while reach >= 1 {
                    let m = Int(match[t])
                    let span = UInt64(2 * reach + 1)
                    let sx = m % width + Int(next() % span) - reach, sy = m / width + Int(next() % span) - reach
                    if sx >= 0, sy >= 0, sx < width, sy < height { `try`(p, t, sy * width + sx) }
                    reach /= 2
                }
            }
        }
    }

    // MARK: - Candidates

    private mutating func offer(_ p: UnsafeBufferPointer<SIMD4<Float>>, _ t: Int, _ neighbour: Int, _ move: Int) {
        guard isTarget[neighbour] else { return }
        let m = Int(match[neighbour]) + move
        guard m >= 0, m < isSource.count else { return }
        `try`(p, t, m)
    }

    private mutating func `try`(_ p: UnsafeBufferPointer<SIMD4<Float>>, _ t: Int, _ source: Int) {
        guard isSource[source], source != Int(match[t]) else { return }
        let d = distance(p, t, source, atMost: difference[t])
        if d < difference[t] {
            difference[t] = d
            match[t] = Int32(source)
        }
    }

    /// Sum of squared differences; parts of the target's patch outside the picture count as equal.
    /// Given up row by row once it is above `limit`.
    @inline(__always)
    private func distance(_ p: UnsafeBufferPointer<SIMD4<Float>>, _ t: Int, _ s: Int, atMost limit: Float) -> Float {
        let r = Self.radius
        let x = t % width, y = t / width
        var total: Float = 0
        let left = max(-r, -x), right = min(r, width - 1 - x)
        for dy in max(-r, -y)...min(r, height - 1 - y) {
            var sum = SIMD4<Float>.zero
            let a = t + dy * width, b = s + dy * width
            var dx = left
            while dx <= right {
                let d = p[a + dx] - p[b + dx]
                sum += d * d
                dx += 1
            }
            total += sum.sum()
            if total >= limit { return total }
        }
        return total
    }

    // MARK: - Helpers of the search

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var z = random
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Whether a square of this radius around a pixel meets a set one; rows first, then columns.
    private static func spread(_ set: [Bool], _ width: Int, _ height: Int, by r: Int) -> [Bool] {
        var rows = [Bool](repeating: false, count: set.count)
        for y in 0..<height {
            for x in 0..<width where set[y * width + x] {
                for sx in max(0, x - r)...min(width - 1, x + r) { rows[y * width + sx] = true }
            }
        }
        var both = [Bool](repeating: false, count: set.count)
        for y in 0..<height {
            for x in 0..<width where rows[y * width + x] {
                for sy in max(0, y - r)...min(height - 1, y + r) { both[sy * width + x] = true }
            }
        }
        return both
    }
}
