import Foundation

/// How likely colours are: a mixture of Gaussians, as GrabCut uses (Rother, Kolmogorov and Blake
/// 2004).
package struct ColourModel {
    private struct Part {
        var mean: SIMD3<Float>
        var inverse: Symmetric3
        /// −log of weight / √determinant.
        var offset: Float
    }

    /// GrabCut's number of Gaussians.
    private static let parts = 5
    private static let rounds = 8
    /// Added to each variance: a thousandth of full scale, squared and some more, for flat colours.
    private static let ridge: Float = 2e-4

    private var mixture: [Part] = []

    /// Nil without samples.
    package init?(_ samples: [SIMD3<Float>]) {
        guard !samples.isEmpty else { return nil }
        // Some thousand colours tell as much as all.
        let step = max(1, samples.count / 6000)
        let some = stride(from: 0, to: samples.count, by: step).map { samples[$0] }
        var centres = Self.spreadOut(some)
        var groups = [[SIMD3<Float>]](repeating: [], count: centres.count)
        for _ in 0..<Self.rounds {
            groups = .init(repeating: [], count: centres.count)
            for colour in some { groups[Self.nearest(colour, centres)].append(colour) }
            for k in centres.indices where !groups[k].isEmpty {
                centres[k] = groups[k].reduce(.zero, +) / Float(groups[k].count)
            }
        }
        for (centre, group) in zip(centres, groups) where !group.isEmpty {
            var m = Symmetric3(xx: Self.ridge, xy: 0, xz: 0, yy: Self.ridge, yz: 0, zz: Self.ridge)
            let n = Float(group.count)
            for colour in group {
                let d = colour - centre
                m.xx += d.x * d.x / n
                m.xy += d.x * d.y / n
                m.xz += d.x * d.z / n
                m.yy += d.y * d.y / n
                m.yz += d.y * d.z / n
                m.zz += d.z * d.z / n
            }
            let determinant =
                m.xx * (m.yy * m.zz - m.yz * m.yz) - m.xy * (m.xy * m.zz - m.xz * m.yz)
                + m.xz * (m.xy * m.yz - m.xz * m.yy)
            let weight = n / Float(some.count)
            mixture.append(
                Part(mean: centre, inverse: m.inverse, offset: 0.5 * logf(max(determinant, 1e-20)) - logf(weight)))
        }
    }

    /// −log of the likelihood, up to a constant that all models share.
    package func cost(_ colour: SIMD3<Float>) -> Float {
        // asked for every pixel of every round: the terms must not go to the heap
        var terms = SIMD8<Float>(repeating: .infinity)
        for k in mixture.indices {
            let d = colour - mixture[k].mean
            terms[k] = mixture[k].offset + 0.5 * (d * (mixture[k].inverse * d)).sum()
        }
        let best = terms.min()
        var sum: Float = 0
        for k in mixture.indices { sum += expf(best - terms[k]) }
        return best - logf(sum)
    }

    /// The first sample, then always the one farthest from all taken.
    private static func spreadOut(_ samples: [SIMD3<Float>]) -> [SIMD3<Float>] {
        var centres = [samples[0]]
        var distance = samples.map { length($0 - centres[0]) }
        while centres.count < parts, let far = distance.indices.max(by: { distance[$0] < distance[$1] }),
            distance[far] > 1e-5
        {
            centres.append(samples[far])
            for i in samples.indices { distance[i] = min(distance[i], length(samples[i] - samples[far])) }
        }
        return centres
    }

    private static func nearest(_ colour: SIMD3<Float>, _ centres: [SIMD3<Float>]) -> Int {
        var best = 0
        for k in centres.indices where length(colour - centres[k]) < length(colour - centres[best]) { best = k }
        return best
    }

    private static func length(_ v: SIMD3<Float>) -> Float { (v * v).sum() }
}
