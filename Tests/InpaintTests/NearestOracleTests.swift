import EditOperations
import Testing

/// Known pixels whose colours are their places: where each filled pixel came from can be read off it.
@Test(arguments: [1, 2, 3, 4] as [UInt64])
func whatNearestTakesIsAtMostAFractionOfAPixelFartherThanTheNearest(seed: UInt64) {
    let width = 47, height = 39
    var state = seed, hole: [Bool] = []
    for _ in 0..<width * height {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        hole.append((state >> 33) % 60 != 0)
    }
    let places = (0..<width * height).map { SIMD4(Float($0 % width), Float($0 / width), 0, 0) }
    let pixels = places.indices.map { hole[$0] ? SIMD4(repeating: 99) : places[$0] }
    var region = HoleRegion(width: width, height: height, pixels: pixels, hole: hole)
    NearestFill.fill(&region)
    func distance(_ a: SIMD4<Float>, _ b: SIMD4<Float>) -> Float { ((a - b) * (a - b)).sum().squareRoot() }
    let known = hole.indices.filter { !hole[$0] }.map { places[$0] }
    var isExact = 0
    for i in hole.indices where hole[i] {
        let least = known.map { distance($0, places[i]) }.min() ?? 0
        let taken = distance(region.pixels[i], places[i])
        #expect(known.contains(region.pixels[i]) && taken < least + 0.5, "\(i % width), \(i / width)")
        isExact += taken <= least ? 1 : 0
    }
    let filled = hole.count { $0 }
    #expect(Double(isExact) > 0.98 * Double(filled), "\(isExact) of \(filled)")
}
