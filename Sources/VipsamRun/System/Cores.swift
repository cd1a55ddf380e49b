/// How many processors this process may use.
public enum Cores {
    /// At least 1: the least of what the scheduler's affinity mask, the container's quota and
    /// `SLURM_CPUS_PER_TASK` allow.
    public static func available(environment: [String: String] = Environment.all) -> Int {
        let limits = [affinity(), quota(), slurm(environment)].compactMap { $0 }
        return max(1, limits.min() ?? 1)
    }

    /// Whole processors of a quota, at least 1; nil for none.
    ///
    /// - Parameter text: what `cpu.max` of a version 2 control group holds: `max 100000` or
    ///   `150000 100000`, in microseconds per period.
    package static func quota(ofVersion2 text: String) -> Int? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]) else { return nil }
        return whole(quota, period)
    }

    private static func whole(_ quota: Int, _ period: Int) -> Int? {
        guard quota > 0, period > 0 else { return nil }
        return max(1, quota / period)
    }

    private static func affinity() -> Int? {
        // `sched_getaffinity` is a GNU extension that Swift does not see; the kernel shows the same mask
        // as hexadecimal digits: `Cpus_allowed:\tff,ffffffff`.
        guard let status = SmallFile.text("/proc/self/status") else { return nil }
        for line in status.split(separator: "\n") where line.hasPrefix("Cpus_allowed:") {
            return line.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        }
        return nil
    }

    /// The tightest quota from this process's group up to the root, of version 2 or version 1.
    private static func quota() -> Int? {
        var limits: [Int?] = ControlGroups.files("cpu.max", controller: "").map { quota(ofVersion2: $0) }
        let quotas = ControlGroups.files("cpu.cfs_quota_us", controller: "cpu")
        let periods = ControlGroups.files("cpu.cfs_period_us", controller: "cpu")
        for (quota, period) in zip(quotas, periods) {
            limits.append(Int(quota.trimmed).flatMap { quota in Int(period.trimmed).flatMap { whole(quota, $0) } })
        }
        return limits.compactMap { $0 }.min()
    }

    private static func slurm(_ environment: [String: String]) -> Int? {
        environment["SLURM_CPUS_PER_TASK"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
