import Foundation

/// Moves a contour onto the colour edges of a picture, where it is free to move.
///
/// GrabCut (Rother, Kolmogorov and Blake 2004): colours of either side as mixtures of Gaussians, a
/// border that is cheap where colours differ, and the cheapest cut of both. A mask that came in may
/// count as a prior beside the colours.
package struct GraphCut {
    /// GrabCut's weight of the border between neighbours.
    private static let smoothness: Float = 50

    /// How much the incoming mask counts beside the colours; 0 for not at all.
    package var trust: Float
    /// How often colours are learned and the cut is made.
    package var rounds: Int
    /// Whether the first colours are learned from what is free as well, or only from what is certain.
    package var learnsFromFree: Bool

    package init(trust: Float, rounds: Int, learnsFromFree: Bool) {
        self.trust = trust
        self.rounds = rounds
        self.learnsFromFree = learnsFromFree
    }

    /// - Parameters:
    ///   - alpha: 0…1; what is not free is certain.
    ///   - free: what the cut decides.
    ///   - guide: red, green, blue, 0…1.
    /// - Returns: 0 or 1 where it is free; unchanged elsewhere.
    package func solve(_ alpha: Plane, free: [Bool], guide: [Plane]) -> Plane {
        let colours = free.indices.map { SIMD3(guide[0].values[$0], guide[1].values[$0], guide[2].values[$0]) }
        var result = alpha
        let unknown = free.indices.filter { free[$0] }
        guard !unknown.isEmpty else { return alpha }
        var number = [Int32](repeating: -1, count: free.count)
        for (k, i) in unknown.enumerated() { number[i] = Int32(k) }
        let contrast = Self.meanContrast(colours, alpha.width, alpha.height)
        for round in 0..<rounds {
            let learns = { (i: Int) in round > 0 || learnsFromFree || !free[i] }
            let inside = free.indices.filter { learns($0) && result.values[$0] >= 0.5 }
            let outside = free.indices.filter { learns($0) && result.values[$0] < 0.5 }
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
            Self.link(&flow, unknown, number, colours, alpha, contrast)
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
