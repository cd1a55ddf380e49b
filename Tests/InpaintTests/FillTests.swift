import EditOperations
import Testing

/// A picture of a formula with a round hole whose pixels are set to nonsense.
private func region(
    _ side: Int, radius: Double, _ formula: (Double, Double) -> SIMD4<Float>
) -> (region: HoleRegion, truth: [SIMD4<Float>]) {
    var truth: [SIMD4<Float>] = [], hole: [Bool] = []
    let centre = Double(side) / 2
    for y in 0..<side {
        for x in 0..<side {
            truth.append(formula(Double(x), Double(y)))
            let dx = Double(x) - centre, dy = Double(y) - centre
            hole.append((dx * dx + dy * dy).squareRoot() < radius)
        }
    }
    let pixels = truth.indices.map { hole[$0] ? SIMD4<Float>(999, -5, 17, 0) : truth[$0] }
    return (HoleRegion(width: side, height: side, pixels: pixels, hole: hole), truth)
}

private func worst(_ region: HoleRegion, _ truth: [SIMD4<Float>]) -> Float {
    var worst: Float = 0
    for (a, b) in zip(region.pixels, truth) { worst = max(worst, (a - b).max(), (b - a).max()) }
    return worst
}

@Test func aLinearRampIsHarmonicSoTheSmoothFillRestoresIt() {
    var (region, truth) = region(64, radius: 20) { SIMD4(Float($0 * 2 + $1), Float(200 - $1), 50, 0) }
    TensionFill.fill(&region)
    #expect(worst(region, truth) < 1.0)
}

@Test func aCheckedClothIsRestoredFromExemplars() {
    var (region, truth) = region(96, radius: 18) { x, y in
        (Int(x) / 4 + Int(y) / 4) % 2 == 0 ? SIMD4(220, 40, 40, 0) : SIMD4(30, 30, 120, 0)
    }
    #expect(ExemplarFill.fill(&region, seed: 0))
    let wrong = zip(region.pixels, truth).count { ($0 - $1).max() > 60 || ($1 - $0).max() > 60 }
    let filled = region.hole.count { $0 }
    #expect(Double(wrong) < 0.05 * Double(filled), "\(wrong) of \(filled) pixels are wrong")
}

@Test func grainIsFilledWithGrainAndNotWithTheWallBesideIt() {
    // Left a smooth wall of the grain's mean colour, right the grain; the hole lies in the grain.
    let side = 128
    var pixels: [SIMD4<Float>] = [], hole: [Bool] = []
    for y in 0..<side {
        for x in 0..<side {
            let grain = Float((x * 73_856_093 ^ y * 19_349_663) % 81) - 40
            pixels.append(x < side / 3 ? SIMD4(120, 120, 120, 0) : SIMD4(120 + grain, 120 + grain, 120 + grain, 0))
            hole.append((70..<110).contains(x) && (44..<84).contains(y))
        }
    }
    var region = HoleRegion(width: side, height: side, pixels: pixels, hole: hole)
    #expect(ExemplarFill.fill(&region, seed: 0))
    func spread(_ xs: Range<Int>, _ ys: Range<Int>) -> Float {
        let values = ys.flatMap { y in xs.map { region.pixels[y * side + $0][0] } }
        let mean = values.reduce(0, +) / Float(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
    }
    let inside = spread(76..<104, 50..<78), around = spread(50..<69, 44..<84)
    #expect(inside > 0.7 * around, "\(inside) where \(around) is around")
}

@Test func theSameSeedGivesTheSameFill() {
    let (start, _) = region(80, radius: 15) { x, y in
        SIMD4(Float(Int(x * 37 + y * 91) % 255), Float(Int(x * y) % 200), 90, 0)
    }
    var a = start, b = start
    #expect(ExemplarFill.fill(&a, seed: 7))
    #expect(ExemplarFill.fill(&b, seed: 7))
    #expect(a.pixels == b.pixels)
}

@Test func whatIsKnownStaysUntouched() {
    let (start, truth) = region(70, radius: 12) { x, y in SIMD4(Float(x), Float(y), Float(x * y) / 20, 0) }
    for fill in [TensionFill.fill, NearestFill.fill, { _ = ExemplarFill.fill(&$0, seed: 1) }] {
        var filled = start
        fill(&filled)
        for i in truth.indices where !start.hole[i] { #expect(filled.pixels[i] == truth[i]) }
        for i in truth.indices where start.hole[i] {
            #expect(filled.pixels[i].min() >= 0 && filled.pixels[i].max() <= 255)
        }
    }
}

@Test func nearestTakesTheNearestPixel() {
    // Left half dark, right half light, a hole across: each side grows to the middle.
    var pixels = [SIMD4<Float>](repeating: .zero, count: 20 * 9)
    var hole = [Bool](repeating: false, count: 20 * 9)
    for y in 0..<9 {
        for x in 0..<20 {
            pixels[y * 20 + x] = x < 10 ? SIMD4(10, 10, 10, 0) : SIMD4(200, 200, 200, 0)
            hole[y * 20 + x] = (4..<16).contains(x)
        }
    }
    var region = HoleRegion(width: 20, height: 9, pixels: pixels, hole: hole)
    NearestFill.fill(&region)
    #expect(region.pixels == pixels)
}

@Test func aHoleWithoutSurroundingsIsLeftToTheCaller() {
    var region = HoleRegion(
        width: 9, height: 9, pixels: .init(repeating: SIMD4(1, 2, 3, 0), count: 81), hole: .init(repeating: true, count: 81))
    #expect(!ExemplarFill.fill(&region, seed: 0))
    TensionFill.fill(&region)
    NearestFill.fill(&region)
}

@Test func growingReachesJustTheRadius() {
    var set = [Bool](repeating: false, count: 41 * 41)
    set[20 * 41 + 20] = true
    let grown = HoleRegion.grown(set, 41, 41, by: 6)
    #expect(grown[20 * 41 + 26] && grown[14 * 41 + 20] && !grown[20 * 41 + 27])
    #expect(HoleRegion.grown(set, 41, 41, by: 0) == set)
}
