internal import Glibc

/// The process's environment, read once.
public enum Environment {
    public static let all: [String: String] = {
        var found: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { found[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return found
    }()

    /// The value of a variable that is set and not empty.
    public static subscript(name: String) -> String? {
        all[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
