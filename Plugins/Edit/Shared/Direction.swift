/// A direction in the picture: 0 degrees to the right, 90 down.
enum Direction {
    /// The vector of length 1, by the series of sine and cosine: the same bits on every machine. Right angles are
    /// exact.
    static func unit(degrees: Double) -> (x: Double, y: Double) {
        let radians = degrees.remainder(dividingBy: 360) * .pi / 180
        var sine = 0.0, cosine = 0.0, term = 1.0
        for n in 0..<30 {
            switch n % 4 {
            case 0: cosine += term
            case 1: sine += term
            case 2: cosine -= term
            default: sine -= term
            }
            term *= radians / Double(n + 1)
        }
        return ((cosine * 1e12).rounded() / 1e12, (sine * 1e12).rounded() / 1e12)
    }
}
