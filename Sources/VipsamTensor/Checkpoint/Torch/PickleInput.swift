/// Reads the arguments of pickle operations. Every read is checked against the end of the input.
struct PickleInput {
    /// Names in pickles are short; a longer line is not one.
    static let maximumLine = 1000

    private let bytes: UnsafeRawBufferPointer
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, position: Int) {
        self.bytes = bytes
        self.position = position
    }

    mutating func byte() throws(FormatError) -> UInt8 {
        guard position < bytes.count else { throw .ends }
        defer { position += 1 }
        return bytes[position]
    }

    /// An unsigned little-endian number of up to 8 bytes.
    mutating func length(bytes count: Int) throws(FormatError) -> Int {
        var number: UInt64 = 0
        for (index, byte) in try take(count).enumerated() { number |= UInt64(byte) << (8 * UInt64(index)) }
        guard let length = Int(exactly: number) else { throw .broken("a length beyond all files") }
        return length
    }

    /// A signed little-endian number of 4 bytes.
    mutating func signed(bytes count: Int) throws(FormatError) -> Int {
        Int(Int32(truncatingIfNeeded: try length(bytes: count)))
    }

    /// A signed little-endian number of any length.
    mutating func long(count: Int) throws(FormatError) -> PickleValue {
        let digits = Array(try take(count))
        guard digits.count <= 8 else { return .longInteger(digits) }
        var number: UInt64 = (digits.last ?? 0) >= 0x80 ? .max : 0
        for digit in digits.reversed() { number = number << 8 | UInt64(digit) }
        return .integer(Int(truncatingIfNeeded: Int64(bitPattern: number)))
    }

    mutating func bigEndianDouble() throws(FormatError) -> Double {
        var bits: UInt64 = 0
        for byte in try take(8) { bits = bits << 8 | UInt64(byte) }
        return Double(bitPattern: bits)
    }

    mutating func text(count: Int) throws(FormatError) -> String {
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw .broken("text that is not UTF-8")
        }
        return text
    }

    /// Text up to the end of the line, which is skipped.
    mutating func line() throws(FormatError) -> String {
        let rest = bytes[position...].prefix(Self.maximumLine)
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw .broken("a name without end") }
        let text = try text(count: end - position)
        position += 1
        return text
    }

    private mutating func take(_ count: Int) throws(FormatError) -> Slice<UnsafeRawBufferPointer> {
        guard count <= bytes.count - position else { throw .ends }
        defer { position += count }
        return bytes[position..<(position + count)]
    }
}

extension FormatError {
    fileprivate static var ends: FormatError { FormatError("the pickle ends in the middle; the file is cut off") }
}
