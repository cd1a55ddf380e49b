/// How much memory this process may use, and how much it used.
public enum MachineMemory {
    /// Bytes: the machine's memory or the container's limit, whichever is less; nil where neither can
    /// be read.
    public static var limit: Int? {
        let version2 = ControlGroups.files("memory.max", controller: "")
        let version1 = ControlGroups.files("memory.limit_in_bytes", controller: "memory")
        let groups = (version2 + version1).compactMap { Int($0.trimmed) }
        return (groups + [installed].compactMap { $0 }).min()
    }

    /// Bytes of the machine.
    public static var installed: Int? { field("MemTotal", of: "/proc/meminfo") }

    /// Bytes that the machine could still give without swapping.
    public static var free: Int? { field("MemAvailable", of: "/proc/meminfo") }

    /// Bytes that this process holds now.
    public static var resident: Int? { field("VmRSS", of: "/proc/self/status") }

    /// The most bytes that this process held at once.
    public static var peak: Int? { field("VmHWM", of: "/proc/self/status") }

    /// `MemTotal:       24576000 kB`
    private static func field(_ name: String, of path: String) -> Int? {
        guard let text = SmallFile.text(path) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, let kibibytes = Int(words[1]), kibibytes < Int.max / 1024 else { return nil }
            return kibibytes * 1024
        }
        return nil
    }
}

/// Sizes as people read them.
public enum SizeText {
    /// `2.9 GB`, `640 MB`, `12 kB`: powers of ten, two digits.
    public static func bytes(_ count: Int) -> String {
        let value = Double(max(0, count))
        switch value {
        case 1e9...: return NumberForms.tenths(value / 1e9) + " GB"
        case 1e6...: return "\(Int((value / 1e6).rounded())) MB"
        case 1e3...: return "\(Int((value / 1e3).rounded())) kB"
        default: return "\(Int(value)) bytes"
        }
    }

}

/// Numbers with few digits.
package enum NumberForms {
    /// One digit after the point.
    package static func tenths(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e14 else { return "?" }
        let whole = Int((abs(value) * 10).rounded())
        return (value < 0 && whole > 0 ? "-" : "") + "\(whole / 10).\(whole % 10)"
    }
}
