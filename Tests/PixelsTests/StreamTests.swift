import Testing
import VipsamKit

/// Pictures that are read from the top again and again, with no more than 256 rows kept.
@Suite struct StreamTests {
    private let width = 23, height = 1500

    private func noise() -> [UInt8] {
        var state: UInt32 = 11
        return (0..<width * height * 3).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
    }

    private func opened(_ ending: String, progressive: Bool = false, _ folder: TestFolder) throws -> Pixels {
        let path = folder.file("a.\(ending)")
        var options = SaveOptions()
        options.progressive = progressive
        try ImageWriter.write(Pixels.from(bytes: noise(), width: width, height: height, bands: 3), to: path, options: options)
        return try ImageFile.open(path, kept: 1).pixels
    }

    @Test(arguments: ["png", "tif"], [false, true])
    func everyPassGivesTheSamePixels(ending: String, progressive: Bool) throws {
        let folder = TestFolder()
        let pixels = try opened(ending, progressive: progressive, folder)
        let expected = noise()
        // The file is decoded four times, and read from a temporary file after that.
        for pass in 1...7 { #expect(try pixels.bytes() == expected, "pass \(pass)") }
    }

    /// A TIFF with strips of 22 rows, uncompressed grey.
    private func stripped(_ pixels: [UInt8], width: Int, height: Int) -> [UInt8] {
        let rows = 22, strips = (height + rows - 1) / rows
        func short(_ x: Int) -> [UInt8] { [UInt8(x & 255), UInt8(x >> 8 & 255)] }
        func long(_ x: Int) -> [UInt8] { short(x & 0xffff) + short(x >> 16) }
        let offsets = 8 + 2 + 12 * 9 + 4, counts = offsets + 4 * strips, data = counts + 4 * strips
        let entries: [(tag: Int, type: Int, count: Int, value: Int)] = [
            (256, 4, 1, width), (257, 4, 1, height), (258, 4, 1, 8), (259, 4, 1, 1), (262, 4, 1, 1),
            (273, 4, strips, offsets), (277, 4, 1, 1), (278, 4, 1, rows), (279, 4, strips, counts),
        ]
        return Array("II".utf8) + short(42) + long(8) + short(entries.count)
            + entries.flatMap { short($0.tag) + short($0.type) + long($0.count) + long($0.value) } + long(0)
            + (0..<strips).flatMap { long(data + $0 * rows * width) }
            + (0..<strips).flatMap { long(min(rows, height - $0 * rows) * width) } + pixels
    }

    /// libvips lets go of the rows of half a strip when an operation stops in the middle of it.
    @Test func aLookAtTheTopLeavesTheRestReadable() throws {
        let folder = TestFolder()
        let expected = Array(noise().prefix(120 * 90))
        let path = try folder.write(stripped(expected, width: 120, height: 90), "strips.tif")
        let pixels = try ImageFile.open(path, kept: 1).pixels
        _ = VipsLog.drain()
        #expect(try pixels.getpoint(x: 0, y: 0) == [Double(expected[0])])
        #expect(try pixels.bytes() == expected)
        // Nor does it try in vain first, which libvips would warn of.
        #expect(!VipsLog.drain().contains { $0.text.contains("error in tile") })
    }

    @Test func rowsAreFoundWhereverOneLooks() throws {
        let folder = TestFolder()
        let pixels = try opened("png", folder)
        let expected = noise()
        for row in [1499, 0, 700, 690, 430, 1498, 3, 1200] {
            let line = try pixels.bytes(left: 2, top: row, width: 20, height: 1)
            let start = (row * width + 2) * 3
            #expect(line == Array(expected[start..<start + 60]), "row \(row)")
        }
    }

    @Test(arguments: [100, 900])
    func twoPlacesAtOnce(distance: Int) throws {
        let folder = TestFolder()
        let pixels = try opened("png", folder)
        func lowered(_ image: Pixels) throws -> Pixels {
            try image.embed(x: 0, y: distance, width: width, height: height).relational(image, .more)
        }
        let whole = try Pixels.from(bytes: noise(), width: width, height: height, bands: 3)
        #expect(try lowered(pixels).bytes() == lowered(whole).bytes())
    }

    @Test func aFileThatIsCutOffFailsInEveryPass() throws {
        let folder = TestFolder()
        _ = try opened("png", folder)
        let bytes = try folder.read("a.png")
        let half = try folder.write(Array(bytes.prefix(bytes.count / 2)), "half.png")
        let pixels = try ImageFile.open(half, kept: 1).pixels
        for _ in 1...3 { #expect(throws: PixelsError.self) { try pixels.bytes() } }
    }

    @Test func aFileThatGoesAwayFails() throws {
        let folder = TestFolder()
        let pixels = try opened("png", folder)
        #expect(try pixels.bytes() == noise())
        _ = try folder.write([1, 2, 3], "a.png")
        #expect(throws: PixelsError.self) { try pixels.bytes() }
    }
}
