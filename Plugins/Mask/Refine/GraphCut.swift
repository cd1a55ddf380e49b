import Foundation

/// Moves a contour onto the colour edges of a picture, inside a band.
///
/// GrabCut (Rother, Kolmogorov and Blake 2004) with two changes: only the band is free, and the mask
/// that came in counts as a prior beside the colours. Neighbours are parted cheaply where colours
/// differ, dearly where they do not.
package enum GraphCut {
    /// GrabCut's weight of the border between neighbours.
    private static let smoothness: Float = 50
    /// How much the incoming mask counts beside the colours.
    private static let trust: Float = 6
    /// Samples of the colours come from so far around the band, in pixels of the window.
    private static let rounds = 2

    /// - Parameters:
    ///   - alpha: 0…1; what is outside the band is certain.
    ///   - guide: red, green, blue, 0…1.
    /// - Returns: 0 or 1 inside the band; unchanged outside.
    package static func solve(_ alpha: Plane, band: [Bool], guide: [Plane]) -> Plane {
        let colours = band.indices.map { SIMD3(guide[0].values[$0], guide[1].values[$0], guide[2].values[$0]) }
        var result = alpha
        let unknown = band.indices.filter { band[$0] }
        guard !unknown.isEmpty else { return alpha }
        var number = [Int32](repeating: -1, count: band.count)
        for (k, i) in unknown.enumerated() { number[i] = Int32(k) }
        let contrast = meanContrast(colours, alpha.width, alpha.height)
        for round in 0..<rounds {
            // The first models know only what is certain; the second also what the first cut found.
            let inside = band.indices.filter { (round > 0 || !band[$0]) && result.values[$0] >= 0.5 }
            let outside = band.indices.filter { (round > 0 || !band[$0]) && result.values[$0] < 0.5 }
            guard let subject = ColourModel(inside.map { colours[$0] }),
                let background = ColourModel(outside.map { colours[$0] })
            else { return result }
            var flow = MaximumFlow(nodes: unknown.count)
            for (k, i) in unknown.enumerated() {
                let prior = min(max(alpha.values[i], 0.02), 0.98)
                // To be cut off the source is to be background, and costs what background costs.
                let asBackground = background.cost(colours[i]) - trust * logf(1 - prior)
                let asSubject = subject.cost(colours[i]) - trust * logf(prior)
                let least = min(asBackground, asSubject)
                flow.connect(k, source: asBackground - least, sink: asSubject - least)
            }
            link(&flow, unknown, number, colours, alpha, contrast)
            let kept = flow.cut()
            for (k, i) in unknown.enumerated() { result.values[i] = kept[k] ? 1 : 0 }
        }
        return result
    }

    /// Neighbours right, below and diagonal; certain neighbours pull with the same strength.
    private static func link(
        _ flow: inout MaximumFlow, _ unknown: [Int], _ number: [Int32], _ colours: [SIMD3<Float>], _ alpha: Plane,
        _ contrast: Float
    ) {
        let width = alpha.width, height = alpha.height
        for i in unknown {
            let x = i % width, y = i / width
            for (dx, dy) in [(1, 0), (0, 1), (1, 1), (-1, 1), (-1, 0), (0, -1), (-1, -1), (1, -1)] {
                guard x + dx >= 0, x + dx < width, y + dy >= 0, y + dy < height else { continue }
                let j = i + dy * width + dx
                let d = colours[i] - colours[j]
                let length: Float = dx != 0 && dy != 0 ? 1.41421 : 1
                let weight = smoothness * expf(-contrast * (d * d).sum()) / length
                if number[j] < 0 {
                    let isSubject = alpha.values[j] >= 0.5
                    flow.connect(Int(number[i]), source: isSubject ? weight : 0, sink: isSubject ? 0 : weight)
                } else if j > i {
                    flow.connect(Int(number[i]), Int(number[j]), capacity: weight)
                }
            }
        }
    }

    /// GrabCut's β: one over twice the mean squared difference of neighbours.
    private static func meanContrast(_ colours: [SIMD3<Float>], _ width: Int, _ height: Int) -> Float {
        var sum = 0.0, count = 0
        for y in 0..<height {
            for x in 0..<(width - 1) {
                let d = colours[y * width + x] - colours[y * width + x + 1]
                sum += Double((d * d).sum())
                count += 1
            }
        }
        return sum > 0 ? Float(Double(count) / (2 * sum)) : 1
    }
}
