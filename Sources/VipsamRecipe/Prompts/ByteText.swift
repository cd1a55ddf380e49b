import VipsamKit

/// Bytes of a table that may be large, and the places in it. An excerpt is cut out only for a message.
struct ByteText: Sendable {
    let name: String
    let bytes: [UInt8]

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// The mark of bytes of one line. All other lines are left empty in its source.
    func mark(_ offset: Int, length: Int = 1) -> Mark {
        let offset = min(max(0, offset), bytes.count)
        var line = 1
        var start = 0
        for i in 0..<offset where bytes[i] == 10 || (bytes[i] == 13 && !(i + 1 < bytes.count && bytes[i + 1] == 10)) {
            line += 1
            start = i + 1
        }
        let end = bytes[offset...].firstIndex { $0 == 10 || $0 == 13 } ?? bytes.count
        // Of a line that is a whole file only what is around the place.
        let from = max(start, offset - Self.widest)
        let to = min(end, offset + Self.widest)
        let before = text(from..<offset)
        let lead = String(repeating: " ", count: from - start > 1_000_000 ? 0 : from - start)
        let shown = lead + before + text(offset..<to)
        let source = SourceText(name: name, text: String(repeating: "\n", count: line - 1) + shown)
        let length = text(offset..<min(to, offset + max(1, length))).count
        return Mark(source: source, line: line, column: lead.count + before.count + 1, length: length)
    }

    /// Line ends inside would make other lines of it.
    private func text(_ range: Range<Int>) -> String {
        String(String(decoding: bytes[range], as: UTF8.self).map { $0.isNewline ? " " : $0 })
    }

    private static let widest = 200
}
