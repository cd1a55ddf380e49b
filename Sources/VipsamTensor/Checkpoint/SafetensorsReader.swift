/// Reads the header of a safetensors file: a length, JSON that names the tensors, then their data without gaps.
///
/// Source of the format: https://github.com/huggingface/safetensors (little-endian throughout).
enum SafetensorsReader {
    /// The format's own limit on the header's length.
    static let maximumHeader = 100_000_000
    /// The header's length comes first, in 8 bytes.
    static let prefix = 8

    /// True when a file that begins with these bytes may be of this format.
    static func recognises(_ file: UnsafeRawBufferPointer) -> Bool {
        file.count > prefix && file[prefix] == UInt8(ascii: "{")
    }

    static func read(_ file: UnsafeRawBufferPointer) throws(FormatError) -> CheckpointContent {
        guard file.count >= prefix else { throw FormatError("the file ends after \(file.count) bytes") }
        let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(maximumHeader) else {
            throw FormatError("the header claims \(length) bytes; at most \(maximumHeader) are allowed")
        }
        let dataStart = prefix + Int(length)
        guard dataStart <= file.count else {
            throw FormatError("the header claims \(length) bytes, but the file has \(file.count) in all")
        }
        let header = UnsafeRawBufferPointer(rebasing: file[prefix..<dataStart])
        guard case .object(let members) = try JSONScanner.parse(header) else {
            throw FormatError("the header is not a JSON object")
        }
        var content = CheckpointContent()
        var ranges: [(name: String, range: Range<Int>)] = []
        for (name, value) in members {
            if name == "__metadata__" {
                content.metadata = try metadata(value)
                continue
            }
            do {
                let (tensor, range) = try entry(value, dataStart: dataStart, dataCount: file.count - dataStart)
                content.tensors.append((name, tensor))
                ranges.append((name, range))
            } catch {
                throw FormatError(key: name, error.message)
            }
        }
        try checkCover(ranges, dataCount: file.count - dataStart)
        return content
    }

    private static func metadata(_ value: JSONValue) throws(FormatError) -> [String: String] {
        guard case .object(let members) = value else { throw FormatError("the header's metadata is not an object") }
        var metadata: [String: String] = [:]
        for (name, value) in members {
            guard case .string(let text) = value else {
                throw FormatError("the header's metadata '\(name)' is not a string")
            }
            metadata[name] = text
        }
        return metadata
    }

    private static func entry(
        _ value: JSONValue, dataStart: Int, dataCount: Int
    ) throws(FormatError) -> (StoredTensor, Range<Int>) {
        guard case .object(let members) = value else { throw FormatError("is not described by an object") }
        var typeName: String?
        var shape: [Int]?
        var offsets: [Int]?
        for (name, value) in members {
            switch (name, value) {
            case ("dtype", .string(let text)): typeName = text
            case ("shape", .array(let numbers)): shape = integers(numbers)
            case ("data_offsets", .array(let numbers)): offsets = integers(numbers)
            default: throw FormatError("has '\(name)'; allowed are 'dtype', 'shape' and 'data_offsets'")
            }
        }
        guard let typeName, let shape, let offsets, offsets.count == 2 else {
            throw FormatError("needs 'dtype', 'shape' and two 'data_offsets'")
        }
        guard let type = ElementType(rawValue: typeName) else {
            let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
            throw FormatError("has the type '\(typeName)'; types that can be read: \(known)")
        }
        guard offsets[0] <= offsets[1], offsets[1] <= dataCount else {
            throw FormatError("lies at bytes \(offsets[0]) to \(offsets[1]), but the file has \(dataCount) of data")
        }
        let range = offsets[0]..<offsets[1]
        return (try StoredTensor(type, shape, at: dataStart + range.lowerBound, byteCount: range.count), range)
    }

    /// The format allows neither gaps nor overlaps: a file that has them was not written by an honest tool.
    private static func checkCover(_ ranges: [(name: String, range: Range<Int>)], dataCount: Int) throws(FormatError) {
        var end = 0
        let sorted = ranges.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for (name, range) in sorted {
            guard range.lowerBound >= end else { throw FormatError(key: name, "overlaps with the tensor before it") }
            guard range.lowerBound == end else {
                throw FormatError(
                    key: name, "leaves \(range.lowerBound - end) bytes before it that belong to no tensor")
            }
            end = range.upperBound
        }
        guard end == dataCount else {
            throw FormatError("\(dataCount - end) bytes at the end belong to no tensor")
        }
    }

    private static func integers(_ values: [JSONValue]) -> [Int]? {
        var numbers: [Int] = []
        for value in values {
            guard case .integer(let number) = value else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}
