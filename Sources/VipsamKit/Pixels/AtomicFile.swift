import Glibc
import Synchronization

/// Files that appear under their name only when they are complete.
///
/// The content goes to a temporary file in the same folder, is flushed to the device, and is renamed into place; on any
/// error the temporary file is removed and what was there before stays.
public enum AtomicFile {
    /// Temporary files start like this; one that is found later was left by a process that was killed.
    public static let temporaryPrefix = ".vipsam-"

    private static let counter = Atomic<Int>(0)

    /// Writes bytes to `path`, replacing what is there.
    public static func write(_ bytes: [UInt8], to path: String) throws(PixelsError) {
        try write(to: path) { (descriptor) throws(PixelsError) in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { throw .unwritable(path, written < 0 ? errno : EIO) }
                rest = rest.dropFirst(written)
            }
        }
    }

    public static func write(_ text: String, to path: String) throws(PixelsError) {
        try write(Array(text.utf8), to: path)
    }

    /// Lets `body` fill an open file, which becomes `path` if it succeeds. `check` may look at the complete temporary
    /// file before that.
    public static func write(
        to path: String, check: (String) throws(PixelsError) -> Void = { _ in },
        _ body: (Int32) throws(PixelsError) -> Void
    ) throws(PixelsError) {
        guard !path.isEmpty && !path.utf8.contains(0) else { throw .unwritable(path, EINVAL) }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        // A name that starts so is temporary itself: whoever staged the file renames it.
        let isStaged = path.dropFirst(folder.count).hasPrefix(temporaryPrefix)
        let number = counter.add(1, ordering: .relaxed).newValue
        let temporary = isStaged ? path : "\(folder)\(temporaryPrefix)\(getpid())-\(number).tmp"
        // One that is there already was left by a process of the same number that was killed.
        unlink(temporary)
        let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .unwritable(path, errno) }
        do throws(PixelsError) {
            try fill(descriptor, path, body)
            try check(temporary)
            guard isStaged || rename(temporary, path) == 0 else { throw .unwritable(path, errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        if !isStaged { flush(folder: folder.isEmpty ? "." : folder) }
    }

    private static func fill(
        _ descriptor: Int32, _ path: String, _ body: (Int32) throws(PixelsError) -> Void
    ) throws(PixelsError) {
        do throws(PixelsError) {
            try body(descriptor)
            guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else { throw .unwritable(path, errno) }
        } catch {
            close(descriptor)
            throw error
        }
        // Network file systems report a full disk only here.
        guard close(descriptor) == 0 else { throw .unwritable(path, errno) }
    }

    /// Makes the new name itself durable. Not every file system can, and the file is complete either way.
    private static func flush(folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

extension PixelsError {
    static func unwritable(_ path: String, _ number: Int32) -> PixelsError {
        PixelsError(
            operation: "save", reason: .system(number),
            message: "'\(path)' cannot be written: \(SystemMessage.text(number))")
    }
}
