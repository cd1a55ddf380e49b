/// A mean with its 95 % interval.
public struct Estimate: Sendable, Encodable {
    public let mean: Double
    public let low: Double
    public let high: Double
    public let count: Int

    /// Resamplings of the bootstrap.
    private static let rounds = 1000

    /// The percentile bootstrap; the same values give the same interval. Nil for no values.
    init?(_ values: [Double]) {
        self.init(groups: [values])
    }

    /// The mean of the groups' means: every group counts the same, whatever its size. Empty groups are left out.
    init?(groups: [[Double]]) {
        let groups = groups.filter { !$0.isEmpty }
        guard !groups.isEmpty else { return nil }
        var random = SplitMix(state: 20_230_405)
        var means: [Double] = []
        for _ in 0..<Self.rounds {
            let sums = groups.map { values in
                values.indices.reduce(0.0) { sum, _ in sum + values[random.below(values.count)] }
                    / Double(values.count)
            }
            means.append(sums.reduce(0, +) / Double(groups.count))
        }
        means.sort()
        mean = groups.map { $0.reduce(0, +) / Double($0.count) }.reduce(0, +) / Double(groups.count)
        low = means[Self.rounds / 40]
        high = means[Self.rounds - 1 - Self.rounds / 40]
        count = groups.reduce(0) { $0 + $1.count }
    }
}

/// Steele, Lea and Flood's SplitMix64: enough for a bootstrap, and the same everywhere.
struct SplitMix {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }
}

/// How far predicted IoUs can be believed.
public struct Calibration: Sendable, Encodable {
    /// Mean of |predicted − true|.
    public let meanAbsoluteError: Double
    /// Expected calibration error over ten bins of the predicted IoU.
    public let expectedCalibrationError: Double
    /// How well a low prediction tells masks with a true IoU below 0.5 from better ones: 0.5 is chance, 1 is perfect.
    /// Nil when there are only good or only bad ones.
    public let areaUnderCurve: Double?

    private static let bins = 10
    private static let good = 0.5

    init?(_ pairs: [(predicted: Double, true: Double)]) {
        guard !pairs.isEmpty else { return nil }
        meanAbsoluteError = pairs.reduce(0) { $0 + abs($1.predicted - $1.true) } / Double(pairs.count)
        var sums = [(predicted: Double, true: Double)](repeating: (0, 0), count: Self.bins)
        for pair in pairs {
            let bin = min(Self.bins - 1, max(0, Int(pair.predicted * Double(Self.bins))))
            sums[bin].predicted += pair.predicted
            sums[bin].true += pair.true
        }
        expectedCalibrationError = sums.reduce(0) { $0 + abs($1.predicted - $1.true) } / Double(pairs.count)
        let high = pairs.filter { $0.true >= Self.good }.map(\.predicted)
        let low = pairs.filter { $0.true < Self.good }.map(\.predicted)
        guard !high.isEmpty, !low.isEmpty else {
            areaUnderCurve = nil
            return
        }
        var wins = 0.0
        for a in high { for b in low { wins += a > b ? 1 : a == b ? 0.5 : 0 } }
        areaUnderCurve = wins / Double(high.count * low.count)
    }

    enum CodingKeys: String, CodingKey {
        case meanAbsoluteError = "mean_absolute_error"
        case expectedCalibrationError = "expected_calibration_error"
        case areaUnderCurve = "auroc"
    }
}
