internal import Glibc
internal import VipsamKit
internal import VipsamRun

/// The pictures that the command line names: as words, in a list, or as the stream.
struct InputList {
    private let words: [String]
    /// A file with one picture per line.
    private let filesFrom: String?
    /// Whether names in it end with a null character.
    private let nullSeparated: Bool
    /// Where the picture of standard input was put, since decoders want a file.
    private var spool: String?

    init(_ words: [String], filesFrom: String? = nil, nullSeparated: Bool = false) {
        self.words = words
        self.filesFrom = filesFrom
        self.nullSeparated = nullSeparated
    }

    /// - Returns: nil when the command line names none, so that the recipe's own input counts.
    mutating func paths() throws -> [String]? {
        var all: [String] = []
        for word in words { all.append(word == "-" ? try spooled() : word) }
        guard let list = filesFrom else { return all.isEmpty ? nil : all }
        if list == "-", spool != nil { throw Failure("standard input is a picture and a list at once", .usage) }
        let text = list == "-" ? SmallFile.text(from: Descriptor.standardInput) : SmallFile.text(list)
        guard let text else { throw Failure("the list '\(list)' cannot be read", .noInput) }
        let lines = nullSeparated
            ? text.split(separator: "\0").map(String.init)
            : text.split(whereSeparator: \.isNewline).map(String.init)
        all += lines
        guard !all.isEmpty else { throw Failure("the list '\(list)' names no picture", .noInput) }
        return all
    }

    /// Removes what was put aside.
    func removeSpool() {
        guard let spool else { return }
        unlink(spool)
        rmdir(Paths.folder(of: spool))
    }

    private mutating func spooled() throws -> String {
        if let spool { return spool }
        let path = Paths.joined(try TemporaryFolder.make(), "stdin")
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("'\(path)' cannot be written", .io) }
        defer { close(descriptor) }
        spool = path
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(Descriptor.standardInput, &buffer, buffer.count)
            if count == 0 { return path }
            if count < 0, errno == EINTR { continue }
            guard count > 0, Descriptor.write(Array(buffer[..<count]), to: descriptor) else {
                throw Failure("the picture on standard input cannot be put into '\(path)'", .io)
            }
        }
    }
}

/// A folder of our own under `$TMPDIR`.
enum TemporaryFolder {
    static func make() throws -> String {
        let pattern = Paths.joined(Environment["TMPDIR"] ?? "/tmp", "vipsam-XXXXXX")
        var bytes = Array(pattern.utf8CString)
        guard mkdtemp(&bytes) != nil else { throw Failure("no folder can be made for '\(pattern)'", .io) }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
