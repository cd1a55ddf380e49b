/// The table of contents of a ZIP file whose entries are stored without compression, as PyTorch writes them.
///
/// Sizes come from the central directory: local headers of streamed files do not have them. ZIP64 is understood.
/// Source: PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3.
struct ZipArchive {
    struct Entry {
        let name: String
        let isStored: Bool
        let headerOffset: Int
        let size: Int
    }

    /// An archive of a checkpoint has an entry per storage: some hundreds.
    static let maximumEntries = 1_000_000
    private static let endSize = 22, maximumComment = 65_535

    let entries: [String: Entry]
    private let bytes: UnsafeRawBufferPointer
    private let directoryOffset: Int

    init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
        self.bytes = bytes
        let (count, size, offset) = try Self.directory(bytes)
        guard count <= Self.maximumEntries else { throw FormatError("the archive claims \(count) entries") }
        guard offset <= bytes.count, size <= bytes.count - offset else {
            throw FormatError("the archive's directory lies outside of the file")
        }
        directoryOffset = offset
        entries = try Self.entries(LittleEndianReader(bytes, from: offset, to: offset + size), count: count)
    }

    /// Position and length of an entry's bytes.
    func range(_ entry: Entry) throws(FormatError) -> Range<Int> {
        guard entry.isStored else { throw FormatError("the archive's entry '\(entry.name)' is compressed") }
        guard entry.headerOffset < directoryOffset else { throw .outside(entry.name) }
        var reader = LittleEndianReader(bytes, from: entry.headerOffset, to: directoryOffset)
        guard try reader.uint32() == 0x0403_4b50 else { throw .outside(entry.name) }
        try reader.skip(22)
        let nameLength = try reader.uint16()
        let extraLength = try reader.uint16()
        try reader.skip(nameLength + extraLength)
        guard entry.size <= directoryOffset - reader.position else { throw .outside(entry.name) }
        return reader.position..<(reader.position + entry.size)
    }

    /// Finds the end record, behind which there may be a comment, and follows it to the ZIP64 one where there is one.
    private static func directory(
        _ bytes: UnsafeRawBufferPointer
    ) throws(FormatError) -> (count: Int, size: Int, offset: Int) {
        var end = bytes.count - endSize
        let lowest = max(0, end - maximumComment)
        while end >= lowest {
            var reader = LittleEndianReader(bytes, from: end, to: bytes.count)
            if try reader.uint32() == 0x0605_4b50 {
                try reader.skip(6)
                let count = try reader.uint16()
                let size = try reader.uint32()
                let offset = try reader.uint32()
                let comment = try reader.uint16()
                if comment == bytes.count - end - endSize {
                    if let large = try directory64(bytes, end: end) { return large }
                    return (count, size, offset)
                }
            }
            end -= 1
        }
        throw FormatError("the archive's directory is missing; the file is cut off")
    }

    private static func directory64(
        _ bytes: UnsafeRawBufferPointer, end: Int
    ) throws(FormatError) -> (count: Int, size: Int, offset: Int)? {
        let locatorSize = 20
        let recordSize = 56
        guard end >= locatorSize else { return nil }
        var locator = LittleEndianReader(bytes, from: end - locatorSize, to: end)
        guard try locator.uint32() == 0x0706_4b50 else { return nil }
        try locator.skip(4)
        let position = try locator.uint64()
        guard position <= end - recordSize else {
            throw FormatError("the archive's directory lies outside of the file")
        }
        var record = LittleEndianReader(bytes, from: position, to: end)
        guard try record.uint32() == 0x0606_4b50 else {
            throw FormatError("the archive's directory lies outside of the file")
        }
        try record.skip(28)
        let count = try record.uint64()
        let size = try record.uint64()
        return (count, size, try record.uint64())
    }

    private static func entries(
        _ directory: LittleEndianReader, count: Int
    ) throws(FormatError) -> [String: Entry] {
        var reader = directory
        var entries: [String: Entry] = [:]
        for _ in 0..<count {
            guard try reader.uint32() == 0x0201_4b50 else { throw FormatError("the archive's directory is broken") }
            try reader.skip(4)
            let flags = try reader.uint16()
            let method = try reader.uint16()
            try reader.skip(8)
            var compressed = try reader.uint32()
            var size = try reader.uint32()
            let nameLength = try reader.uint16()
            let extraLength = try reader.uint16()
            let commentLength = try reader.uint16()
            try reader.skip(8)
            var offset = try reader.uint32()
            let name = try reader.text(nameLength)
            let extra = try reader.part(extraLength)
            try reader.skip(commentLength)
            try widen(&size, &compressed, &offset, extra)
            let isStored = method == 0 && flags & 1 == 0 && compressed == size
            let entry = Entry(name: name, isStored: isStored, headerOffset: offset, size: size)
            guard entries.updateValue(entry, forKey: name) == nil else {
                throw FormatError("the archive has the entry '\(name)' twice")
            }
        }
        return entries
    }

    /// ZIP64: numbers that do not fit are all ones, and stand in an extra field in this order.
    private static func widen(
        _ size: inout Int, _ compressed: inout Int, _ offset: inout Int, _ extra: LittleEndianReader
    ) throws(FormatError) {
        let full = Int(UInt32.max)
        var reader = extra
        while reader.remaining >= 4 {
            let kind = try reader.uint16()
            var field = try reader.part(try reader.uint16())
            guard kind == 1 else { continue }
            if size == full { size = try field.uint64() }
            if compressed == full { compressed = try field.uint64() }
            if offset == full { offset = try field.uint64() }
        }
    }
}

extension FormatError {
    fileprivate static func outside(_ name: String) -> FormatError {
        FormatError("the archive's entry '\(name)' lies outside of the file")
    }
}
