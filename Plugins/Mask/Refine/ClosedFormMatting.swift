package import VipsamKit

/// Closed-form matting: alpha in an unknown band, from the colours alone.
///
/// Levin, Lischinski and Weiss (2008): in each 3×3 window alpha is nearly a linear function of the
/// colours; the alpha that violates this least, with what is outside the band held fixed, solves a
/// sparse linear system. Solved by conjugate gradients with a diagonal preconditioner; the matrix is
/// never built, each product walks over the windows.
package enum ClosedFormMatting {
    /// How much noise in a window is not an edge (the paper's ε, for colours 0…1).
    private static let epsilon: Float = 1e-5
    private static let mostIterations = 250
    /// Relative to the first residual: alpha is then good to about a grey level.
    private static let tolerance: Float = 2e-3

    /// - Parameters:
    ///   - alpha: 0…1; fixed outside the band, a first guess inside.
    ///   - band: what is unknown.
    ///   - guide: red, green, blue, 0…1.
    ///   - trust: what a squared step away from the first guess costs, beside the windows' own errors (a
    ///     data term as Wang and Cohen 2007 add); 0 is the paper's method. Over a busy background the
    ///     middle of a wide band drifts into haze without it.
    package static func solve(_ alpha: inout Plane, band: [Bool], guide: [Plane], trust: Float = 0) {
        let windows = Windows(band: band, guide: guide)
        guard !windows.centres.isEmpty else { return }
        let unknown = band.indices.filter { band[$0] }
        let diagonal = windows.diagonal().map { $0 + trust }
        var residual = windows.laplacian(alpha.values)
        for i in residual.indices { residual[i] = band[i] ? -residual[i] : 0 }
        var z = [Float](repeating: 0, count: residual.count)
        for i in unknown { z[i] = residual[i] / max(diagonal[i], 1e-6) }
        var direction = z
        var rz = dot(residual, z, unknown)
        let goal = rz * tolerance * tolerance
        for _ in 0..<mostIterations where rz > goal && rz > 1e-12 {
            var product = windows.laplacian(direction)
            for i in unknown { product[i] += trust * direction[i] }
            let curvature = dot(direction, product, unknown)
            guard curvature > 1e-20 else { break }
            let step = rz / curvature
            for i in unknown {
                alpha.values[i] += step * direction[i]
                residual[i] -= step * product[i]
                z[i] = residual[i] / max(diagonal[i], 1e-6)
            }
            let next = dot(residual, z, unknown)
            let ratio = next / rz
            for i in unknown { direction[i] = z[i] + ratio * direction[i] }
            rz = next
        }
        for i in unknown { alpha.values[i] = min(max(alpha.values[i], 0), 1) }
    }

    private static func dot(_ a: [Float], _ b: [Float], _ indices: [Int]) -> Float {
        var sum = 0.0
        for i in indices { sum += Double(a[i]) * Double(b[i]) }
        return Float(sum)
    }

    /// The 3×3 windows that touch the band.
    private struct Windows {
        let width: Int
        let centres: [Int]
        private let colours: [SIMD3<Float>]
        private let means: [SIMD3<Float>]
        private let inverses: [Symmetric3]
        private let count: Int

        init(band: [Bool], guide: [Plane]) {
            let width = guide[0].width, height = guide[0].height
            let colours = band.indices.map { SIMD3(guide[0].values[$0], guide[1].values[$0], guide[2].values[$0]) }
            var centres: [Int] = [], means: [SIMD3<Float>] = [], inverses: [Symmetric3] = []
            for y in 1..<max(1, height - 1) {
                for x in 1..<max(1, width - 1) {
                    let i = y * width + x
                    let neighbours = Self.offsets(width).map { i + $0 }
                    guard neighbours.contains(where: { band[$0] }) else { continue }
                    let mean = neighbours.reduce(SIMD3<Float>.zero) { $0 + colours[$1] } / 9
                    let ridge = ClosedFormMatting.epsilon / 9
                    var m = Symmetric3(xx: ridge, xy: 0, xz: 0, yy: ridge, yz: 0, zz: ridge)
                    for j in neighbours {
                        let d = (colours[j] - mean)
                        m.xx += d.x * d.x / 9
                        m.xy += d.x * d.y / 9
                        m.xz += d.x * d.z / 9
                        m.yy += d.y * d.y / 9
                        m.yz += d.y * d.z / 9
                        m.zz += d.z * d.z / 9
                    }
                    centres.append(i)
                    means.append(mean)
                    inverses.append(m.inverse)
                }
            }
            self.width = width
            self.centres = centres
            self.colours = colours
            self.means = means
            self.inverses = inverses
            count = band.count
        }

        private static func offsets(_ width: Int) -> [Int] {
            [-width - 1, -width, -width + 1, -1, 0, 1, width - 1, width, width + 1]
        }

        /// What is left of alpha after the best linear function of each window, summed.
        func laplacian(_ alpha: [Float]) -> [Float] {
            var out = [Float](repeating: 0, count: count)
            let offsets = Self.offsets(width)
            for (k, centre) in centres.enumerated() {
                let mean = means[k]
                var total: Float = 0
                var moment = SIMD3<Float>.zero
                for o in offsets {
                    let value = alpha[centre + o]
                    total += value
                    moment += (colours[centre + o] - mean) * value
                }
                let slope = inverses[k] * (moment / 9)
                let level = total / 9
                for o in offsets {
                    out[centre + o] += alpha[centre + o] - level - (slope * (colours[centre + o] - mean)).sum()
                }
            }
            return out
        }

        func diagonal() -> [Float] {
            var out = [Float](repeating: 0, count: count)
            for (k, centre) in centres.enumerated() {
                for o in Self.offsets(width) {
                    let d = colours[centre + o] - means[k]
                    out[centre + o] += 1 - (1 + (d * (inverses[k] * d)).sum()) / 9
                }
            }
            return out
        }
    }
}
