import EditOperations
import Foundation
import Testing

/// A fill pieced together from elsewhere, and its seams closed by least squares, in doubles and without grids.
private struct PlainSeams {
    var region: HoleRegion
    let origin: [Int32]

    /// Squares of `side` pixels, each copied from one place; where that is not wholly known, origins are missing.
    init(_ hole: Hole, side: Int, grain: Float) {
        var region = hole.region(grain: grain)
        let known = region.hole.indices.filter { !region.hole[$0] }
        origin = region.hole.indices.map { i in
            guard region.hole[i] else { return -1 }
            let x = i % hole.width, y = i / hole.width
            let block = x / side &* 7919 &+ y / side &* 104_729
            let place = known[block % known.count]
            let sx = place % hole.width + x % side, sy = place / hole.width + y % side
            guard sx < hole.width, sy < hole.height, !region.hole[sy * hole.width + sx] else { return -1 }
            return Int32(sy * hole.width + sx)
        }
        for i in region.hole.indices where region.hole[i] {
            region.pixels[i] = origin[i] >= 0 ? region.pixels[Int(origin[i])] : SIMD4(130, 120, 90, 0)
        }
        self.region = region
    }

    /// The difference wanted between a pixel and its neighbour: the mean of what their origins say; nil where they do not.
    private func wanted(_ i: Int, _ dx: Int, _ dy: Int) -> SIMD4<Double>? {
        func said(_ i: Int, _ dx: Int, _ dy: Int) -> SIMD4<Double>? {
            guard origin[i] >= 0 else { return nil }
            let x = Int(origin[i]) % region.width + dx, y = Int(origin[i]) / region.width + dy
            guard (0..<region.width).contains(x), (0..<region.height).contains(y), !region.hole[y * region.width + x]
            else { return nil }
            return SIMD4<Double>(region.pixels[y * region.width + x] - region.pixels[Int(origin[i])])
        }
        let j = i + dx + dy * region.width
        let all = [said(i, dx, dy), region.hole[j] ? said(j, -dx, -dy).map { -$0 } : nil].compactMap { $0 }
        return all.isEmpty ? nil : all.reduce(.zero, +) / Double(all.count)
    }

    func solution() -> [SIMD4<Double>] {
        let right = region.hole.indices.map { i -> SIMD4<Double> in
            guard region.hole[i] else { return .zero }
            var sum = SIMD4<Double>.zero
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)]
            where (0..<region.width).contains(i % region.width + dx)
                && (0..<region.height).contains(i / region.width + dy) {
                guard let wanted = wanted(i, dx, dy) else { continue }
                let j = i + dx + dy * region.width
                let seam = SIMD4<Double>(region.pixels[j]) - SIMD4<Double>(region.pixels[i]) - wanted
                sum += seam * exp(-(seam * seam).sum() / (3 * 20 * 20))
            }
            return sum
        }
        let zero = [SIMD4<Double>](repeating: .zero, count: right.count)
        let correction = conjugateGradients(zero, right: right) { u in
            let film = film(u, region.width, region.height)
            return film.indices.map { region.hole[$0] ? film[$0] : .zero }
        }
        let known = region.hole.indices.filter { !region.hole[$0] }.map { SIMD4<Double>(region.pixels[$0]) }
        let least = known.reduce(SIMD4(repeating: .infinity), pointwiseMin)
        let most = known.reduce(SIMD4(repeating: -.infinity), pointwiseMax)
        return zip(region.pixels, correction).map { (SIMD4<Double>($0) + $1).clamped(lowerBound: least, upperBound: most) }
    }
}

@Suite struct SeamTests {
    @Test(arguments: Hole.small) func seamsAreClosedByLeastSquares(hole: Hole) {
        for (side, grain) in [(5, 0), (9, 60), (100, 20)] as [(Int, Float)] {
            let plain = PlainSeams(hole, side: side, grain: grain)
            var region = plain.region
            SeamCloser.close(&region, origin: plain.origin)
            let off = difference(region, plain.solution())
            #expect(off.worst <= 0.2, "off by \(off), squares of \(side), grain \(grain)")
            #expect(zip(region.pixels, plain.region.pixels).enumerated().allSatisfy { plain.region.hole[$0] || $1.0 == $1.1 })
        }
    }

    /// What is copied as one piece, and fits all around, has no seams.
    @Test func aPieceThatFitsStaysAsItIs() {
        let side = 60
        let cloth = (0..<side * side).map { i -> SIMD4<Float> in
            SIMD4(Float(i % side % 12) * 20, Float(i / side % 12) * 20, Float(i % side % 12 * (i / side % 12)), 0)
        }
        let hole = cloth.indices.map { (24..<36).contains($0 % side) && (20..<40).contains($0 / side) }
        var region = HoleRegion(width: side, height: side, pixels: cloth, hole: hole)
        SeamCloser.close(&region, origin: hole.indices.map { hole[$0] ? Int32($0 - 12) : -1 })
        #expect(region.pixels == cloth)
    }

    /// A sky that darkens to one side, and farther down still more: whatever is copied has another brightness.
    @Test(arguments: [0, 1, 2] as [UInt64]) func aSkyIsFilledWithoutSteps(seed: UInt64) {
        let width = 150, height = 120
        var pixels: [SIMD4<Float>] = [], hole: [Bool] = []
        for y in 0..<height {
            for x in 0..<width {
                let light = 90 + 0.5 * Float(x) + 0.004 * Float(x * y)
                pixels.append(SIMD4(light, light + 20, light + 50, 0))
                hole.append((50..<100).contains(x) && (30..<90).contains(y))
            }
        }
        let truth = pixels
        var region = HoleRegion(width: width, height: height, pixels: pixels, hole: hole)
        for i in hole.indices where hole[i] { region.pixels[i] = .zero }
        #expect(ExemplarFill.fill(&region, seed: seed))
        var highest: Float = 0
        for i in hole.indices where hole[i] {
            for j in [i - 1, i + 1, i - width, i + width] {
                let step = (region.pixels[i] - region.pixels[j]) - (truth[i] - truth[j])
                highest = max(highest, step.max(), -step.min())
            }
        }
        #expect(highest < 1, "a step of \(highest) grey levels")
    }
}
