/// The part of JSON that a safetensors header uses: objects, arrays, strings and whole numbers.
///
/// Made for hostile input: repeated keys, deep nesting, numbers that overflow and text that is not UTF-8 are errors.
/// (Foundation's decoder keeps one of two equal keys in silence.)
struct JSONScanner {
    /// A header nests three levels deep: header, tensor, shape.
    static let maximumDepth = 8

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Reads one value that takes all of `bytes`, white space aside.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> JSONValue {
        var scanner = JSONScanner(bytes)
        let value = try scanner.value(depth: 0)
        scanner.skipSpace()
        guard scanner.position == bytes.count else { throw scanner.unexpected("the end") }
        return value
    }

    private mutating func value(depth: Int) throws(FormatError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw FormatError("the header nests too deeply") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .integer(try integer())
        default: throw unexpected("a value")
        }
    }

    private mutating func object(depth: Int) throws(FormatError) -> JSONValue {
        var members: [(String, JSONValue)] = []
        var names: Set<String> = []
        position += 1
        skipSpace()
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a name") }
            let name = try string()
            guard names.insert(name).inserted else { throw FormatError("the header has the name '\(name)' twice") }
            skipSpace()
            guard take(":") else { throw unexpected("':'") }
            members.append((name, try value(depth: depth + 1)))
            skipSpace()
        } while take(",")
        guard take("}") else { throw unexpected("',' or '}'") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(FormatError) -> JSONValue {
        var elements: [JSONValue] = []
        position += 1
        skipSpace()
        if take("]") { return .array([]) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw unexpected("',' or ']'") }
        return .array(elements)
    }

    private mutating func integer() throws(FormatError) -> Int {
        let start = position
        var number = 0
        while let digit = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
            let (tens, tooBig) = number.multipliedReportingOverflow(by: 10)
            let (sum, beyond) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            guard !tooBig, !beyond else { throw FormatError("the header has a number too large for a file") }
            number = sum
            position += 1
        }
        if let next = peek, ".eE".utf8.contains(next) {
            position = start
            throw unexpected("a whole number")
        }
        return number
    }

    private mutating func string() throws(FormatError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw unexpected("text") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                try escape(into: &text)
            } else {
                text.append(byte)
            }
        }
        guard take("\"") else { throw unexpected("'\"'") }
        guard let string = String(validating: text, as: UTF8.self) else {
            throw FormatError("the header has a name that is not UTF-8 text")
        }
        return string
    }

    private mutating func escape(into text: inout [UInt8]) throws(FormatError) {
        guard let code = peek else { throw unexpected("an escape") }
        position += 1
        switch code {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(code)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = UInt32(try hexadecimal())
            if (0xd800..<0xdc00).contains(scalar), take("\\"), take("u") {
                let low = UInt32(try hexadecimal())
                guard (0xdc00..<0xe000).contains(low) else { throw unexpected("the second half of a character") }
                scalar = 0x10000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let character = Unicode.Scalar(scalar) else { throw unexpected("a whole character") }
            text.append(contentsOf: String(Character(character)).utf8)
        default: throw unexpected("an escape")
        }
    }

    private mutating func hexadecimal() throws(FormatError) -> UInt16 {
        var number: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("four hexadecimal digits")
            }
            number = number << 4 | UInt16(digit)
            position += 1
        }
        return number
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || (0x09...0x0d).contains(byte) { position += 1 }
    }

    private func unexpected(_ wanted: String) -> FormatError {
        FormatError("the header is not JSON of this format: byte \(position) should be \(wanted)")
    }
}

/// A parsed header value. Members keep the order of the file.
enum JSONValue {
    case object([(String, JSONValue)])
    case array([JSONValue])
    case string(String)
    case integer(Int)
}
