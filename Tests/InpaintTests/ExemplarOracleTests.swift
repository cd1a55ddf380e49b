import EditOperations
import Testing

/// What can be known of a fill that a search with random numbers makes: what it is mixed from, and where only one
/// answer is right.
@Suite struct ExemplarOracleTests {
    /// Four colours of which none is a mixture of the others: what a pixel is mixed from can be read off it.
    private static let paints: [SIMD3<Float>] = [
        SIMD3(250, 10, 20), SIMD3(15, 240, 30), SIMD3(5, 25, 245), SIMD3(235, 230, 225),
    ]

    /// How much of each paint is in a colour; together one.
    private func shares(_ pixel: SIMD4<Float>) -> [Double] {
        let paints = Self.paints.map { SIMD3<Double>($0) }
        let origin = paints[3], target = SIMD3(Double(pixel[0]), Double(pixel[1]), Double(pixel[2])) - origin
        let axes = (0..<3).map { paints[$0] - origin }
        func determinant(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>) -> Double {
            a.x * (b.y * c.z - b.z * c.y) - a.y * (b.x * c.z - b.z * c.x) + a.z * (b.x * c.y - b.y * c.x)
        }
        let whole = determinant(axes[0], axes[1], axes[2])
        let first = [
            determinant(target, axes[1], axes[2]) / whole, determinant(axes[0], target, axes[2]) / whole,
            determinant(axes[0], axes[1], target) / whole,
        ]
        return first + [1 - first.reduce(0, +)]
    }

    /// Three paints in patches, and a hole of nonsense. The fourth paint is an island in the hole: no patch around it
    /// is wholly known, so nothing may be taken from there.
    private func painted(_ width: Int, _ height: Int, atTheBorder: Bool) -> HoleRegion {
        var pixels: [SIMD4<Float>] = [], hole: [Bool] = []
        let centreX = atTheBorder ? 12 : width / 2, centreY = height / 2
        for y in 0..<height {
            for x in 0..<width {
                let dx = x - centreX, dy = y - centreY
                let isIsland = max(abs(dx), abs(dy)) <= 2
                let paint = isIsland ? 3 : Int((UInt32(truncatingIfNeeded: x / 2 &* 40_503 ^ y / 3 &* 30_011) >> 3) % 3)
                hole.append(dx * dx + dy * dy <= 15 * 15 && !isIsland)
                pixels.append(hole[hole.count - 1] ? SIMD4(999, -999, 500, 0) : SIMD4(Self.paints[paint], 0))
            }
        }
        return HoleRegion(width: width, height: height, pixels: pixels, hole: hole)
    }

    @Test(arguments: [false, true], [0, 1, 2] as [UInt64])
    func eachPixelIsMixedFromPatchesThatAreWhollyKnown(atTheBorder: Bool, seed: UInt64) {
        let start = painted(75, 61, atTheBorder: atTheBorder)
        var region = start
        #expect(ExemplarFill.fill(&region, seed: seed, closesSeams: false))
        var least = [Double](repeating: 1, count: 4), most = [Double](repeating: 0, count: 4)
        for i in start.hole.indices where start.hole[i] {
            #expect(region.pixels[i][3] == 0)
            for (k, share) in shares(region.pixels[i]).enumerated() {
                (least[k], most[k]) = (min(least[k], share), max(most[k], share))
            }
        }
        #expect(least.allSatisfy { $0 > -1e-4 }, "a share of \(least)")
        #expect(most[3] < 1e-4, "the island's paint makes up \(most[3])")
        #expect(most[0] > 0.9 && most[1] > 0.9 && most[2] > 0.9, "\(most)")
    }

    @Test(arguments: [0, 1, 2, 3] as [UInt64], [8, 6])
    func aClothThatRepeatsGoesOnAsBefore(seed: UInt64, period: Int) {
        // Checks with stripes in them, so that the cloth repeats after a period and not before.
        func cloth(_ x: Int, _ y: Int) -> SIMD4<Float> {
            let isLight = (x % period < period / 2) == (y % period < period / 2)
            return isLight ? SIMD4(220, 40, 40, 0) : x % period == 1 ? SIMD4(240, 230, 60, 0) : SIMD4(30, 30, 120, 0)
        }
        for (width, height, left, top, side) in [(96, 90, 31, 27, 30), (80, 80, 0, 25, 24), (83, 71, 30, 30, 13)] {
            var pixels: [SIMD4<Float>] = [], hole: [Bool] = []
            for y in 0..<height {
                for x in 0..<width {
                    hole.append((left..<left + side).contains(x) && (top..<top + side).contains(y))
                    pixels.append(hole[hole.count - 1] ? SIMD4(repeating: 0) : cloth(x, y))
                }
            }
            var region = HoleRegion(width: width, height: height, pixels: pixels, hole: hole)
            #expect(ExemplarFill.fill(&region, seed: seed))
            let off = hole.indices.filter { hole[$0] }.map { i in
                let difference = region.pixels[i] - cloth(i % width, i / width)
                return max(difference.max(), -difference.min())
            }
            // A mean of equal colours is that colour, but for the rounding of weights.
            #expect((off.max() ?? 0) < 0.01, "a hole of \(side) pixels: \(off.count { $0 >= 0.01 }) are wrong")
        }
    }
}
