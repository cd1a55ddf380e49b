package import VipsamKit

/// Closed-form matting: alpha in an unknown band, from the colours alone.
///
/// Levin, Lischinski and Weiss (2008): in each 3×3 window alpha is nearly a linear function of the
/// colours; the alpha that violates this least, with what is outside the band held fixed, solves a
/// sparse linear system. Solved by conjugate gradients with a diagonal preconditioner; the matrix is
/// never built, each product walks over the windows.
///
/// All in double precision: a window whose colours lie nearly on a line has a matrix of which one direction counts
/// ten million times as much as another, and single hairs are found by the small one.
package enum ClosedFormMatting {
    /// How much noise in a window is not an edge (the paper's ε, for colours 0…1).
    private static let epsilon = 1e-7
    private static let mostIterations = 500
    /// Relative to the first residual: alpha is then good to about a grey level.
    private static let tolerance = 2e-3

    /// - Parameters:
    ///   - alpha: 0…1; fixed outside the band, a first guess inside.
    ///   - band: what is unknown.
    ///   - guide: red, green, blue, 0…1.
    ///   - trust: what a squared step away from the first guess costs, beside the windows' own errors (a
    ///     data term as Wang and Cohen 2007 add); 0 is the paper's method. Over a busy background the
    ///     middle of a wide band drifts into haze without it.
    package static func solve(_ alpha: inout Plane, band: [Bool], guide: [Plane], trust: Double = 0) {
        let windows = Windows(band: band, guide: guide)
        guard !windows.centres.isEmpty else { return }
        let unknown = band.indices.filter { band[$0] }
        let diagonal = windows.diagonal()
        var solution = alpha.values.map { Double($0) }
        var product = [Double](repeating: 0, count: band.count)
        windows.apply(to: solution, into: &product)
        // Of unknown pixels only, as are all that follow; directions are zero elsewhere.
        var residual = unknown.map { -product[$0] }
        let weights = unknown.map { 1 / max(diagonal[$0] + trust, 1e-9) }
        var direction = [Double](repeating: 0, count: band.count)
        for (k, i) in unknown.enumerated() { direction[i] = residual[k] * weights[k] }
        func size() -> Double { residual.indices.reduce(0) { $0 + residual[$1] * residual[$1] * weights[$1] } }
        var rz = size()
        let goal = rz * tolerance * tolerance
        for _ in 0..<mostIterations where rz > goal && rz > 1e-20 {
            windows.apply(to: direction, into: &product)
            var curvature = 0.0
            for i in unknown {
                product[i] += trust * direction[i]
                curvature += direction[i] * product[i]
            }
            guard curvature > 0 else { break }
            let step = rz / curvature
            for (k, i) in unknown.enumerated() {
                solution[i] += step * direction[i]
                residual[k] -= step * product[i]
            }
            let next = size(), ratio = next / rz
            for (k, i) in unknown.enumerated() { direction[i] = residual[k] * weights[k] + ratio * direction[i] }
            rz = next
        }
        for i in unknown { alpha.values[i] = Float(min(max(solution[i], 0), 1)) }
    }

    /// The 3×3 windows that touch the band.
    private struct Windows {
        /// Numbers of a window: the mean of red, green and blue, and the inverse of their covariances.
        private static let size = 9

        let centres: [Int32]
        private let width: Int
        private let count: Int
        /// Red, green, blue of each pixel.
        private let colours: [Float]
        /// Of each window: red, green, blue; xx, xy, xz, yy, yz, zz.
        private let facts: [Double]

        init(band: [Bool], guide: [Plane]) {
            let width = guide[0].width, height = guide[0].height
            var colours = [Float](repeating: 0, count: 3 * band.count)
            for (c, plane) in guide.prefix(3).enumerated() {
                for i in band.indices { colours[3 * i + c] = plane.values[i] }
            }
            var centres: [Int32] = []
            for y in 1..<max(1, height - 1) {
                for x in 1..<max(1, width - 1) {
                    var touches = false
                    Self.each(y * width + x, width) { touches = touches || band[$0] }
                    if touches { centres.append(Int32(y * width + x)) }
                }
            }
            var facts = [Double](repeating: 0, count: Self.size * centres.count)
            for (k, centre) in centres.enumerated() {
                func colour(_ i: Int) -> SIMD3<Double> {
                    SIMD3(Double(colours[3 * i]), Double(colours[3 * i + 1]), Double(colours[3 * i + 2]))
                }
                var sum = SIMD3<Double>.zero
                Self.each(Int(centre), width) { sum += colour($0) }
                let mean = sum / 9
                var square = SIMD3<Double>.zero, mixed = SIMD3<Double>.zero
                Self.each(Int(centre), width) { i in
                    let d = colour(i) - mean
                    square += d * d
                    mixed += SIMD3(d.x * d.y, d.x * d.z, d.y * d.z)
                }
                let ridge = ClosedFormMatting.epsilon / 9
                Self.note(mean, square / 9 + ridge, mixed / 9, in: &facts, at: Self.size * k)
            }
            self.width = width
            self.centres = centres
            self.colours = colours
            self.facts = facts
            count = band.count
        }

        /// A window's numbers; the covariances are inverted by cofactors.
        ///
        /// - Parameters:
        ///   - square: xx, yy, zz.
        ///   - mixed: xy, xz, yz.
        private static func note(
            _ mean: SIMD3<Double>, _ square: SIMD3<Double>, _ mixed: SIMD3<Double>, in facts: inout [Double], at start: Int
        ) {
            let (xx, yy, zz) = (square.x, square.y, square.z), (xy, xz, yz) = (mixed.x, mixed.y, mixed.z)
            let a = yy * zz - yz * yz, b = xz * yz - xy * zz, c = xy * yz - xz * yy
            let scale = 1 / (xx * a + xy * b + xz * c)
            (facts[start], facts[start + 1], facts[start + 2]) = (mean.x, mean.y, mean.z)
            (facts[start + 3], facts[start + 4], facts[start + 5]) = (a * scale, b * scale, c * scale)
            facts[start + 6] = (xx * zz - xz * xz) * scale
            facts[start + 7] = (xy * xz - xx * yz) * scale
            facts[start + 8] = (xx * yy - xy * xy) * scale
        }

        /// The nine pixels of a window.
        @inline(__always)
        private static func each(_ centre: Int, _ width: Int, _ body: (Int) -> Void) {
            var i = centre - width
            for _ in 0..<3 {
                body(i - 1)
                body(i)
                body(i + 1)
                i += width
            }
        }

        /// What is left of alpha after the best linear function of each window, summed.
        func apply(to alpha: [Double], into out: inout [Double]) {
            alpha.withUnsafeBufferPointer { alpha in
                colours.withUnsafeBufferPointer { colours in
                    facts.withUnsafeBufferPointer { facts in
                        out.withUnsafeMutableBufferPointer { out in
                            out.update(repeating: 0)
                            for k in centres.indices {
                                let numbers = UnsafeBufferPointer(rebasing: facts[Self.size * k..<Self.size * (k + 1)])
                                Self.add(Int(centres[k]), width, numbers, alpha, colours, to: out)
                            }
                        }
                    }
                }
            }
        }

        @inline(__always)
        private static func add(
            _ centre: Int, _ width: Int, _ f: UnsafeBufferPointer<Double>, _ alpha: UnsafeBufferPointer<Double>,
            _ colours: UnsafeBufferPointer<Float>, to out: UnsafeMutableBufferPointer<Double>
        ) {
            var level = 0.0
            each(centre, width) { level += alpha[$0] }
            level /= 9
            var x = 0.0, y = 0.0, z = 0.0
            each(centre, width) { i in
                let a = alpha[i] - level
                x += (Double(colours[3 * i]) - f[0]) * a
                y += (Double(colours[3 * i + 1]) - f[1]) * a
                z += (Double(colours[3 * i + 2]) - f[2]) * a
            }
            let u = (f[3] * x + f[4] * y + f[5] * z) / 9
            let v = (f[4] * x + f[6] * y + f[7] * z) / 9
            let w = (f[5] * x + f[7] * y + f[8] * z) / 9
            each(centre, width) { i in
                let linear = u * (Double(colours[3 * i]) - f[0]) + v * (Double(colours[3 * i + 1]) - f[1])
                    + w * (Double(colours[3 * i + 2]) - f[2])
                out[i] += alpha[i] - level - linear
            }
        }

        func diagonal() -> [Double] {
            var out = [Double](repeating: 0, count: count)
            for (k, centre) in centres.enumerated() {
                let f = Self.size * k
                Self.each(Int(centre), width) { i in
                    let x = Double(colours[3 * i]) - facts[f], y = Double(colours[3 * i + 1]) - facts[f + 1]
                    let z = Double(colours[3 * i + 2]) - facts[f + 2]
                    let squares = facts[f + 3] * x * x + facts[f + 6] * y * y + facts[f + 8] * z * z
                    let products = facts[f + 4] * x * y + facts[f + 5] * x * z + facts[f + 7] * y * z
                    out[i] += 1 - (1 + squares + 2 * products) / 9
                }
            }
            return out
        }
    }
}
