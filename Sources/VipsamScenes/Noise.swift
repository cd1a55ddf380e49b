/// Repeatable randomness: the same seed gives the same picture on every machine.
///
/// SplitMix64 (Steele, Lea and Flood 2014); its state is one counter, so it can be hashed as well.
struct SeededRandom {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// From 0 up to 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func number(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    mutating func pick<T>(_ all: [T]) -> T { all[integer(0...(all.count - 1))] }
}

/// Value noise: random numbers on a grid, joined smoothly.
struct Noise {
    let seed: UInt64

    init(_ seed: UInt64) { self.seed = SeededRandom.mix(seed) }

    /// −1…1, features about one unit wide.
    func at(_ x: Double, _ y: Double) -> Double {
        let fx = x.rounded(.down), fy = y.rounded(.down)
        let ix = Int64(fx), iy = Int64(fy)
        let u = smooth(x - fx), v = smooth(y - fy)
        let top = corner(ix, iy) * (1 - u) + corner(ix + 1, iy) * u
        let bottom = corner(ix, iy + 1) * (1 - u) + corner(ix + 1, iy + 1) * u
        return (top * (1 - v) + bottom * v) * 2 - 1
    }

    /// Octaves of half the size and half the strength each, together about −1…1.
    func fractal(_ x: Double, _ y: Double, octaves: Int) -> Double {
        var sum = 0.0, weight = 0.5, scale = 1.0
        for _ in 0..<octaves {
            sum += weight * at(x * scale, y * scale)
            weight *= 0.5
            scale *= 2.03
        }
        return sum
    }

    private func smooth(_ t: Double) -> Double { t * t * (3 - 2 * t) }

    private func corner(_ x: Int64, _ y: Int64) -> Double {
        let hash = SeededRandom.mix(
            UInt64(bitPattern: x) &* 0x8DA6_B343 ^ UInt64(bitPattern: y) &* 0xD816_3841 ^ seed)
        return Double(hash >> 40) * 0x1p-24
    }
}
