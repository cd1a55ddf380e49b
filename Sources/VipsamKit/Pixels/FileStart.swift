import Glibc

/// The first bytes of a file and its size: enough to say what it cannot be, before libvips sees it.
struct FileStart {
    /// Bytes that are looked at.
    static let length = 64

    let bytes: [UInt8]
    let size: Int

    /// Reads without ever waiting: pipes and devices are refused.
    init(_ path: String) throws(PixelsError) {
        guard !path.utf8.contains(0) else { throw .unreadable(path, EINVAL) }
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path, errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw .unreadable(path, EISDIR) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path) }
        guard status.st_size > 0 else { throw .empty(path) }
        var buffer = [UInt8](repeating: 0, count: Self.length)
        let got = read(descriptor, &buffer, buffer.count)
        guard got >= 0 else { throw .unreadable(path, errno) }
        bytes = Array(buffer.prefix(got))
        size = Int(status.st_size)
    }

    func starts(with text: String, at offset: Int = 0) -> Bool {
        bytes.dropFirst(offset).starts(with: Array(text.utf8))
    }

    /// Width, height and bits per pixel that a PNG claims.
    var png: (width: Int, height: Int, bits: Int)? {
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), bytes.count >= 26,
            starts(with: "IHDR", at: 12)
        else { return nil }
        func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][Int(bytes[25])] ?? 1
        return (number(16), number(20), samples * Int(bytes[24]))
    }

    /// The format that the first bytes promise, whatever comes after them.
    var promised: String? {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "JPEG" }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "PNG" }
        if bytes.starts(with: [0x49, 0x49, 0x2A, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) { return "TIFF" }
        if bytes.starts(with: [0x49, 0x49, 0x2B, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2B]) { return "TIFF" }
        if starts(with: "RIFF") && starts(with: "WEBP", at: 8) { return "WebP" }
        if starts(with: "ftypavif", at: 4) { return "AVIF" }
        let heif = ["heic", "heix", "mif1", "heim", "hevc"]
        if heif.contains(where: { starts(with: "ftyp" + $0, at: 4) }) { return "HEIF" }
        if starts(with: "GIF8") { return "GIF" }
        return nil
    }

    /// A camera's raw format, by content. Most raw files are TIFF inside and only their names tell.
    var isCameraRaw: Bool {
        starts(with: "CR", at: 8) && (starts(with: "II") || starts(with: "MM"))
            || starts(with: "FUJIFILMCCD-RAW") || starts(with: "IIRO") || starts(with: "IIRS")
            || bytes.starts(with: [0x49, 0x49, 0x55, 0x00]) || starts(with: "ftypcrx", at: 4) || starts(with: "FOVb")
    }
}

extension PixelsError {
    static func unreadable(_ path: String, _ number: Int32) -> PixelsError {
        PixelsError(
            operation: "open", reason: .system(number),
            message: "'\(path)' cannot be read: \(SystemMessage.text(number))")
    }

    fileprivate static func notAFile(_ path: String) -> PixelsError {
        PixelsError(
            operation: "open", reason: .system(EINVAL),
            message: "'\(path)' is not a regular file: a pipe or a device cannot be read twice")
    }

    fileprivate static func empty(_ path: String) -> PixelsError {
        PixelsError(operation: "open", reason: .damaged, message: "'\(path)' is empty")
    }
}
