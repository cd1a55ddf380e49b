/// A rectangle of a picture with a hole in it: what the filling methods work on.
///
/// Up to four colour bands lie in one vector per pixel, each 0…255 whatever the picture's depth; what
/// is unused is 0.
package struct HoleRegion {
    package let width: Int
    package let height: Int
    package var pixels: [SIMD4<Float>]
    /// Whether a pixel is to be filled; as many as `pixels`.
    package var hole: [Bool]

    package init(width: Int, height: Int, pixels: [SIMD4<Float>], hole: [Bool]) {
        self.width = width
        self.height = height
        self.pixels = pixels
        self.hole = hole
    }

    /// The hole's pixels, row by row.
    var holeIndices: [Int] { hole.indices.filter { hole[$0] } }

    /// How far each hole pixel is from what is known, in pixels, at most `limit`; 0 outside the hole.
    func depth(limit: Int) -> [Int32] {
        Self.distances(to: hole.map(!), width, limit: Int32(limit)).map { ($0 + 2) / 3 }
    }

    /// A mask grown by a radius in pixels.
    package static func grown(_ set: [Bool], _ width: Int, _ height: Int, by radius: Double) -> [Bool] {
        let reach = Int32(radius.rounded(.up)) + 1
        return distances(to: set, width, limit: reach).map { Double($0) <= radius * 3 }
    }

    /// Three times the distance of each pixel to the nearest set one, at most `limit` pixels.
    /// Chamfer distance with steps 3 and 4 (Borgefors 1986): good to 8 %.
    private static func distances(to set: [Bool], _ width: Int, limit: Int32) -> [Int32] {
        var distance = set.map { $0 ? 0 : limit * 3 }
        func relax(_ i: Int, _ x: Int, _ dx: Int, _ j: Int, _ step: Int32) {
            guard x + dx >= 0, x + dx < width, j >= 0, j < distance.count else { return }
            distance[i] = min(distance[i], distance[j] + step)
        }
        for i in distance.indices where distance[i] > 0 {
            let x = i % width
            relax(i, x, -1, i - 1, 3)
            relax(i, x, 0, i - width, 3)
            relax(i, x, -1, i - width - 1, 4)
            relax(i, x, 1, i - width + 1, 4)
        }
        for i in distance.indices.reversed() where distance[i] > 0 {
            let x = i % width
            relax(i, x, 1, i + 1, 3)
            relax(i, x, 0, i + width, 3)
            relax(i, x, 1, i + width + 1, 4)
            relax(i, x, -1, i + width - 1, 4)
        }
        return distance
    }

    /// Half the size: the mean of what is known in each square of four; a square with nothing known
    /// is a hole.
    func halved() -> HoleRegion {
        let w = (width + 1) / 2, h = (height + 1) / 2
        var small = HoleRegion(
            width: w, height: h, pixels: .init(repeating: .zero, count: w * h), hole: .init(repeating: false, count: w * h))
        for y in 0..<h {
            for x in 0..<w {
                var sum = SIMD4<Float>.zero, count: Float = 0
                for sy in (2 * y)..<min(2 * y + 2, height) {
                    for sx in (2 * x)..<min(2 * x + 2, width) where !hole[sy * width + sx] {
                        sum += pixels[sy * width + sx]
                        count += 1
                    }
                }
                small.hole[y * w + x] = count == 0
                small.pixels[y * w + x] = count > 0 ? sum / count : .zero
            }
        }
        return small
    }
}
