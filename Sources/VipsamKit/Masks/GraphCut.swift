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
        let links = Self.links(colours, free, alpha.width, alpha.height)
        for round in 0..<rounds {
            let learns = { (i: Int) in round > 0 || learnsFromFree || !free[i] }
            let inside = free.indices.filter { learns($0) && result.values[$0] >= 0.5 }
            let outside = free.indices.filter { learns($0) && result.values[$0] < 0.5 }
            guard let subject = ColourModel(inside.map { colours[$0] }),
                let background = ColourModel(outside.map { colours[$0] })
            else { return result }
            var flow = MaximumFlow(width: alpha.width, height: alpha.height)
            for i in unknown {
                let prior = min(max(alpha.values[i], 0.02), 0.98)
                // To be cut off the source is to be background, and costs what background costs.
                flow.connect(
                    x: i % alpha.width, y: i / alpha.width,
                    source: background.cost(colours[i]) - trust * logf(1 - prior),
                    sink: subject.cost(colours[i]) - trust * logf(prior))
            }
            for link in links { link.add(to: &flow, free: free, alpha: alpha) }
            let kept = flow.cut()
            var hasChanged = false
            for i in unknown where (result.values[i] == 1) != kept[i] || result.values[i] != result.values[i].rounded() {
                result.values[i] = kept[i] ? 1 : 0
                hasChanged = true
            }
            // the same sides teach the same colours, and they cut in the same place
            if !hasChanged, round > 0 || learnsFromFree { return result }
        }
        return result
    }

    /// What it costs to part a pixel from a neighbour.
    private struct Link {
        let x: Int, y: Int
        let neighbour: MaximumFlow.Neighbour
        let dx: Int, dy: Int
        let weight: Float

        /// A certain neighbour pulls towards its side as strongly as a free one.
        func add(to flow: inout MaximumFlow, free: [Bool], alpha: Plane) {
            let i = y * alpha.width + x, j = (y + dy) * alpha.width + x + dx
            func pull(x: Int, y: Int, towards certain: Int) {
                let isSubject = alpha.values[certain] >= 0.5
                flow.connect(x: x, y: y, source: isSubject ? weight : 0, sink: isSubject ? 0 : weight)
            }
            switch (free[i], free[j]) {
            case (true, true): flow.connect(x: x, y: y, neighbour, capacity: weight)
            case (true, false): pull(x: x, y: y, towards: j)
            case (false, true): pull(x: x + dx, y: y + dy, towards: i)
            case (false, false): break
            }
        }
    }

    /// Each pixel with those to its right, below it and diagonally below it, where at least one of both is free.
    private static func links(_ colours: [SIMD3<Float>], _ free: [Bool], _ width: Int, _ height: Int) -> [Link] {
        let contrast = meanContrast(colours, width, height)
        let forward: [(MaximumFlow.Neighbour, dx: Int, dy: Int, length: Float)] = [
            (.right, 1, 0, 1), (.below, 0, 1, 1), (.belowRight, 1, 1, 1.41421), (.belowLeft, -1, 1, 1.41421),
        ]
        var links: [Link] = []
        for y in 0..<height {
            for x in 0..<width {
                let i = y * width + x
                for (neighbour, dx, dy, length) in forward {
                    guard x + dx >= 0, x + dx < width, y + dy < height else { continue }
                    let j = i + dy * width + dx
                    guard free[i] || free[j] else { continue }
                    let d = colours[i] - colours[j]
                    let weight = smoothness * expf(-contrast * (d * d).sum()) / length
                    links.append(Link(x: x, y: y, neighbour: neighbour, dx: dx, dy: dy, weight: weight))
                }
            }
        }
        return links
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
