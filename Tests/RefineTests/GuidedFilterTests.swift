import Testing
import VipsamKit

/// The guided filter straight from its definition: in each square the ridge regression of the mask on the colours,
/// solved in doubles, then the mean of the coefficients over all squares that hold a pixel. Squares are cut off at the
/// border.
private struct PlainGuidedFilter {
    var slopes: [[Double]]
    var constants: [Double]

    init(_ mask: Plane, _ guide: [Plane], radius: Int, epsilon: Double) {
        let width = mask.width, height = mask.height
        let squares = mask.values.indices.map { i in
            (max(0, i / width - radius)...min(height - 1, i / width + radius)).flatMap { y in
                (max(0, i % width - radius)...min(width - 1, i % width + radius)).map { y * width + $0 }
            }
        }
        let fits = squares.map { square -> [Double] in
            let colours = square.map { Oracle.colour(guide, $0) }, values = square.map { Double(mask.values[$0]) }
            var (mean, matrix) = Oracle.moments(colours)
            let level = values.reduce(0, +) / Double(square.count)
            let covariance = (0..<3).map { c in
                zip(colours, values).reduce(0) { $0 + ($1.0[c] - mean[c]) * ($1.1 - level) } / Double(square.count)
            }
            for c in 0..<3 { matrix[c][c] += epsilon }
            let slope = Oracle.solve(matrix, covariance)
            return slope + [level - Oracle.dot(slope, mean)]
        }
        let means = squares.map { square in
            (0..<4).map { k in square.reduce(0) { $0 + fits[$1][k] } / Double(square.count) }
        }
        slopes = means.map { Array($0[0..<3]) }
        constants = means.map { $0[3] }
    }

    /// The filtered mask, 0…1.
    func applied(to guide: [Plane]) -> [Double] {
        constants.indices.map { i in
            min(max(constants[i] + Oracle.dot(slopes[i], Oracle.colour(guide, i)), 0), 1)
        }
    }
}

@Suite struct GuidedFilterTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let width: Int, height: Int, radius: Int
        let epsilon: Float

        var testDescription: String { "\(width)×\(height), radius \(radius), epsilon \(epsilon)" }
    }

    /// Odd sizes, squares that are small, that reach the border from everywhere, and that hold the whole picture.
    static let cases = [
        Case(width: 13, height: 9, radius: 1, epsilon: 1e-2), Case(width: 13, height: 9, radius: 2, epsilon: 1e-4),
        Case(width: 17, height: 11, radius: 4, epsilon: 1e-4), Case(width: 7, height: 15, radius: 20, epsilon: 1e-3),
        Case(width: 17, height: 1, radius: 3, epsilon: 1e-2), Case(width: 1, height: 1, radius: 1, epsilon: 1e-2),
    ]

    /// A blob that touches two sides, with a soft edge.
    private func mask(_ width: Int, _ height: Int) -> Plane {
        Plane(width: width, height: height, values: (0..<width * height).map { i in
            let x = Float(i % width), y = Float(i / width)
            return min(max(0.5 + (Float(width) * 0.55 - x - 0.6 * y) / 3, 0), 1)
        })
    }

    /// By how much slopes, constants or the filtered mask differ from the definition's, at most.
    private func difference(_ test: Case, seed: UInt64, epsilon: Float, isGrey: Bool) -> Double {
        let mask = mask(test.width, test.height)
        let guide = Oracle.guide(test.width, test.height, seed: seed, isGrey: isGrey)
        let filter = GuidedFilter(mask: mask, guide: guide, radius: test.radius, epsilon: epsilon)
        let plain = PlainGuidedFilter(mask, guide, radius: test.radius, epsilon: Double(epsilon))
        let slopes = (0..<3).map { band in Oracle.worst(filter.a[band].values, plain.slopes.map { $0[band] }) }
        let constants = Oracle.worst(filter.b.values, plain.constants)
        return max(
            slopes.max() ?? 0, constants, Oracle.worst(filter.applied(to: guide).values, plain.applied(to: guide)))
    }

    @Test(arguments: cases) func itIsTheMeanOfTheSquaresRegressions(_ test: Case) {
        for seed in UInt64(1)...3 {
            // Means are good to 6e-8, and the smallest variance of these colours that they are divided by is near 0.02.
            let off = difference(test, seed: seed, epsilon: test.epsilon, isGrey: false)
            #expect(off < 5e-6, "seed \(seed): off by \(off)")
        }
    }

    @Test(arguments: cases) func aGreyGuideCountsThreeTimes(_ test: Case) {
        for seed in UInt64(1)...3 {
            let off = difference(test, seed: seed, epsilon: 1e-2, isGrey: true)
            #expect(off < 5e-6, "seed \(seed): off by \(off)")
        }
    }

    /// Both ridges that `refine-mask` has. Across grey the ridge is all there is to divide by.
    @Test(arguments: cases, [1e-4, 1e-5] as [Float])
    func aGreyGuideIsFittedWithSmallRidgesToo(_ test: Case, epsilon: Float) {
        for seed in UInt64(1)...3 {
            let off = difference(test, seed: seed, epsilon: epsilon, isGrey: true)
            #expect(off < 1e-8 / Double(epsilon), "seed \(seed): off by \(off)")
        }
    }
}
