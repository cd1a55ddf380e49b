import EditOperations
import Testing

/// How far the smooth fill may be from the exact solution of its equation, in grey levels: at the worst pixel and on
/// average over the hole. It stops where a picture of 8 bits hardly shows the rest.
private let tolerance = (worst: 1.5, mean: 0.15)

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

/// The equation of `TensionFill` over a whole hole, in doubles and without grids: (L + L²/2)·u = 0, where L is a pixel
/// times its neighbours inside the picture, less those.
private struct PlainTension {
    let region: HoleRegion

    /// The left side of the equation at the hole's pixels, zero elsewhere.
    private func left(_ u: [SIMD4<Double>]) -> [SIMD4<Double>] {
        let once = film(u, region.width, region.height), twice = film(once, region.width, region.height)
        return u.indices.map { region.hole[$0] ? once[$0] + twice[$0] * 0.5 : .zero }
    }

    func solution() -> [SIMD4<Double>] {
        let start = region.pixels.indices.map {
            region.hole[$0] ? SIMD4<Double>.zero : SIMD4<Double>(region.pixels[$0])
        }
        return conjugateGradients(start, left: left)
            .map { $0.clamped(lowerBound: .zero, upperBound: .init(repeating: 255)) }
    }
}

/// The greatest difference of any band in the hole, and the mean.
func difference(_ region: HoleRegion, _ truth: [SIMD4<Double>]) -> (worst: Double, mean: Double) {
    let places = region.hole.indices.filter { region.hole[$0] }
    let each = places.map { i in
        let difference = SIMD4<Double>(region.pixels[i]) - truth[i]
        return max(difference.max(), -difference.min())
    }
    return (each.max() ?? 0, each.reduce(0, +) / Double(each.count))
}

@Suite struct SmoothOracleTests {
    @Test(arguments: Hole.small + [Hole.large]) func theFillSolvesTheEquationOfAPlateUnderTension(hole: Hole) {
        for grain in [0, 60] as [Float] {
            var region = hole.region(grain: grain)
            let truth = PlainTension(region: region).solution()
            TensionFill.fill(&region)
            let off = difference(region, truth)
            #expect(off.worst <= tolerance.worst && off.mean <= tolerance.mean, "off by \(off), grain \(grain)")
        }
    }
}
