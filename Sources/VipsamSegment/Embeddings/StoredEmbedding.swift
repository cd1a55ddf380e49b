import Foundation
import VipsamTensor

/// The file of one embedding: a line of facts, then the numbers, little-endian float32, row-major.
///
///     vipsam-embedding 1 SHAPE SHA256-OF-THE-NUMBERS\n
///
/// with the shape as `4096x256`.
enum StoredEmbedding {
    private static let magic = "vipsam-embedding"
    /// More elements than any model has.
    private static let mostElements = 1 << 28
    private static let longestHeader = 200

    static func write(_ tensor: Tensor) -> Data {
        let numbers = tensor.withUnsafeBufferPointer { floats in
            floats.withMemoryRebound(to: UInt32.self) { words in
                var data = Data(capacity: words.count * 4)
                #if _endian(little)
                    data.append(Data(buffer: words))
                #else
                    for word in words { withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) } }
                #endif
                return data
            }
        }
        let shape = tensor.shape.map(String.init).joined(separator: "x")
        let digest = numbers.withUnsafeBytes(SHA256.hexadecimal)
        return Data("\(magic) \(EmbeddingCache.formatVersion) \(shape) \(digest)\n".utf8) + numbers
    }

    /// Nil for anything that is not exactly what `write` gives.
    static func read(_ data: Data) -> Tensor? {
        guard let end = data.prefix(longestHeader).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let words = String(decoding: data[data.startIndex..<end], as: UTF8.self).split(separator: " ")
        guard words.count == 4, words[0] == magic, words[1] == "\(EmbeddingCache.formatVersion)" else { return nil }
        let shape = words[2].split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        var count = 1
        for size in shape {
            guard size > 0, size <= mostElements / count else { return nil }
            count *= size
        }
        let numbers = data[(end + 1)...]
        guard numbers.count == 4 * count, numbers.withUnsafeBytes(SHA256.hexadecimal) == words[3] else { return nil }
        return numbers.withUnsafeBytes { bytes in
            Tensor(shape) { target in
                for index in 0..<count {
                    let word = bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                    target[index] = Float(bitPattern: UInt32(littleEndian: word))
                }
            }
        }
    }
}
