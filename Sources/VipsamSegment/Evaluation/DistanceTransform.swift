/// Euclidean distances on a raster (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012):
/// exact, in time proportional to the pixels.
enum DistanceTransform {
    private static let far: Double = 1e12

    /// For each pixel the squared distance to the nearest pixel where `isSource` is not 0, in pixels.
    static func squared(_ isSource: [UInt8], width: Int, height: Int) -> [Double] {
        var values = isSource.map { $0 != 0 ? 0 : far }
        var line = [Double](repeating: 0, count: max(width, height))
        for x in 0..<width {
            for y in 0..<height { line[y] = values[y * width + x] }
            transform(&line, height)
            for y in 0..<height { values[y * width + x] = line[y] }
        }
        for y in 0..<height {
            for x in 0..<width { line[x] = values[y * width + x] }
            transform(&line, width)
            for x in 0..<width { values[y * width + x] = line[x] }
        }
        return values
    }

    /// The lower envelope of parabolas along one line.
    private static func transform(_ line: inout [Double], _ count: Int) {
        var places = [Int](repeating: 0, count: count)
        var borders = [Double](repeating: 0, count: count + 1)
        var last = 0
        borders[0] = -.infinity
        borders[1] = .infinity
        for q in 1..<max(1, count) {
            // Values are finite and the first border is not, so the loop ends.
            while true {
                let p = places[last]
                let crossing =
                    ((line[q] + Double(q * q)) - (line[p] + Double(p * p))) / Double(2 * q - 2 * p)
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
        let old = Array(line[0..<count])
        var k = 0
        for q in 0..<count {
            while borders[k + 1] < Double(q) { k += 1 }
            let distance = Double(q - places[k])
            line[q] = min(far, distance * distance + old[places[k]])
        }
    }
}
