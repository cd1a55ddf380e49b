internal import Glibc

/// The names of files that are being written: `.vipsam-TOKEN-K.EXT`, in the folder of their final name.
///
/// The file with K = 0 is empty and locked while its writer lives. The lock ends with the process,
/// however it ends, on every machine that shares the folder; so a file whose number 0 can be locked,
/// or is gone, was left behind by a killed run, and may be removed.
package enum TemporaryName {
    package static let prefix = ".vipsam-"
    private static let tokenDigits = 16

    package static func make(token: String, number: Int, ext: String) -> String {
        "\(prefix)\(token)-\(number)" + (ext.isEmpty ? "" : "." + ext)
    }

    package static func newToken() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: tokenDigits - digits.count) + digits
    }

    /// Token and number of a name of this form; nil for every other name.
    package static func parse(_ name: String) -> (token: String, number: Int)? {
        guard name.hasPrefix(prefix) else { return nil }
        let parts = name.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == tokenDigits, UInt64(parts[0], radix: 16) != nil else { return nil }
        let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), parts[1].dropFirst(digits.count).first.map({ $0 == "." }) ?? true else {
            return nil
        }
        return (String(parts[0]), number)
    }

    /// Removes what killed runs left in a folder.
    ///
    /// - Returns: how many files were removed.
    @discardableResult package static func clean(_ folder: String) -> Int {
        var groups: [String: [(name: String, number: Int)]] = [:]
        for name in Paths.entries(of: folder) {
            if let (token, number) = parse(name) { groups[token, default: []].append((name, number)) }
        }
        var removed = 0
        for (token, files) in groups {
            // Asked by name: a listing may miss a file that is made while it is read.
            let first = Paths.joined(folder, make(token: token, number: 0, ext: ""))
            let lock = open(first, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            if lock < 0, errno != ENOENT { continue }
            defer { if lock >= 0 { close(lock) } }
            if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) != 0 { continue }
            // Number 0 goes last: while it is there and locked, nobody else touches the others.
            let files = files.sorted { $0.number > $1.number }
            for file in files where unlink(Paths.joined(folder, file.name)) == 0 { removed += 1 }
        }
        return removed
    }
}
