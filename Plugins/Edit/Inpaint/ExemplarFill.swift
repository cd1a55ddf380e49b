import Foundation

/// Fills a hole with patches of what is around it, from coarse to fine.
///
/// The scheme of Wexler, Shechtman and Irani (2007) with the search of PatchMatch: on each level,
/// find for every patch of the hole the known patch most like it, then let all patches vote on each
/// pixel, and again. Votes weigh more the better they match and the nearer they are to what is known,
/// so that structure grows inwards. How rough the surroundings are counts beside the colours
/// (`Roughness`). The last votes on the finest level are sharpened, because a mean of many patches is
/// smooth and a texture is not; what seams they leave are closed (`SeamCloser`).
package enum ExemplarFill {
    /// A level whose hole is at most this deep (pixels from the rim) is coarse enough to start on.
    private static let shallow = 4
    /// Rounds of search and vote: on the coarsest level, and on the finest.
    private static let mostRounds = 10
    private static let fewestRounds = 2
    /// Above so many patches a level gets one round: its matches come from below anyway.
    private static let large = 600_000
    /// How much one pixel of depth takes from a vote.
    private static let fading: Float = 0.85
    /// By how much good matches count for more than fair ones while levels are worked on: with plain
    /// votes texture drowns in the mean, and the next search prefers blurred patches.
    private static let sharpness: Float = 12
    /// How fast the last votes fall with a patch's excess over the best one at a pixel: a tenth more
    /// difference leaves e⁻⁰·⁸ of the vote.
    private static let decision: Float = 8

    /// - Parameter closesSeams: without that each pixel is a mixture of pixels around the hole.
    /// - Returns: whether there was enough around the hole to fill it from; if not, nothing changed.
    package static func fill(_ region: inout HoleRegion, seed: UInt64, closesSeams: Bool = true) -> Bool {
        guard let origin = pieced(&region, seed: seed) else { return false }
        if closesSeams { SeamCloser.close(&region, origin: origin) }
        return true
    }

    /// - Returns: which known pixel each of the hole is a copy of, −1 outside; nil where nothing was changed.
    private static func pieced(_ region: inout HoleRegion, seed: UInt64) -> [Int32]? {
        var finest = region
        let isRoughnessKnown = Roughness.fits(region)
        if isRoughnessKnown { Roughness.add(to: &finest) }
        var levels = [finest]
        while let last = levels.last, (last.depth(limit: 64).max() ?? 0) > Int32(shallow) {
            let next = last.halved()
            guard min(next.width, next.height) >= 4 * PatchField.radius,
                next.hole.contains(true), PatchField(next, seed: seed) != nil
            else { break }
            levels.append(next)
        }
        guard PatchField(levels[levels.count - 1], seed: seed) != nil else { return nil }

        var below: PatchField?
        var origin: [Int32] = []
        for level in levels.indices.reversed() {
            guard var field = PatchField(levels[level], seed: seed &+ UInt64(level)) else { return nil }
            let votes = Votes(levels[level])
            if below == nil {
                TensionFill.fill(&levels[level])
                field.start(from: nil, levels[level].pixels)
                for k in 0..<4 { field.improve(levels[level].pixels, backwards: k % 2 == 1) }
            } else {
                field.start(from: below, levels[level].pixels)
                // The matches from below paint this level for the first time.
                field.forgetDifferences()
                votes.cast(field, into: &levels[level], sharpness: 1)
                field.measure(levels[level].pixels)
            }
            let share = Double(level) / Double(max(1, levels.count - 1))
            let rounds =
                field.targets.count > large
                ? 1 : fewestRounds + Int((Double(mostRounds - fewestRounds) * share).rounded())
            for round in 0..<rounds {
                field.improve(levels[level].pixels, backwards: false)
                field.improve(levels[level].pixels, backwards: true)
                let isLast = level == 0 && round == rounds - 1
                if isLast {
                    origin = votes.settle(field, into: &levels[level])
                } else {
                    votes.cast(field, into: &levels[level], sharpness: sharpness)
                }
                if !isLast { field.measure(levels[level].pixels) }
            }
            below = field
        }
        region.pixels = levels[0].pixels
        if isRoughnessKnown { Roughness.remove(from: &region) }
        return origin
    }

    /// Turns matches into pixels.
    private struct Votes {
        private let holes: [Int]
        private let trust: [Float]

        init(_ region: HoleRegion) {
            holes = region.holeIndices
            let powers = (0...64).map { powf(ExemplarFill.fading, Float($0)) }
            trust = region.depth(limit: 64).map { powers[Int($0)] }
        }

        /// - Parameter sharpness: by how much good matches count for more than fair ones.
        func cast(_ field: PatchField, into region: inout HoleRegion, sharpness: Float) {
            let width = field.width, height = field.height, r = PatchField.radius
            var sum = [SIMD4<Float>](repeating: .zero, count: width * height)
            var weight = [Float](repeating: 0, count: width * height)
            let spread = 2 * max(1, typicalDifference(field)) / sharpness
            let pixels = region.pixels, hole = region.hole
            for t in field.targets {
                let s = Int(field.match[t])
                let d = field.difference[t]
                let vote = (d.isFinite ? expf(-d / spread) : 1) * trust[t] + 1e-12
                let x = t % width, y = t / width
                for dy in max(-r, -y)...min(r, height - 1 - y) {
                    let row = dy * width
                    for dx in max(-r, -x)...min(r, width - 1 - x) where hole[t + row + dx] {
                        sum[t + row + dx] += pixels[s + row + dx] * vote
                        weight[t + row + dx] += vote
                    }
                }
            }
            for i in holes where weight[i] > 0 { region.pixels[i] = sum[i] / weight[i] }
        }

        /// The last word: at each pixel the patches that match best there, nearly alone. A mean of
        /// many would be smooth, and a texture is not.
        ///
        /// - Returns: where the best one has each pixel from; −1 outside the hole.
        func settle(_ field: PatchField, into region: inout HoleRegion) -> [Int32] {
            let width = field.width, height = field.height, r = PatchField.radius
            var best = [Float](repeating: .infinity, count: width * height)
            var origin = [Int32](repeating: -1, count: width * height)
            let hole = region.hole, pixels = region.pixels
            func eachPixel(of t: Int, _ body: (Int) -> Void) {
                let x = t % width, y = t / width
                for dy in max(-r, -y)...min(r, height - 1 - y) {
                    for dx in max(-r, -x)...min(r, width - 1 - x) where hole[t + dy * width + dx] {
                        body(dy * width + dx)
                    }
                }
            }
            for t in field.targets {
                let d = field.difference[t], s = Int(field.match[t])
                eachPixel(of: t) { o in
                    guard d < best[t + o] else { return }
                    best[t + o] = d
                    origin[t + o] = Int32(s + o)
                }
            }
            var sum = [SIMD4<Float>](repeating: .zero, count: width * height)
            var weight = [Float](repeating: 0, count: width * height)
            let floor = 0.05 * typicalDifference(field) + 1
            for t in field.targets {
                let s = Int(field.match[t])
                let d = field.difference[t]
                eachPixel(of: t) { o in
                    let vote = expf(-ExemplarFill.decision * (d - best[t + o]) / (best[t + o] + floor))
                    sum[t + o] += pixels[s + o] * vote
                    weight[t + o] += vote
                }
            }
            for i in holes where weight[i] > 0 { region.pixels[i] = sum[i] / weight[i] }
            return origin
        }

        /// The third quartile of the differences, as in the paper.
        private func typicalDifference(_ field: PatchField) -> Float {
            let step = max(1, field.targets.count / 4096)
            let some = stride(from: 0, to: field.targets.count, by: step).map { field.difference[field.targets[$0]] }
            let sorted = some.filter(\.isFinite).sorted()
            return sorted.isEmpty ? 1 : sorted[sorted.count * 3 / 4]
        }
    }
}
