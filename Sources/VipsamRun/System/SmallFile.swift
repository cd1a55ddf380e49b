internal import Glibc

/// Reading whole small text files.
public enum SmallFile {
    /// Longer files are not small: nobody writes a settings file or a list of that size.
    public static let largest = 64 << 20

    /// The text of a file; nil when it cannot be read. `-` is not special here.
    public static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return text(from: descriptor)
    }

    /// All that can be read from an open descriptor; nil on an error or beyond `largest`.
    public static func text(from descriptor: Int32) -> String? {
        bytes(from: descriptor).map { String(decoding: $0, as: UTF8.self) }
    }

    package static func bytes(from descriptor: Int32) -> [UInt8]? {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0, all.count + count <= largest else { return nil }
            if count == 0 { return all }
            all += buffer[..<count]
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    package var trimmed: String {
        var view = Substring(self)
        while view.first?.isWhitespace == true { view.removeFirst() }
        while view.last?.isWhitespace == true { view.removeLast() }
        return String(view)
    }
}
