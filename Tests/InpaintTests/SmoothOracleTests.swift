import EditOperations
import Testing

/// How far the smooth fill may be from the exact solution of its equation, in grey levels.
private let tolerance = 0.5

/// A hole's form, and the picture that it lies in.
struct Hole: CustomTestStringConvertible, Sendable {
    let name: String
    let width: Int, height: Int
    let contains: @Sendable (_ x: Int, _ y: Int) -> Bool

    var testDescription: String { name }

    static let small = [
        Hole(name: "a square", width: 41, height: 37) { (11..<29).contains($0) && (9..<27).contains($1) },
        Hole(name: "at the left border", width: 40, height: 33) { $0 < 17 && (8..<25).contains($1) },
        Hole(name: "in a corner", width: 37, height: 40) { $0 > 19 && $1 > 22 },
        Hole(name: "from border to border", width: 31, height: 45) { (12..<23).contains($0) && $1 < 45 },
        Hole(name: "two holes", width: 60, height: 35) { x, y in
            (6..<21).contains(x) && (7..<25).contains(y) || x > 47 && y < 13
        },
        Hole(name: "a thin wall between two", width: 51, height: 31) { x, y in
            (6..<45).contains(x) && x != 25 && (8..<23).contains(y)
        },
        Hole(name: "concave, like a U", width: 53, height: 49) { x, y in
            (8..<45).contains(x) && (8..<41).contains(y) && !((19..<34).contains(x) && y < 30)
        },
        Hole(name: "a ring with an island", width: 55, height: 55) { x, y in
            let square = (x - 27) * (x - 27) + (y - 27) * (y - 27)
            return square < 400 && square > 30
        },
        Hole(name: "a line", width: 30, height: 30) { $0 == 13 && (4..<26).contains($1) },
        Hole(name: "all but a few", width: 33, height: 29) { $0 % 16 != 3 || $1 % 13 != 5 },
        Hole(name: "in a tiny picture", width: 6, height: 5) { (2...4).contains($0) && $1 > 1 },
    ]

    /// Two hundred pixels across, a disc.
    static let large = Hole(name: "a large disc", width: 261, height: 247) { x, y in
        (x - 128) * (x - 128) + (y - 125) * (y - 125) < 100 * 100
    }

    /// Colours of a slope with waves and grain on it, and nonsense in the hole.
    func region(grain: Float) -> HoleRegion {
        var pixels: [SIMD4<Float>] = [], hole: [Bool] = []
        for y in 0..<height {
            for x in 0..<width {
                let across = Float(x) / Float(width), down = Float(y) / Float(height)
                let noise = grain * (Float((x &* 73_856_093 ^ y &* 19_349_663) & 255) / 255 - 0.5)
                let wave = 40 * (across * 7).rounded(.down).truncatingRemainder(dividingBy: 2)
                hole.append(contains(x, y))
                let known = SIMD4(70 + 110 * across, 180 - 120 * down * across, 60 + wave + 80 * down, 0)
                    + SIMD4(noise, noise, noise, 0)
                pixels.append(contains(x, y) ? SIMD4(999, -999, 77, 0) : known)
            }
        }
        return HoleRegion(width: width, height: height, pixels: pixels, hole: hole)
    }
}

/// The equation's solution in doubles: each pixel of the hole is the mean of those neighbours that lie in the picture
/// (beyond its edge the slope is zero). Over-relaxed sweeps until no pixel moves.
private func harmonic(_ region: HoleRegion) -> [SIMD4<Double>] {
    let width = region.width, height = region.height
    var values = region.pixels.indices.map {
        region.hole[$0] ? SIMD4<Double>(repeating: 128) : SIMD4<Double>(region.pixels[$0])
    }
    let unknown = region.hole.indices.filter { region.hole[$0] }
    let neighbours = unknown.map { i in
        [(-1, 0), (1, 0), (0, -1), (0, 1)].filter { (dx, dy) in
            (0..<width).contains(i % width + dx) && (0..<height).contains(i / width + dy)
        }.map { i + $0.0 + $0.1 * width }
    }
    let relaxation = 2 / (1 + 3 / Double(max(width, height)))
    var furthest = Double.infinity
    for _ in 0..<20_000 where furthest > 1e-9 {
        furthest = 0
        for (i, around) in zip(unknown, neighbours) {
            var mean = SIMD4<Double>.zero
            for j in around { mean += values[j] }
            let change = mean / Double(around.count) - values[i]
            values[i] += relaxation * change
            furthest = max(furthest, change.max(), -change.min())
        }
    }
    #expect(furthest <= 1e-9, "the oracle itself has no answer yet")
    return values
}

private func worst(_ region: HoleRegion, _ truth: [SIMD4<Double>]) -> Double {
    zip(region.pixels, truth).reduce(0) { worst, pair in
        let difference = SIMD4<Double>(pair.0) - pair.1
        return max(worst, difference.max(), -difference.min())
    }
}

@Suite struct SmoothOracleTests {
    @Test(arguments: Hole.small + [Hole.large]) func eachPixelIsTheMeanOfItsFourNeighbours(hole: Hole) {
        for grain in [0, 60] as [Float] {
            var region = hole.region(grain: grain)
            let truth = harmonic(region)
            HarmonicFill.fill(&region)
            let off = worst(region, truth)
            #expect(off <= tolerance, "off by \(off) grey levels, grain \(grain)")
        }
    }
}
