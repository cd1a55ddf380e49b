/// Fills a hole as a soap film would: each pixel is the mean of its four neighbours.
///
/// The discrete Laplace equation with the known pixels around the hole as its boundary; at the
/// picture's own edge the slope is zero. Solved from coarse to fine (a cascade of grids), with
/// successive over-relaxation on each (Young 1954).
package enum HarmonicFill {
    /// Between 1 (Gauss-Seidel) and 2 (unstable); what the coarse grid leaves is local.
    private static let relaxation: Float = 1.6
    private static let sweeps = 14
    /// Below this size, sweeps alone converge.
    private static let smallest = 6

    package static func fill(_ region: inout HoleRegion) {
        let indices = region.holeIndices
        guard !indices.isEmpty, indices.count < region.hole.count else { return }
        if min(region.width, region.height) > smallest {
            var coarse = region.halved()
            if coarse.hole.contains(true) { fill(&coarse) }
            enlarge(coarse, into: &region, at: indices)
            relax(&region, at: indices, times: sweeps)
        } else {
            let known = region.pixels.indices.filter { !region.hole[$0] }
            let mean = known.reduce(SIMD4<Float>.zero) { $0 + region.pixels[$1] } / Float(known.count)
            for i in indices { region.pixels[i] = mean }
            relax(&region, at: indices, times: 40)
        }
    }

    /// Bilinear between the centres of the coarse pixels.
    private static func enlarge(_ coarse: HoleRegion, into region: inout HoleRegion, at indices: [Int]) {
        for i in indices {
            let u = (Float(i % region.width) + 0.5) / 2 - 0.5, v = (Float(i / region.width) + 0.5) / 2 - 0.5
            let x0 = max(0, Int(u.rounded(.down))), y0 = max(0, Int(v.rounded(.down)))
            let x1 = min(coarse.width - 1, x0 + 1), y1 = min(coarse.height - 1, y0 + 1)
            let fx = min(max(u - Float(x0), 0), 1), fy = min(max(v - Float(y0), 0), 1)
            let top = coarse.pixels[y0 * coarse.width + x0] * (1 - fx) + coarse.pixels[y0 * coarse.width + x1] * fx
            let bottom = coarse.pixels[y1 * coarse.width + x0] * (1 - fx) + coarse.pixels[y1 * coarse.width + x1] * fx
            region.pixels[i] = top * (1 - fy) + bottom * fy
        }
    }

    private static func relax(_ region: inout HoleRegion, at indices: [Int], times: Int) {
        let width = region.width, height = region.height
        region.pixels.withUnsafeMutableBufferPointer { pixels in
            for sweep in 0..<times {
                // Both directions in turn, so that no side of the hole is favoured.
                for k in indices.indices {
                    let i = sweep % 2 == 0 ? indices[k] : indices[indices.count - 1 - k]
                    let x = i % width, y = i / width
                    let left = pixels[x > 0 ? i - 1 : i], right = pixels[x + 1 < width ? i + 1 : i]
                    let up = pixels[y > 0 ? i - width : i], down = pixels[y + 1 < height ? i + width : i]
                    let mean = (left + right + up + down) * 0.25
                    pixels[i] += (mean - pixels[i]) * relaxation
                }
            }
        }
        for i in indices { region.pixels[i].clamp(lowerBound: .zero, upperBound: .init(repeating: 255)) }
    }
}
