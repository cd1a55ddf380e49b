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
