/// Euclidean distances on a raster (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012):
/// exact, in time proportional to the pixels.
struct DistanceTransform {
    private static let far = 1e12

    private var line: [Double]
    /// The parabolas of the lower envelope: their places, and where each takes over from the one before.
    private var places: [Int]
    private var borders: [Double]

    /// For each pixel the squared distance to the nearest pixel where `isSource` is not 0, in pixels.
    static func squared(_ isSource: [UInt8], width: Int, height: Int) -> [Double] {
        var transform = DistanceTransform(longest: max(width, height))
        var values = isSource.map { $0 != 0 ? 0 : far }
        for x in 0..<width { transform.apply(&values, from: x, step: width, count: height) }
        for y in 0..<height { transform.apply(&values, from: y * width, step: 1, count: width) }
        return values
    }

    private init(longest: Int) {
        line = [Double](repeating: 0, count: longest)
        places = [Int](repeating: 0, count: longest)
        borders = [Double](repeating: 0, count: longest + 1)
    }

    private mutating func apply(_ values: inout [Double], from start: Int, step: Int, count: Int) {
        for q in 0..<count { line[q] = values[start + q * step] }
        var last = 0
        places[0] = 0
        borders[0] = -.infinity
        borders[1] = .infinity
        for q in 1..<max(1, count) {
            // Values are finite and the first border is not, so the loop ends.
            while true {
                let p = places[last]
                let crossing = ((line[q] + Double(q * q)) - (line[p] + Double(p * p))) / Double(2 * q - 2 * p)
                if crossing > borders[last] {
                    last += 1
                    places[last] = q
                    borders[last] = crossing
                    borders[last + 1] = .infinity
                    break
                }
                last -= 1
            }
        }
        var k = 0
        for q in 0..<count {
            while borders[k + 1] < Double(q) { k += 1 }
            let distance = Double(q - places[k])
            values[start + q * step] = min(Self.far, distance * distance + line[places[k]])
        }
    }
}
