/// Reads numbers of a binary header one after the other; every read is checked against the end.
struct LittleEndianReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position: Int
    private let end: Int

    /// Reads `bytes[start..<end]`; both must lie inside of the file.
    init(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) {
        precondition(0 <= start && start <= end && end <= bytes.count, "a header must lie inside of its file")
        self.bytes = bytes
        position = start
        self.end = end
    }

    var remaining: Int { end - position }

    mutating func uint16() throws(FormatError) -> Int { Int(try number(UInt16.self)) }

    mutating func uint32() throws(FormatError) -> Int { Int(try number(UInt32.self)) }

    /// Throws for numbers beyond the range of `Int`, which no file reaches.
    mutating func uint64() throws(FormatError) -> Int {
        guard let number = Int(exactly: try number(UInt64.self)) else { throw .header }
        return number
    }

    mutating func skip(_ count: Int) throws(FormatError) {
        guard count <= remaining else { throw .header }
        position += count
    }

    mutating func text(_ count: Int) throws(FormatError) -> String {
        let start = position
        try skip(count)
        guard let text = String(validating: bytes[start..<position], as: UTF8.self) else { throw .header }
        return text
    }

    /// A reader for the next `count` bytes, which this one skips.
    mutating func part(_ count: Int) throws(FormatError) -> LittleEndianReader {
        let start = position
        try skip(count)
        return LittleEndianReader(bytes, from: start, to: position)
    }

    private mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _: Number.Type
    ) throws(FormatError) -> Number {
        let start = position
        try skip(MemoryLayout<Number>.size)
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Number.self))
    }
}

extension FormatError {
    fileprivate static var header: FormatError { FormatError("the archive's directory is broken") }
}
