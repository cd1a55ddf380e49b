import MaskOperations
import Testing
import VipsamKit

/// Closed-form matting as its paper writes it: the whole Laplacian in doubles, and the equations solved by elimination.
private struct PlainMatting {
    /// The paper's ε, as `ClosedFormMatting` has it.
    private static let epsilon = 1e-7

    /// Of the unknown pixels only.
    private let matrix: [[Double]]
    private let right: [Double]
    private let unknown: [Int]

    init(_ alpha: Plane, _ band: [Bool], _ guide: [Plane], trust: Double) {
        let width = alpha.width, height = alpha.height
        let unknown = band.indices.filter { band[$0] }
        var laplacian = [[Double]](repeating: [Double](repeating: 0, count: band.count), count: band.count)
        for y in 1..<height - 1 {
            for x in 1..<width - 1 {
                let window = (y - 1...y + 1).flatMap { v in (x - 1...x + 1).map { v * width + $0 } }
                let colours = window.map { Oracle.colour(guide, $0) }
                var (mean, covariance) = Oracle.moments(colours)
                for c in 0..<3 { covariance[c][c] += Self.epsilon / 9 }
                for (j, own) in zip(window, colours) {
                    let pulled = Oracle.solve(covariance, (0..<3).map { own[$0] - mean[$0] })
                    for (i, other) in zip(window, colours) {
                        let product = Oracle.dot((0..<3).map { other[$0] - mean[$0] }, pulled)
                        laplacian[i][j] += (i == j ? 1 : 0) - (1 + product) / 9
                    }
                }
            }
        }
        let known = band.indices.filter { !band[$0] }
        self.unknown = unknown
        matrix = unknown.map { i in unknown.map { laplacian[i][$0] + (i == $0 ? trust : 0) } }
        right = unknown.map { i in
            trust * Double(alpha.values[i]) - known.reduce(0) { $0 + laplacian[i][$1] * Double(alpha.values[$1]) }
        }
    }

    /// Alpha of the unknown pixels; what is below 0 or above 1 is not cut off yet.
    func solution() -> [Double] { Oracle.solve(matrix, right) }

    /// How far a solver may be off at any pixel that stops when √(rᵀD⁻¹r) has fallen to a share of what it was at the
    /// first guess (r the residual, D the diagonal): the error e is A⁻¹r, so √(eᵀDe) is at most √(rᵀD⁻¹r) over the
    /// smallest eigenvalue of D⁻¹A.
    func reach(from guess: Plane, tolerance: Double) -> Double {
        let start = unknown.map { Double(guess.values[$0]) }
        let diagonal = matrix.indices.map { matrix[$0][$0] }
        let residual = matrix.indices.map { right[$0] - Oracle.dot(matrix[$0], start) }
        let first = matrix.indices.reduce(0) { $0 + residual[$1] * residual[$1] / diagonal[$1] }
        // The smallest eigenvalue by inverse iteration: it comes out a little too large at most.
        var vector = matrix.indices.map { 1 + Double($0 % 3) }
        var least = 0.0
        for _ in 0..<30 {
            let next = Oracle.solve(matrix, matrix.indices.map { diagonal[$0] * vector[$0] })
            let length = Oracle.dot(next, matrix.indices.map { diagonal[$0] * next[$0] }).squareRoot()
            let before = Oracle.dot(vector, matrix.indices.map { diagonal[$0] * vector[$0] }).squareRoot()
            least = before / length
            vector = next.map { $0 / length }
        }
        return tolerance * first.squareRoot() / (least * (diagonal.min() ?? 1).squareRoot())
    }
}

@Suite struct MattingTests {
    /// `ClosedFormMatting`'s rule to stop.
    private static let tolerance = 2e-3

    /// Good to about a grey level, it says there; up to two were measured.
    private static let goodness = 3.0 / 255

    private static let sizes = [(11, 7), (14, 9), (8, 13)]

    /// Two colours with a slanted soft edge between them and some grain; the band is half as wide as the picture and
    /// touches its border above and below.
    private func picture(
        _ width: Int, _ height: Int, grain: Float, isGrey: Bool = false
    ) -> (guess: Plane, band: [Bool], guide: [Plane]) {
        func plane(_ value: (_ i: Int, _ x: Float, _ y: Float) -> Float) -> Plane {
            Plane(width: width, height: height, values: (0..<width * height).map {
                value($0, Float($0 % width), Float($0 / width))
            })
        }
        let middle = Float(width) / 2
        let edge = plane { _, x, y in min(max((x - 0.9 * middle - 0.3 * y) / 4 + 0.5, 0), 1) }
        let subject: [Float] = isGrey ? [0.8, 0.8, 0.8] : [0.8, 0.3, 0.2]
        let ground: [Float] = isGrey ? [0.1, 0.1, 0.1] : [0.1, 0.4, 0.6]
        let noise = Oracle.guide(width, height, seed: UInt64(width), isGrey: isGrey)
        let guide = (0..<3).map { c in
            plane { i, _, _ in
                ground[c] + edge.values[i] * (subject[c] - ground[c]) + grain * (noise[c].values[i] - 0.5)
            }
        }
        let band = (0..<width * height).map { abs(2 * ($0 % width) - width + 1) <= width / 2 }
        return (plane { _, x, _ in x > middle ? 1 : 0 }, band, guide)
    }

    /// How far alpha is off from the equations' solution, and how far it may be.
    private func difference(
        _ width: Int, _ height: Int, grain: Float, trust: Double, isGrey: Bool
    ) -> (is: Double, may: Double) {
        let (guess, band, guide) = picture(width, height, grain: grain, isGrey: isGrey)
        var alpha = guess
        ClosedFormMatting.solve(&alpha, band: band, guide: guide, trust: trust)
        let plain = PlainMatting(guess, band, guide, trust: trust)
        let found = band.indices.filter { band[$0] }.map { alpha.values[$0] }
        return (
            Oracle.worst(found, plain.solution().map { min(max($0, 0), 1) }),
            min(plain.reach(from: guess, tolerance: Self.tolerance), Self.goodness)
        )
    }

    @Test(arguments: [0, 0.005, 0.2, 3], [0.02, 0.1, 0.5] as [Float])
    func alphaSolvesTheLaplaciansEquations(trust: Double, grain: Float) {
        for (width, height) in Self.sizes {
            let off = difference(width, height, grain: grain, trust: trust, isGrey: false)
            #expect(off.is <= off.may, "\(width)×\(height)")
        }
    }

    @Test(arguments: [0, 0.005], [0.02, 0.1, 0.5] as [Float])
    func aGreyPicturesEquationsAreSolvedToo(trust: Double, grain: Float) {
        for (width, height) in Self.sizes {
            let off = difference(width, height, grain: grain, trust: trust, isGrey: true)
            #expect(off.is <= off.may, "\(width)×\(height)")
        }
    }

    /// The rule to stop leaves room for a matrix that is a little wrong. What starts at the solution has to stay there.
    @Test(arguments: [0.1, 0.5] as [Float]) func theSolutionIsLeftAsItIs(grain: Float) {
        for (width, height) in Self.sizes {
            let (guess, band, guide) = picture(width, height, grain: grain)
            let solution = PlainMatting(guess, band, guide, trust: 0).solution()
            let unknown = band.indices.filter { band[$0] }
            var alpha = guess
            for (i, value) in zip(unknown, solution) { alpha.values[i] = Float(value) }
            ClosedFormMatting.solve(&alpha, band: band, guide: guide)
            let off = Oracle.worst(unknown.map { alpha.values[$0] }, solution.map { min(max($0, 0), 1) })
            #expect(off < 5e-5, "\(width)×\(height): off by \(off)")
        }
    }
}
