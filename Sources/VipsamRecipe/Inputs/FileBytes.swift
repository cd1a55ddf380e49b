import Glibc
public import VipsamKit

/// Whole small files: recipes, tables of prompts, parameters.
public enum FileBytes {
    /// A file may have so many bytes.
    public static let largest = 1 << 30

    /// - Parameter what: what the file is, for messages: `recipe`, `prompt table`.
    /// - Throws: a diagnostic with the cause `noInput`.
    public static func read(_ path: String, what: String) throws(Diagnostic) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw problem(path, what, errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw problem(path, what, errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw .error("'\(path)' is a folder, not a \(what)", cause: .noInput)
        }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &block, block.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw problem(path, what, errno)
            }
            bytes.append(contentsOf: block[..<count])
            guard bytes.count <= largest else {
                throw .error("'\(path)' has more than \(largest >> 20) MB; a \(what) has less", cause: .noInput)
            }
        }
    }

    private static func problem(_ path: String, _ what: String, _ code: Int32) -> Diagnostic {
        switch code {
        case ENOENT, ENOTDIR: .error("there is no \(what) '\(path)'", cause: .noInput)
        case EACCES: .error("the \(what) '\(path)' cannot be read: no permission", cause: .noInput)
        default: .error("the \(what) '\(path)' cannot be read: \(String(cString: strerror(code)))", cause: .noInput)
        }
    }
}
