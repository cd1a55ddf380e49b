import Foundation
import Testing
import VipsamKit

/// A TIFF of 600 megapixels in some hundred kilobytes: all its tiles are the same one.
private struct VastFile {
    static let width = 30_000, height = 20_000, tile = 256
    let bands: Int

    static func value(_ x: Int, _ y: Int, _ band: Int) -> UInt8 {
        let (x, y) = (x % tile, y % tile)
        return UInt8([x ^ y, x, y][band])
    }

    /// Little endian; header, the tile, the directory, and the lists that are too long for it (TIFF 6.0).
    var data: Data {
        let places = (0..<Self.tile * Self.tile).map { ($0 % Self.tile, $0 / Self.tile) }
        let tile = places.flatMap { x, y in (0..<bands).map { Self.value(x, y, $0) } }
        let across = (Self.width + Self.tile - 1) / Self.tile, down = (Self.height + Self.tile - 1) / Self.tile
        let tiles = across * down
        // Tag, bytes per number, numbers.
        let fields: [(Int, Int, [Int])] = [
            (256, 4, [Self.width]), (257, 4, [Self.height]), (258, 2, .init(repeating: 8, count: bands)), (259, 2, [1]),
            (262, 2, [bands == 3 ? 2 : 1]), (277, 2, [bands]), (322, 4, [Self.tile]), (323, 4, [Self.tile]),
            (324, 4, .init(repeating: 8, count: tiles)), (325, 4, .init(repeating: tile.count, count: tiles)),
        ]
        let start = 8 + tile.count
        var directory = Self.bytes(fields.count, 2), lists: [UInt8] = []
        let listsStart = start + 2 + 12 * fields.count + 4
        for (tag, size, numbers) in fields {
            let content = numbers.flatMap { Self.bytes($0, size) }
            directory += Self.bytes(tag, 2) + Self.bytes(size == 2 ? 3 : 4, 2) + Self.bytes(numbers.count, 4)
            if content.count <= 4 {
                directory += content + .init(repeating: 0, count: 4 - content.count)
            } else {
                directory += Self.bytes(listsStart + lists.count, 4)
                lists += content
            }
        }
        return Data(Array("II*\0".utf8) + Self.bytes(start, 4) + tile + directory + Self.bytes(0, 4) + lists)
    }

    private static func bytes(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(number >> (8 * $0) & 255) }
    }
}

/// A picture of 30 000 × 20 000 pixels: numbers of pixels and bytes beyond 2²⁹, streamed.
@Suite struct VastPictureTests {
    private func run(_ steps: [String], bands: Int) throws -> (folder: Folder, run: Command) {
        let folder = try Folder()
        try VastFile(bands: bands).data.write(to: URL(fileURLWithPath: folder["vast.tif"]))
        let lines = (steps + ["save: out.png"]).map { "  - \($0)\n" }.joined()
        try folder.write("vipsam: 1\nsteps:\n" + lines, to: "r.yaml")
        return (folder, try Command.run(["run", "r.yaml", "vast.tif", "-o", "out", "--memory", "1GB"], in: folder))
    }

    @Test(arguments: [
        "crop: {box: [20001, 8003, 300, 200]}", "vips.extract_area: {left: 20001, top: 8003, width: 300, height: 200}",
    ])
    func aPieceOfItIsItsPixels(step: String) throws {
        let (folder, run) = try run([step], bands: 3)
        #expect(run.code == 0, "\(run.errors)")
        let pixels = try ImageFile.open(folder["out/out.png"], access: .random).pixels
        #expect(pixels.width == 300 && pixels.height == 200)
        let expected = (8003..<8203).flatMap { y in
            (20001..<20301).flatMap { x in (0..<3).map { VastFile.value(x, y, $0) } }
        }
        #expect(try pixels.bytes() == expected)
    }

    /// All of it is read. The mean of x ^ y over a tile is 127.5; the last tiles are cut off.
    @Test func allOfItMadeSmall() throws {
        let (folder, run) = try run(["resize: 1%"], bands: 1)
        #expect(run.code == 0, "\(run.errors)")
        let pixels = try ImageFile.open(folder["out/out.png"], access: .random).pixels
        #expect(pixels.width == 300 && pixels.height == 200)
        #expect(abs(try pixels.average() - 127.5) < 1)
    }
}
