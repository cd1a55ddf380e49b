internal import Glibc
internal import VipsamKit
internal import VipsamRun
internal import VipsamSegment

/// Fetching through curl, which every system has and which knows its proxies.
enum Download {
    /// Fetches a model, checks it, and puts it in place.
    ///
    /// - Returns: the path.
    static func model(_ entry: WeightCatalog.Entry, into folder: String) throws -> String {
        let staging = try OutputFolder(folder).staging(for: entry.name)
        do {
            try staging.write(entry.file) { path in
                let code = try run([
                    "curl", "--fail", "--location", "--proto", "=https", "--retry", "3", "--progress-bar",
                    "--max-filesize", String(entry.size), "--output", path, entry.source,
                ])
                guard code == 0 else { throw Failure("'\(entry.source)' cannot be fetched: curl ended with \(code)", .io) }
                if let problem = WeightFile.problem(of: path, entry) { throw problem }
            }
            return try staging.commit().written.first ?? Paths.joined(folder, entry.file)
        } catch {
            staging.discard()
            throw error
        }
    }

    /// - Returns: the program's exit code.
    private static func run(_ words: [String]) throws -> Int32 {
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var process = pid_t()
        let error = posix_spawnp(&process, words[0], nil, nil, &arguments, environ)
        guard error == 0 else {
            throw Failure("'\(words[0])' cannot be started: is it installed?", .io)
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        // The code is in the second byte; a signal leaves its number in the first.
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
    }
}
