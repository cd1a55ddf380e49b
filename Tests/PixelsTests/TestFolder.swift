import Foundation
import VipsamKit

/// A folder of a test's own, removed with it.
final class TestFolder: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "/pixels-tests-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name)))) }
}

enum Pictures {
    /// A smooth picture without symmetry, which JPEG keeps nearly as it is.
    static func smooth(_ width: Int, _ height: Int, bands: Int = 3) throws -> Pixels {
        var bytes: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                for band in 0..<bands {
                    let across = x * (200 - 60 * (band % 3)) / width
                    bytes.append(UInt8((across + y * (20 + 25 * (band % 3)) / height) % 256))
                }
            }
        }
        return try Pixels.from(bytes: bytes, width: width, height: height, bands: bands)
    }

    /// The message of what a piece of work throws; empty when it does not.
    static func message(_ work: () throws -> Void) -> String {
        do {
            try work()
            return ""
        } catch let error as PixelsError {
            return error.message
        } catch {
            return "\(error)"
        }
    }

    static func largestDifference(_ a: Pixels, _ b: Pixels) throws -> Int {
        zip(try a.bytes(), try b.bytes()).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
}

/// Hand-made EXIF: one block with an orientation, and a place if wanted.
enum Exif {
    /// A JPEG with an EXIF segment right after its start.
    static func insert(into jpeg: [UInt8], orientation: Int, gps: Bool = false) -> [UInt8] {
        let body = Array("Exif".utf8) + [0, 0] + tiff(orientation, gps)
        let length = body.count + 2
        return Array(jpeg.prefix(2)) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + body + jpeg.dropFirst(2)
    }

    private static func tiff(_ orientation: Int, _ gps: Bool) -> [UInt8] {
        var bytes: [UInt8] = Array("MM".utf8) + [0, 42, 0, 0, 0, 8]
        var entries: [[UInt8]] = [
            entry(0x010F, type: 2, count: 4, value: Array("Cam".utf8) + [0]),
            entry(0x0112, type: 3, count: 1, value: [0, UInt8(orientation), 0, 0]),
        ]
        let end = 8 + 2 + 12 * (entries.count + (gps ? 1 : 0)) + 4
        if gps { entries.append(entry(0x8825, type: 4, count: 1, value: number(end))) }
        bytes += [0, UInt8(entries.count)] + entries.flatMap { $0 } + [0, 0, 0, 0]
        if gps {
            let place = entry(0x0001, type: 2, count: 2, value: Array("N".utf8) + [0, 0, 0])
            let degrees = entry(0x0002, type: 5, count: 3, value: number(end + 2 + 24 + 4))
            bytes += [0, 2] + place + degrees + [0, 0, 0, 0]
            for part in [48, 8, 15] { bytes += number(part) + number(1) }
        }
        return bytes
    }

    private static func entry(_ tag: Int, type: Int, count: Int, value: [UInt8]) -> [UInt8] {
        [UInt8(tag >> 8), UInt8(tag & 255), 0, UInt8(type)] + number(count) + value
    }

    private static func number(_ value: Int) -> [UInt8] {
        [UInt8(value >> 24 & 255), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }
}
