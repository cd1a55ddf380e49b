import Foundation
import VipsamKit
import VipsamSegment
import VipsamTensor

/// The golden files, and inputs that a rule makes (see Tests/Fixtures/README.md).
enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures").path

    static func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: folder + "/" + name))
    }

    static func checkpoint(_ name: String) throws -> Checkpoint { try Checkpoint.open(folder + "/" + name) }

    static func bits(_ index: Int, seed: Int) -> UInt32 {
        var h = UInt32(truncatingIfNeeded: index) &+ UInt32(truncatingIfNeeded: seed) &* 1_000_003
        h ^= h >> 16
        h &*= 0x7feb_352d
        h ^= h >> 15
        h &*= 0x846c_a68b
        return h ^ (h >> 16)
    }

    static func floats(_ count: Int, seed: Int) -> [Float] {
        (0..<count).map { Float(bits($0, seed: seed) >> 22) / 256 - 2 }
    }

    static func picture(width: Int, height: Int, seed: Int) -> RGBRaster {
        RGBRaster(
            width: width, height: height,
            bytes: (0..<(3 * width * height)).map { UInt8(truncatingIfNeeded: bits($0, seed: seed) >> 24) })
    }

    /// `37x23` as (37, 23).
    static func size(_ text: Substring) -> (width: Int, height: Int) {
        let numbers = text.split(separator: "x").compactMap { Int($0) }
        return (numbers[0], numbers[1])
    }

    /// A folder that is removed when the value goes.
    final class Folder {
        let path = NSTemporaryDirectory() + "vipsam-" + UUID().uuidString

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }
}
