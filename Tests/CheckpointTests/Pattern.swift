/// Numbers by the rule of Tests/Fixtures/README.md, which the Python scripts follow too.
enum Pattern {
    static func bits(_ index: Int, seed: Int = 0) -> UInt32 {
        var h = UInt32(truncatingIfNeeded: index &+ seed &* 1_000_003)
        h = (h ^ h >> 16) &* 0x7feb_352d
        h = (h ^ h >> 15) &* 0x846c_a68b
        return h ^ h >> 16
    }

    /// Multiples of 1/256 in -2..<2.
    static func floats(_ count: Int, seed: Int = 0) -> [Float] {
        (0..<count).map { Float(bits($0, seed: seed) >> 22) / 256 - 2 }
    }
}
