import VipsamKit

/// The rectangle of least area around a mask.
///
/// One of its sides lies on a side of the convex hull (Freeman and Shapira 1975), so all of them are tried. The hull is
/// Andrew's monotone chain (1979) over the first and last pixel of each row.
///
/// Around a round shape all rectangles are nearly the same, and the steps of its contour would choose one. So where the
/// smallest has 95 % or more of the area of the largest (of one for each degree), the upright rectangle is taken. Sides
/// of the smallest count 1.5 pixels longer for that: a contour made of whole pixels tells them no better. Discs are
/// round then, ellipses up to 1.38 : 1 (2k / (k² + 1) ≥ 0.95), and what is only a few pixels large; squares of four
/// pixels by four are not.
struct SmallestRectangle {
    /// Least share of the largest area that is as good as all of it.
    private static let sameArea = 0.95
    /// Sides are equally long if they differ by so much of the longer one, or by as much as a contour leaves in doubt.
    private static let sameSide = 0.05
    /// In pixels.
    private static let doubt = 1.5

    /// Direction of `side` in degrees, clockwise from the x axis; 0..<180.
    let angle: Double
    /// Lengths in pixels.
    let side: Double
    let otherSide: Double
    /// Whether the shape has no tilt: then this is the upright rectangle around it.
    let isRound: Bool

    /// Whether neither side is the longer one, to 5 % or 1.5 pixels.
    var isSquare: Bool {
        abs(side - otherSide) <= max(Self.doubt, Self.sameSide * max(side, otherSide))
    }

    /// Nil for a mask with nothing on it (128 or more).
    init?(_ bytes: [UInt8], width: Int, height: Int) {
        let hull = Self.hull(Self.corners(bytes, width, height))
        guard hull.count >= 3 else { return nil }
        var best: (sides: Sides, direction: (x: Double, y: Double))?
        for index in hull.indices {
            let a = hull[index], b = hull[(index + 1) % hull.count]
            let dx = b.x - a.x, dy = b.y - a.y
            let length = (dx * dx + dy * dy).squareRoot()
            guard length > 0 else { continue }
            let direction = (x: dx / length, y: dy / length)
            let sides = Sides(of: hull, along: direction)
            if sides.area < (best?.sides.area ?? .infinity) { best = (sides, direction) }
        }
        guard let best else { return nil }
        let areas = (0..<90).map { Sides(of: hull, along: Direction.unit(degrees: Double($0))).area }
        let largest = areas.max() ?? 0
        isRound = (best.sides.along + Self.doubt) * (best.sides.across + Self.doubt) >= Self.sameArea * largest
        let sides = isRound ? Sides(of: hull, along: (x: 1, y: 0)) : best.sides
        side = sides.along
        otherSide = sides.across
        angle = isRound ? 0 : Self.degrees(best.direction)
    }

    /// How far a shape reaches along a direction and across it, in pixels.
    private struct Sides {
        let along: Double
        let across: Double

        var area: Double { along * across }

        /// - Parameter u: of length 1.
        init(of hull: [Point], along u: (x: Double, y: Double)) {
            let first = hull.map { $0.x * u.x + $0.y * u.y }, second = hull.map { $0.y * u.x - $0.x * u.y }
            along = (first.max() ?? 0) - (first.min() ?? 0)
            across = (second.max() ?? 0) - (second.min() ?? 0)
        }
    }

    /// Corners of the outermost pixels of each row, sorted by x, then y.
    private static func corners(_ bytes: [UInt8], _ width: Int, _ height: Int) -> [Point] {
        var points: [Point] = []
        for y in 0..<height {
            let row = bytes[y * width..<(y + 1) * width]
            guard let first = row.firstIndex(where: { $0 >= 128 }), let last = row.lastIndex(where: { $0 >= 128 })
            else { continue }
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
