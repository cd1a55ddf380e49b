/// Where a picture lies on a larger one, or which part of it stays on a smaller one.
enum Gravity: String, CaseIterable {
    case centre = "center"
    case north, east, south, west
    case northEast = "north-east"
    case southEast = "south-east"
    case southWest = "south-west"
    case northWest = "north-west"

    /// Share of the free room to the left and above: 0, ½ or 1.
    var shares: (x: Double, y: Double) {
        let x: Double = switch self {
        case .west, .northWest, .southWest: 0
        case .east, .northEast, .southEast: 1
        case .centre, .north, .south: 0.5
        }
        let y: Double = switch self {
        case .north, .northWest, .northEast: 0
        case .south, .southWest, .southEast: 1
        case .centre, .west, .east: 0.5
        }
        return (x, y)
    }

    /// Left and top of something of one size inside another; negative where it is larger.
    func place(_ width: Int, _ height: Int, inWidth outerWidth: Int, height outerHeight: Int) -> (x: Int, y: Int) {
        (
            Int((Double(outerWidth - width) * shares.x).rounded(.down)),
            Int((Double(outerHeight - height) * shares.y).rounded(.down))
        )
    }
}
