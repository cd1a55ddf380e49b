internal import Glibc
internal import VipsamKit

/// Paths as text, and the few questions that are asked about the files behind them.
public enum Paths {
    /// `a/b` of `a/b/c.png`; `.` of `c.png`.
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// `c.png` of `a/b/c.png`.
    public static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// `c` and `png` of `a/b/c.png`; a leading dot starts no extension.
    public static func stemAndExtension(of path: String) -> (stem: String, ext: String) {
        let name = name(of: path)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return (name, "") }
        return (String(name[..<dot]), String(name[name.index(after: dot)...]))
    }

    /// `b` seen from `a`: `b` itself where it is absolute or `a` is the current folder.
    public static func joined(_ a: String, _ b: String) -> String {
        if b.hasPrefix("/") || a.isEmpty || a == "." { return b }
        return a.hasSuffix("/") ? a + b : a + "/" + b
    }

    /// Without symbolic links, absolute; nil where nothing is there.
    public static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    public static var current: String { real(".") ?? "." }

    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    public static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

    public static func isRegularFile(_ path: String) -> Bool { mode(path) == S_IFREG }

    /// Bytes of a file; nil where nothing is there.
    public static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Creates a folder and those above it.
    ///
    /// - Throws: a diagnostic that names the part that cannot be made.
    public static func makeFolders(_ path: String) throws {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") where part != "." {
            made = made == "." ? String(part) : made + "/" + part
            if mkdir(made, 0o777) == 0 || errno == EEXIST && isFolder(made) { continue }
            let code = errno
            throw Diagnostic.error(
                code == EEXIST ? "'\(made)' is a file, but a folder is needed there"
                    : "the folder '\(made)' cannot be made: \(SystemText.message(code))",
                cause: SystemText.isRetryable(code) ? .io : .output)
        }
    }

    /// The names in a folder, sorted; empty where it cannot be read.
    public static func entries(of folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}

/// What the system says about an error number.
package enum SystemText {
    /// In lower case, as messages are: `no space left on device`.
    package static func message(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        strerror_r(code, &buffer, buffer.count)
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let first = text.first else { return "error \(code)" }
        return first.lowercased() + text.dropFirst()
    }

    /// Whether the same command may work later: a full disk, a stale mount, a broken device.
    package static func isRetryable(_ code: Int32) -> Bool {
        [ENOSPC, EDQUOT, EIO, ESTALE, EROFS, ENXIO, ENODEV, EMFILE, ENFILE, ETIMEDOUT].contains(code)
    }
}
