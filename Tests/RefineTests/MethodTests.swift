import MaskOperations
import Testing
import VipsamKit

/// Small repeatable randomness for oracles.
private struct Numbers {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}

@Test func theCutIsTheCheapestOfAllCuts() {
    // Ten pixels in two rows: all 1024 cuts can be priced.
    for seed in UInt64(1)...200 {
        var numbers = Numbers(state: seed)
        let terminals = (0..<10).map { _ in (Float(numbers.next() % 20), Float(numbers.next() % 20)) }
        var edges: [(Int, Int, MaximumFlow.Neighbour, Float)] = []
        for i in 0..<10 {
            if i % 5 < 4 { edges.append((i, i + 1, .right, Float(numbers.next() % 9))) }
            if i < 5 { edges.append((i, i + 5, .below, Float(numbers.next() % 9))) }
            if i < 4 { edges.append((i, i + 6, .belowRight, Float(numbers.next() % 9))) }
            if i < 5, i > 0 { edges.append((i, i + 4, .belowLeft, Float(numbers.next() % 9))) }
        }
        func price(_ isSource: [Bool]) -> Float {
            var sum: Float = 0
            for (i, (source, sink)) in terminals.enumerated() { sum += isSource[i] ? sink : source }
            for (a, b, _, capacity) in edges where isSource[a] != isSource[b] { sum += capacity }
            return sum
        }
        var flow = MaximumFlow(width: 5, height: 2)
        for (i, (source, sink)) in terminals.enumerated() { flow.connect(x: i % 5, y: i / 5, source: source, sink: sink) }
        for (a, _, neighbour, capacity) in edges { flow.connect(x: a % 5, y: a / 5, neighbour, capacity: capacity) }
        let best = (0..<1024).map { bits in price((0..<10).map { bits >> $0 & 1 == 1 }) }.min()
        #expect(price(flow.cut()) == best, "seed \(seed)")
    }
}

@Test func theBoxMeanIsTheMeanOfEachSquare() {
    var numbers = Numbers(state: 5)
    let plane = Plane(width: 13, height: 9, values: (0..<117).map { _ in Float(numbers.next() % 100) })
    for radius in [1, 3, 20] {
        let mean = plane.mean(radius: radius)
        for y in 0..<9 {
            for x in 0..<13 {
                var sum: Float = 0, count: Float = 0
                for v in max(0, y - radius)...min(8, y + radius) {
                    for u in max(0, x - radius)...min(12, x + radius) {
                        sum += plane.values[v * 13 + u]
                        count += 1
                    }
                }
                #expect(abs(mean.values[y * 13 + x] - sum / count) < 1e-3)
            }
        }
    }
}

/// A soft edge between two colours with some texture; the mask that comes in is off by three pixels.
private func softEdge() -> (truth: Plane, coarse: Plane, guide: [Plane], band: [Bool]) {
    let width = 60, height = 30
    var truth: [Float] = [], coarse: [Float] = [], band: [Bool] = []
    var guide = [[Float]](repeating: [], count: 3)
    for y in 0..<height {
        for x in 0..<width {
            let edge = 30 + Float(y % 7) * 0.4
            let alpha = min(max((Float(x) - edge) / 6 + 0.5, 0), 1)
            truth.append(alpha)
            coarse.append(Float(x) > edge + 3 ? 1 : 0)
            band.append(abs(Float(x) - edge) < 11)
            let subject: [Float] = [0.85, 0.3, 0.2], ground: [Float] = [0.1, 0.45, 0.6]
            for c in 0..<3 { guide[c].append(alpha * subject[c] + (1 - alpha) * ground[c]) }
        }
    }
    let planes = guide.map { Plane(width: width, height: height, values: $0) }
    return (
        Plane(width: width, height: height, values: truth), Plane(width: width, height: height, values: coarse), planes, band
    )
}

private func meanError(_ a: Plane, _ b: Plane, _ band: [Bool]) -> Float {
    let errors = band.indices.filter { band[$0] }.map { abs(a.values[$0] - b.values[$0]) }
    return errors.reduce(0, +) / Float(errors.count)
}

@Test func mattingRestoresASoftEdgeFromItsColours() {
    let (truth, coarse, guide, band) = softEdge()
    var alpha = coarse
    ClosedFormMatting.solve(&alpha, band: band, guide: guide)
    let before = meanError(coarse, truth, band), after = meanError(alpha, truth, band)
    #expect(after < before / 4, "\(before) → \(after)")
    for i in band.indices where !band[i] { #expect(alpha.values[i] == coarse.values[i]) }
}

@Test func trustHoldsMattingToItsFirstGuess() {
    let (_, coarse, guide, band) = softEdge()
    let moved = [0, 0.1, 1000].map { trust in
        var alpha = coarse
        ClosedFormMatting.solve(&alpha, band: band, guide: guide, trust: trust)
        return meanError(alpha, coarse, band)
    }
    #expect(moved[0] > moved[1] && moved[1] > moved[2], "\(moved)")
    #expect(moved[2] < 0.01)
}

@Test func theGuidedFilterMovesAMaskTowardsTheEdge() {
    let (truth, coarse, guide, band) = softEdge()
    let filtered = GuidedFilter(mask: coarse, guide: guide, radius: 11, epsilon: 1e-4).applied(to: guide)
    let before = meanError(coarse, truth, band), after = meanError(filtered, truth, band)
    #expect(after < before * 0.75, "\(before) → \(after)")
}

@Test func theGraphCutSnapsToTheEdge() {
    let (truth, coarse, guide, band) = softEdge()
    let cut = GraphCut(trust: 6, rounds: 2, learnsFromFree: false).solve(coarse, free: band, guide: guide)
    let hard = Plane(width: truth.width, height: truth.height, values: truth.values.map { $0 >= 0.5 ? 1 : 0 })
    #expect(meanError(cut, hard, band) < meanError(coarse, hard, band) / 2)
}

@Test func theSubjectsOwnColourIsFound() {
    let (truth, _, guide, _) = softEdge()
    let seen = truth.values.indices.map { SIMD3(guide[0].values[$0], guide[1].values[$0], guide[2].values[$0]) }
    let own = ForegroundColours.estimate(seen, alpha: truth)
    for i in truth.values.indices where truth.values[i] > 0.3 {
        let d = own[i] - SIMD3(0.85, 0.3, 0.2)
        #expect(max(d.max(), -d.min()) < 0.08)
    }
}

@Test func aFlatPictureChangesNothingForTheWorse() {
    let mask = Plane(width: 20, height: 20, values: (0..<400).map { $0 % 20 < 10 ? 0 : 1 })
    let flat = [Plane](repeating: Plane(like: mask, 0.5), count: 3)
    let band = [Bool](repeating: true, count: 400)
    for value in GuidedFilter(mask: mask, guide: flat, radius: 3, epsilon: 1e-4).applied(to: flat).values {
        #expect(value.isFinite && value >= 0 && value <= 1)
    }
    var alpha = mask
    ClosedFormMatting.solve(&alpha, band: band, guide: flat)
    #expect(alpha.values.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 })
    _ = GraphCut(trust: 0, rounds: 3, learnsFromFree: true).solve(mask, free: band, guide: flat)
}
