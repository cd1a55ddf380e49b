/// How far a run is.
public struct Progress: Sendable {
    public let total: Int
    public private(set) var done = 0
    public private(set) var failed = 0
    public private(set) var skipped = 0
    public private(set) var review = 0
    private let start: Double

    init(total: Int, start: Double) {
        self.total = total
        self.start = start
    }

    mutating func count(_ outcome: Outcome) {
        done += 1
        switch outcome.status {
        case .ok: break
        case .failed: failed += 1
        case .skipped: skipped += 1
        case .review: review += 1
        }
    }

    public var seconds: Double { RunClock.seconds - start }

    public var fraction: Double { total > 0 ? Double(done) / Double(total) : 1 }

    /// `412/1000 · 3 failed · 1.8 img/s · 5 min left · 2.9 GB`; what is not known yet is left out.
    public var text: String {
        var parts = ["\(done)/\(total)"]
        if failed > 0 { parts.append("\(failed) failed") }
        if skipped > 0 { parts.append("\(skipped) skipped") }
        if review > 0 { parts.append("\(review) to review") }
        let seconds = seconds
        // Skipped pictures take no time; counting them would promise too much.
        let worked = done - skipped
        if worked > 0, seconds > 0 {
            let rate = Double(worked) / seconds
            parts.append(rate >= 0.95 ? "\(NumberForms.tenths(rate)) img/s" : "\(NumberForms.tenths(1 / rate)) s/img")
            if done < total { parts.append("\(DurationText.rough(Double(total - done) / rate)) left") }
        }
        if let memory = MachineMemory.resident { parts.append(SizeText.bytes(memory)) }
        return parts.joined(separator: " · ")
    }
}
