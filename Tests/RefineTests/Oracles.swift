import VipsamKit

/// What the oracles of this target share: repeatable numbers, pictures made of them, and linear equations in doubles.
enum Oracle {
    /// The same numbers for the same seed (a linear congruence, Knuth's MMIX constants), 0…1.
    static func noise(_ count: Int, seed: UInt64) -> [Float] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }
    }

    /// Red, green and blue of their own, or three times the same grey.
    static func guide(_ width: Int, _ height: Int, seed: UInt64, isGrey: Bool = false) -> [Plane] {
        (0..<3).map { band in
            let own = isGrey ? seed : seed &+ 1000 &* UInt64(band)
            return Plane(width: width, height: height, values: noise(width * height, seed: own))
        }
    }

    static func colour(_ guide: [Plane], _ i: Int) -> [Double] { guide.map { Double($0.values[i]) } }

    /// Gaussian elimination with the largest pivot of each column.
    static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        let count = right.count
        var rows = matrix, right = right
        for k in 0..<count {
            let pivot = (k..<count).max { abs(rows[$0][k]) < abs(rows[$1][k]) } ?? k
            rows.swapAt(k, pivot)
            right.swapAt(k, pivot)
            for i in k + 1..<max(count, k + 1) where rows[i][k] != 0 {
                let factor = rows[i][k] / rows[k][k]
                for j in k..<count { rows[i][j] -= factor * rows[k][j] }
                right[i] -= factor * right[k]
            }
        }
        for k in (0..<count).reversed() {
            for j in k + 1..<max(count, k + 1) { right[k] -= rows[k][j] * right[j] }
            right[k] /= rows[k][k]
        }
        return right
    }

    /// Mean and covariance of some colours, both divided by how many there are.
    static func moments(_ colours: [[Double]]) -> (mean: [Double], covariance: [[Double]]) {
        let count = Double(colours.count)
        let mean = (0..<3).map { c in colours.reduce(0) { $0 + $1[c] } / count }
        let covariance = (0..<3).map { c in
            (0..<3).map { d in colours.reduce(0) { $0 + ($1[c] - mean[c]) * ($1[d] - mean[d]) } / count }
        }
        return (mean, covariance)
    }

    static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    static func worst(_ values: [Float], _ truth: [Double]) -> Double {
        zip(values, truth).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    }
}
