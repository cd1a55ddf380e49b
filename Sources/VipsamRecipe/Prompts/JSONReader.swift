import VipsamKit

/// JSON, read value by value: what is not asked for is skipped and takes no memory.
struct JSONReader {
    struct Problem: Error {
        let message: String
        let offset: Int
    }

    /// Lists and maps may nest so deep.
    static let deepest = 100

    private let bytes: [UInt8]
    private(set) var offset = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The first byte of the next value.
    mutating func peek() throws(Problem) -> UInt8 {
        while offset < bytes.count, bytes[offset].isSpace { offset += 1 }
        guard offset < bytes.count else { throw problem("the file ends too early") }
        return bytes[offset]
    }

    mutating func end() throws(Problem) {
        while offset < bytes.count, bytes[offset].isSpace { offset += 1 }
        guard offset == bytes.count else { throw problem("something follows the end of the JSON text") }
    }

    /// Calls `read` at every value; it has to read or skip it.
    mutating func map(_ read: (inout JSONReader, String) throws(Problem) -> Void) throws(Problem) {
        try open(UInt8(ascii: "{"), "a map")
        while try peek() != UInt8(ascii: "}") {
            let key = try string()
            guard try peek() == UInt8(ascii: ":") else { throw problem("a ':' is expected here") }
            offset += 1
            try read(&self, key)
            guard try another(before: UInt8(ascii: "}")) else { break }
        }
        close()
    }

    mutating func list(_ read: (inout JSONReader) throws(Problem) -> Void) throws(Problem) {
        try open(UInt8(ascii: "["), "a list")
        while try peek() != UInt8(ascii: "]") {
            try read(&self)
            guard try another(before: UInt8(ascii: "]")) else { break }
        }
        close()
    }

    mutating func number() throws(Problem) -> Double {
        _ = try peek()
        let start = offset
        while offset < bytes.count, "+-.eE0123456789".utf8.contains(bytes[offset]) { offset += 1 }
        guard let value = NumberText.number(String(decoding: bytes[start..<offset], as: UTF8.self)) else {
            offset = start
            throw problem("a number is expected here")
        }
        return value
    }

    mutating func string() throws(Problem) -> String {
        guard try peek() == UInt8(ascii: "\"") else { throw problem("a text in double quotes is expected here") }
        let start = offset
        offset += 1
        var units: [UInt8] = []
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            if bytes[offset] == UInt8(ascii: "\\") {
                try escape(into: &units)
            } else {
                guard bytes[offset] >= 0x20 else { throw problem("a text is not closed on its line") }
                units.append(bytes[offset])
                offset += 1
            }
        }
        guard offset < bytes.count else {
            offset = start
            throw problem("a quote is not closed")
        }
        offset += 1
        guard let text = String(validating: units, as: UTF8.self) else {
            offset = start
            throw problem("this text is not UTF-8")
        }
        return text
    }

    /// A text, or a whole number as text: what identifiers are.
    mutating func identifier() throws(Problem) -> String {
        if try peek() == UInt8(ascii: "\"") { return try string() }
        return NumberText.plain(try number())
    }

    mutating func skip() throws(Problem) {
        switch try peek() {
        case UInt8(ascii: "{"): try map { (reader, _) throws(Problem) in try reader.skip() }
        case UInt8(ascii: "["): try list { (reader) throws(Problem) in try reader.skip() }
        case UInt8(ascii: "\""): _ = try string()
        default:
            for word in ["true", "false", "null"] where bytes[offset...].starts(with: word.utf8) {
                offset += word.utf8.count
                return
            }
            _ = try number()
        }
    }

    private mutating func open(_ bracket: UInt8, _ what: String) throws(Problem) {
        guard try peek() == bracket else { throw problem("\(what) is expected here") }
        depth += 1
        guard depth <= Self.deepest else { throw problem("lists and maps nest deeper than \(Self.deepest)") }
        offset += 1
    }

    private mutating func close() {
        depth -= 1
        offset += 1
    }

    private mutating func another(before end: UInt8) throws(Problem) -> Bool {
        let next = try peek()
        if next == end { return false }
        guard next == UInt8(ascii: ",") else { throw problem("a ',' is expected here") }
        offset += 1
        guard try peek() != end else { throw problem("a value is missing after the ','") }
        return true
    }

    private mutating func escape(into units: inout [UInt8]) throws(Problem) {
        let start = offset
        guard offset + 1 < bytes.count else { throw problem("a quote is not closed") }
        let plain: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "r"): 13, UInt8(ascii: "b"): 8,
            UInt8(ascii: "f"): 12,
            UInt8(ascii: "/"): 47, UInt8(ascii: "\\"): 92, UInt8(ascii: "\""): 34,
        ]
        if let byte = plain[bytes[offset + 1]] {
            units.append(byte)
            offset += 2
            return
        }
        guard bytes[offset + 1] == UInt8(ascii: "u"), var code = hex(at: offset + 2) else {
            throw problem("this escape is not known")
        }
        offset += 6
        // Characters beyond 16 bits come as two halves.
        if (0xD800..<0xDC00).contains(code), offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u"), let low = hex(at: offset + 2), (0xDC00..<0xE000).contains(low)
        {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            offset += 6
        }
        guard let scalar = Unicode.Scalar(code) else {
            offset = start
            throw problem("this escape is half a character")
        }
        units.append(contentsOf: String(scalar).utf8)
    }

    private func hex(at start: Int) -> UInt32? {
        guard start + 4 <= bytes.count else { return nil }
        let digits = bytes[start..<(start + 4)]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private func problem(_ message: String) -> Problem {
        Problem(message: message, offset: min(offset, max(0, bytes.count - 1)))
    }
}
