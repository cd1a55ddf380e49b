/// Writes pickles and PyTorch's archives byte by byte, honest or not.
struct PickleWriter {
    private(set) var bytes: [UInt8] = [0x80, 2]

    mutating func raw(_ bytes: [UInt8]) { self.bytes += bytes }
    mutating func op(_ code: Unicode.Scalar) { bytes.append(UInt8(ascii: code)) }
    mutating func global(_ module: String, _ name: String) { bytes += Array("c\(module)\n\(name)\n".utf8) }
    mutating func text(_ text: String) {
        bytes += [UInt8(ascii: "X")] + littleEndian(UInt32(text.utf8.count)) + text.utf8
    }
    /// As a number of 64 bits, so that any value can be written.
    mutating func integer(_ number: Int) { bytes += [0x8a, 8] + littleEndian(Int64(number)) }

    mutating func integers(_ numbers: [Int]) {
        op("(")
        for number in numbers { integer(number) }
        op("t")
    }

    mutating func tensor(
        storage: String = "FloatStorage", key: String = "0", count: Int, offset: Int = 0, shape: [Int], strides: [Int]
    ) {
        global("torch._utils", "_rebuild_tensor_v2")
        op("(")
        op("(")
        text("storage")
        global("torch", storage)
        text(key)
        text("cpu")
        integer(count)
        op("t")
        op("Q")
        integer(offset)
        integers(shape)
        integers(strides)
        raw([0x89])
        op("N")
        op("t")
        op("R")
    }

    /// `{name: what body pushes}`, then the end.
    static func dictionary(_ name: String = "a", _ body: (inout PickleWriter) -> Void) -> [UInt8] {
        var writer = PickleWriter()
        writer.op("}")
        writer.text(name)
        body(&writer)
        writer.op("s")
        writer.op(".")
        return writer.bytes
    }
}

/// A ZIP with stored entries.
func zip(_ entries: [(String, [UInt8])], method: UInt16 = 0, claimedSize: UInt32? = nil) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in entries {
        let size = claimedSize ?? UInt32(content.count)
        let common =
            littleEndian(method) + [0, 0, 0, 0, 0, 0, 0, 0] + littleEndian(size) + littleEndian(size)
            + littleEndian(UInt16(name.utf8.count))
        directory += [0x50, 0x4b, 1, 2, 20, 0, 20, 0, 0, 0] + common + [UInt8](repeating: 0, count: 12)
        directory += littleEndian(UInt32(file.count)) + name.utf8
        file += [0x50, 0x4b, 3, 4, 20, 0, 0, 0] + common + [0, 0] + name.utf8 + content
    }
    let count = littleEndian(UInt16(truncatingIfNeeded: entries.count))
    let end =
        [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + count + count + littleEndian(UInt32(directory.count))
        + littleEndian(UInt32(file.count)) + [0, 0]
    return file + directory + end
}

func torchArchive(_ pickle: [UInt8], storage: [Float] = [1, 2, 3, 4]) -> [UInt8] {
    zip([("archive/data.pkl", pickle), ("archive/data/0", littleEndian(storage)), ("archive/version", [0x33, 0x0a])])
}

/// The same ZIP as large files are: numbers of 64 bits in extra fields and in a second end record.
func zip64(_ entries: [(String, [UInt8])]) -> [UInt8] {
    let full = littleEndian(UInt32.max)
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in entries {
        let size = littleEndian(UInt64(content.count))
        let nameLength = littleEndian(UInt16(name.utf8.count))
        let start: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        // An unrelated field first, as writers pad with one.
        let extra: [UInt8] = [0x46, 0x42, 2, 0, 9, 9] + [1, 0, 24, 0] + size + size + littleEndian(UInt64(file.count))
        directory += [0x50, 0x4b, 1, 2, 45, 0, 45, 0, 0, 0] + start + full + full + nameLength
        directory += littleEndian(UInt16(extra.count)) + [UInt8](repeating: 0, count: 10) + full + name.utf8 + extra
        file += [0x50, 0x4b, 3, 4, 45, 0, 0, 0] + start + full + full + nameLength + [20, 0] + name.utf8
        file += [1, 0, 16, 0] + size + size + content
    }
    let count = littleEndian(UInt64(entries.count))
    let record: [UInt8] =
        [0x50, 0x4b, 6, 6] + littleEndian(UInt64(44)) + [45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0] + count + count
        + littleEndian(UInt64(directory.count)) + littleEndian(UInt64(file.count))
    let locator: [UInt8] =
        [0x50, 0x4b, 6, 7, 0, 0, 0, 0] + littleEndian(UInt64(file.count + directory.count)) + [1, 0, 0, 0]
    let end: [UInt8] = [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + [UInt8](repeating: 0xff, count: 12) + [0, 0]
    return file + directory + record + locator + end
}
