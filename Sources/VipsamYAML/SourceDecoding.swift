import VipsamKit

/// Bytes of a file to text that libyaml can read: UTF-8 without control characters.
enum SourceDecoding {
    static func decode(_ bytes: [UInt8], name: String) throws(Diagnostics) -> (bytes: [UInt8], source: SourceText) {
        guard bytes.count <= YAML.largest else {
            throw problem("'\(name)' has \(bytes.count >> 20) MB; \(YAML.largest >> 20) MB are allowed", nil)
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw problem("'\(name)' is UTF-16; save it as UTF-8", nil)
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let text = String(validating: body, as: UTF8.self) else {
            let (source, mark) = place(of: firstIllFormed(body), in: body, name)
            throw problem("'\(source.name)' is not UTF-8 text: a byte here belongs to no character", mark)
        }
        if let bad = text.unicodeScalars.firstIndex(where: isForbidden) {
            let (_, mark) = place(of: text.utf8.distance(from: text.utf8.startIndex, to: bad), in: body, name)
            let code = String(text.unicodeScalars[bad].value, radix: 16, uppercase: true)
            let digits = String(repeating: "0", count: max(0, 4 - code.count)) + code
            throw problem("the control character U+\(digits) is not allowed in YAML", mark)
        }
        return (body, SourceText(name: name, text: text))
    }

    /// YAML 1.1, section 5.1: everything that is not printable.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: false
        default: true
        }
    }

    private static func firstIllFormed(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
        return offset
    }

    /// The place of a byte, in a source text in which bad bytes show as replacement characters.
    private static func place(of offset: Int, in bytes: [UInt8], _ name: String) -> (SourceText, Mark) {
        let source = SourceText(name: name, text: String(decoding: bytes, as: UTF8.self))
        let before = String(decoding: bytes[..<min(offset, bytes.count)], as: UTF8.self)
        let lines = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return (source, Mark(source: source, line: lines.count, column: (lines.last?.count ?? 0) + 1))
    }

    private static func problem(_ message: String, _ mark: Mark?) -> Diagnostics {
        Diagnostics([.error(message, cause: .recipe, at: mark)])
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { String(scalar).utf8.count }
}
