#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file mapped into memory for reading; unmapped when nothing refers to it any more.
///
/// Holds the address as a number, because pointers are not `Sendable`; the memory is never written.
final class MappedFile: Sendable {
    private let address: UInt
    private let count: Int

    /// All bytes of the file; valid while this object lives.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
    }

    /// Throws for anything but a regular file with content: reading from a pipe would wait for ever.
    init(_ path: String) throws(CheckpointError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.systemError(path, "cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.systemError(path, "cannot be opened") }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw CheckpointError(file: path, "is a folder, not a checkpoint file")
        default: throw CheckpointError(file: path, "is not a regular file")
        }
        guard status.st_size > 0 else { throw CheckpointError(file: path, "is empty") }
        let count = Int(status.st_size)
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw Self.systemError(path, "cannot be mapped into memory")
        }
        address = UInt(bitPattern: start)
        self.count = count
    }

    deinit { munmap(UnsafeMutableRawPointer(bitPattern: address), count) }

    private static func systemError(_ path: String, _ what: String) -> CheckpointError {
        CheckpointError(file: path, "\(what): \(String(cString: strerror(errno)).lowercased())")
    }
}
