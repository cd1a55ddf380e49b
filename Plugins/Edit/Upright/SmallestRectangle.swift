import VipsamKit

/// The rectangle of least area around a mask.
///
/// One of its sides lies on a side of the convex hull (Freeman and Shapira 1975), so all of them are tried. The hull is
/// Andrew's monotone chain (1979) over the first and last pixel of each row.
struct SmallestRectangle {
    /// Direction of `side` in degrees, clockwise from the x axis; 0..<180.
    let angle: Double
    /// Lengths in pixels.
    let side: Double
    let otherSide: Double

    /// Nil for a mask with nothing on it (128 or more).
    init?(_ bytes: [UInt8], width: Int, height: Int) {
        let hull = Self.hull(Self.corners(bytes, width, height))
        guard hull.count >= 3 else { return nil }
        var best: (area: Double, direction: (x: Double, y: Double), side: Double, other: Double)?
        for index in hull.indices {
            let a = hull[index], b = hull[(index + 1) % hull.count]
            let dx = b.x - a.x, dy = b.y - a.y
            let length = (dx * dx + dy * dy).squareRoot()
            guard length > 0 else { continue }
            let u = (x: dx / length, y: dy / length)
            let along = hull.map { $0.x * u.x + $0.y * u.y }, across = hull.map { $0.y * u.x - $0.x * u.y }
            let side = (along.max() ?? 0) - (along.min() ?? 0), other = (across.max() ?? 0) - (across.min() ?? 0)
            if side * other < (best?.area ?? .infinity) { best = (side * other, u, side, other) }
        }
        guard let best else { return nil }
        side = best.side
        otherSide = best.other
        angle = Self.degrees(best.direction)
    }

    /// Corners of the outermost pixels of each row, sorted by x, then y.
    private static func corners(_ bytes: [UInt8], _ width: Int, _ height: Int) -> [Point] {
        var points: [Point] = []
        for y in 0..<height {
            let row = bytes[y * width..<(y + 1) * width]
            guard let first = row.firstIndex(where: { $0 >= 128 }), let last = row.lastIndex(where: { $0 >= 128 }) else {
                continue
            }
            for x in [first - y * width, last - y * width + 1] {
                points.append(Point(x: Double(x), y: Double(y)))
                points.append(Point(x: Double(x), y: Double(y + 1)))
            }
        }
        return points.sorted { $0.x == $1.x ? $0.y < $1.y : $0.x < $1.x }
    }

    private static func hull(_ points: [Point]) -> [Point] {
        guard points.count >= 3 else { return points }
        func half(_ points: some Sequence<Point>) -> [Point] {
            var chain: [Point] = []
            for p in points {
                while chain.count >= 2 {
                    let a = chain[chain.count - 2], b = chain[chain.count - 1]
                    if (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) > 0 { break }
                    chain.removeLast()
                }
                chain.append(p)
            }
            return Array(chain.dropLast())
        }
        return half(points) + half(points.reversed())
    }

    /// The angle of a unit vector, by halving: the same on every machine.
    private static func degrees(_ direction: (x: Double, y: Double)) -> Double {
        var target = direction
        if target.y < 0 || (target.y == 0 && target.x < 0) { target = (-target.x, -target.y) }
        var low = 0.0, high = 180.0
        for _ in 0..<50 {
            let middle = (low + high) / 2
            let u = Direction.unit(degrees: middle)
            // Counter-clockwise of the target, seen from the middle, means that the middle is too small.
            if u.x * target.y - u.y * target.x > 0 { low = middle } else { high = middle }
        }
        let angle = (low + high) / 2
        return angle >= 180 - 1e-9 ? 0 : angle
    }
}
