import Foundation
import Testing
import VipsamKit

/// GrabCut's price of a picture's sides, pixel by pixel and pair by pair: what colours cost under either side's model,
/// what it costs to leave the mask that came in, and what each border between neighbours costs.
private struct Price {
    let alpha: Plane
    let guide: [Plane]
    let subject: ColourModel
    let background: ColourModel
    let trust: Double

    private func colour(_ i: Int) -> SIMD3<Float> {
        SIMD3(guide[0].values[i], guide[1].values[i], guide[2].values[i])
    }

    private func squaredDistance(_ i: Int, _ j: Int) -> Double {
        (0..<3).reduce(0) { $0 + pow(Double(guide[$1].values[i]) - Double(guide[$1].values[j]), 2) }
    }

    /// What each free pixel costs on either side, and what each pair of neighbours costs that is parted.
    func terms(_ free: [Bool]) -> (sides: [(subject: Double, background: Double)], pairs: [(Int, Int, Double)]) {
        let width = alpha.width, height = alpha.height
        let sides = alpha.values.indices.map { i in
            let prior = min(max(Double(alpha.values[i]), 0.02), 0.98)
            return (
                subject: Double(subject.cost(colour(i))) - trust * log(prior),
                background: Double(background.cost(colour(i))) - trust * log(1 - prior)
            )
        }
        // β: one over twice the mean squared difference of neighbours in a row
        let rows = alpha.values.indices.filter { $0 % width + 1 < width }
        let contrast = Double(rows.count) / (2 * rows.reduce(0) { $0 + squaredDistance($1, $1 + 1) })
        var pairs: [(Int, Int, Double)] = []
        for i in alpha.values.indices {
            for j in alpha.values.indices where j > i {
                let dx = abs(i % width - j % width), dy = j / width - i / width
                guard max(dx, dy) == 1, free[i] || free[j], j / width < height else { continue }
                let length = Double(dx + dy).squareRoot()
                pairs.append((i, j, 50 * exp(-contrast * squaredDistance(i, j)) / length))
            }
        }
        return (sides, pairs)
    }
}

@Suite struct GraphCutTests {
    private let width = 7, height = 5

    /// Certain sides left and right, and twelve free pixels between them; all 4096 cuts can be priced.
    private func picture(_ seed: UInt64) -> (alpha: Plane, free: [Bool], guide: [Plane]) {
        let free = (0..<width * height).map { (2...4).contains($0 % width) && $0 / width < 4 }
        let first = Oracle.noise(width * height, seed: seed), mixture = Oracle.noise(width * height, seed: seed &+ 50)
        let alpha = first.indices.map { free[$0] ? first[$0] : Float($0 % width > 3 ? 1 : 0) }
        let guide = Oracle.guide(width, height, seed: seed &+ 77).enumerated().map { c, plane in
            let subject: Float = [0.6, 0.3, 0.1][c], ground: Float = [0.2, 0.4, 0.5][c]
            return Plane(width: width, height: height, values: plane.values.indices.map {
                let share = free[$0] ? mixture[$0] : alpha[$0]
                return 0.05 * plane.values[$0] + ground + share * (subject - ground)
            })
        }
        return (Plane(width: width, height: height, values: alpha), free, guide)
    }

    private func model(_ guide: [Plane], _ indices: [Int]) throws -> ColourModel {
        try #require(ColourModel(indices.map { SIMD3(guide[0].values[$0], guide[1].values[$0], guide[2].values[$0]) }))
    }

    /// The price of sides above the price of the cheapest of all.
    private func excess(_ sides: [Bool], _ price: Price, _ free: [Bool]) -> Double {
        let (costs, pairs) = price.terms(free), unknown = free.indices.filter { free[$0] }
        func total(_ sides: [Bool]) -> Double {
            unknown.reduce(0) { $0 + (sides[$1] ? costs[$1].subject : costs[$1].background) }
                + pairs.reduce(0) { $0 + (sides[$1.0] != sides[$1.1] ? $1.2 : 0) }
        }
        var least = Double.infinity, trial = sides
        for bits in 0..<(1 << unknown.count) {
            for (k, i) in unknown.enumerated() { trial[i] = bits >> k & 1 == 1 }
            least = min(least, total(trial))
        }
        return total(sides) - least
    }

    /// Colours are learned from what is certain, and in the second round from the sides that the first one found.
    @Test(arguments: [0, 1.5, 6] as [Float]) func bothRoundsFindTheCheapestOfAllSides(trust: Float) throws {
        var seen: Set<[Bool]> = []
        for seed in UInt64(1)...6 {
            let (alpha, free, guide) = picture(seed)
            var learned = alpha.values.indices.filter { !free[$0] }, sides = alpha.values.map { $0 >= 0.5 }
            for rounds in 1...2 {
                let price = Price(
                    alpha: alpha, guide: guide, subject: try model(guide, learned.filter { sides[$0] }),
                    background: try model(guide, learned.filter { !sides[$0] }), trust: Double(trust))
                let cut = GraphCut(trust: trust, rounds: rounds, learnsFromFree: false)
                    .solve(alpha, free: free, guide: guide)
                sides = cut.values.map { $0 >= 0.5 }
                for i in free.indices { #expect(cut.values[i] == (free[i] ? (sides[i] ? 1 : 0) : alpha.values[i])) }
                let excess = excess(sides, price, free)
                #expect(excess < 1e-3, "seed \(seed), round \(rounds)")
                learned = Array(alpha.values.indices)
                seen.insert(sides)
            }
        }
        // cuts that are all alike would show nothing
        #expect(seen.count > 3)
    }
}
