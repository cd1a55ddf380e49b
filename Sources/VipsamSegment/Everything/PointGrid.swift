public import VipsamKit

/// Points spread evenly over a picture.
public enum PointGrid {
    /// `side × side` points in 0…1, row by row from the top, each in the middle of its cell.
    public static func points(side: Int) -> [Point] {
        let start = 1 / Double(2 * side)
        let step = side > 1 ? ((1 - start) - start) / Double(side - 1) : 0
        // The last one is set, not summed, as numpy's linspace does.
        let places = (0..<side).map { $0 == side - 1 && side > 1 ? 1 - start : start + Double($0) * step }
        return places.flatMap { y in places.map { x in Point(x: x, y: y) } }
    }
}
