import Foundation

/// Writes files for tests in a folder that is removed afterwards.
final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "vipsam-checkpoints-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ bytes: [UInt8], as name: String = "model.safetensors") throws -> String {
        let file = url.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }
}

/// A safetensors file with any header, honest or not.
func safetensors(_ header: String, _ data: [UInt8] = [], headerLength: UInt64? = nil) -> [UInt8] {
    let text = Array(header.utf8)
    return littleEndian(headerLength ?? UInt64(text.count)) + text + data
}

func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

func littleEndian(_ numbers: [Float]) -> [UInt8] { numbers.flatMap { littleEndian($0.bitPattern) } }
