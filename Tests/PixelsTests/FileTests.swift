import Foundation
import Testing
import VipsamKit

@Suite struct FileTests {
    private func pngHeader(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * UInt32($0)) & 255) } }
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let header = Array("IHDR".utf8) + number(width) + number(height) + [8, 2, 0, 0, 0]
        return signature + number(13) + header + [0, 0, 0, 0] + [UInt8](repeating: 0, count: 40)
    }

    @Test func absurdHeadersAreRefusedWithTheirNumbers() throws {
        let folder = TestFolder()
        let path = try folder.write(pngHeader(1 << 31, 1 << 31), "huge.png")
        #expect(
            Pictures.message { _ = try ImageFile.probe(path) }
                == "'\(path)' claims to have 2147483648 × 2147483648 pixels; at most 1000000 along a side and "
                + "10000000000 in all are read")
        let none = try folder.write(pngHeader(0, 5), "none.png")
        #expect(
            Pictures.message { _ = try ImageFile.open(none) }
                == "'\(none)' is damaged: it claims to have 0 × 5 pixels")
        let bomb = try folder.write(pngHeader(90_000, 90_000), "bomb.png")
        #expect(
            Pictures.message { _ = try ImageFile.working(bomb) }
                == "'\(bomb)' is damaged: 73 bytes cannot hold the 90000 × 90000 pixels that it claims")
    }

    @Test(arguments: ["jpg", "png", "tif"])
    func aTruncatedFileFailsUnlessLenient(ending: String) throws {
        let folder = TestFolder()
        var bytes: [UInt8] = []
        var state: UInt32 = 7
        for _ in 0..<(300 * 200 * 3) {
            state = state &* 1_664_525 &+ 1_013_904_223
            bytes.append(UInt8(state >> 24))
        }
        let noise = try Pixels.from(bytes: bytes, width: 300, height: 200, bands: 3)
        try ImageWriter.write(noise, to: folder.file("whole.\(ending)"))
        let whole = try folder.read("whole.\(ending)")
        let path = try folder.write(Array(whole.prefix(whole.count * 6 / 10)), "half.\(ending)")
        #expect(throws: PixelsError.self) { try ImageFile.open(path).pixels.bytes() }
        #expect(throws: PixelsError.self) { try ImageFile.open(path, access: .random).pixels.bytes() }
        let message = Pictures.message { _ = try ImageFile.working(path) }
        #expect(message.hasPrefix("'\(path)' is damaged or cut off"), "\(message)")
        // A TIFF keeps its directory at the end: nothing is left of it.
        if ending != "tif" {
            #expect(try ImageFile.open(path, lenient: true).pixels.bytes().count == 300 * 200 * 3)
            #expect(try ImageFile.working(path, lenient: true).width == 300)
        }
    }

    @Test func whatIsNoPictureSaysSo() throws {
        let folder = TestFolder()
        func message(_ path: String) -> String { Pictures.message { _ = try ImageFile.open(path) } }
        #expect(message("/nowhere/a.jpg") == "'/nowhere/a.jpg' cannot be read: there is no such file or folder")
        #expect(message(folder.path) == "'\(folder.path)' cannot be read: it is a folder")
        let empty = try folder.write([], "empty.jpg")
        #expect(message(empty) == "'\(empty)' is empty")
        let text = try folder.write(Array("hello, this is text".utf8), "text.jpg")
        #expect(
            message(text) == "'\(text)' is not a picture of a known format: jpeg, png, tiff, webp, heif, avif and gif "
                + "are read")
        let stub = try folder.write([0xFF, 0xD8, 0xFF, 0xE0], "stub.jpg")
        #expect(message(stub).hasPrefix("'\(stub)' is damaged or cut off"))
        let raw = try folder.write(Array("II*\0whatever".utf8), "photo.NEF")
        #expect(
            message(raw)
                == "'\(raw)' is a camera raw file, which is not read: develop it to TIFF or JPEG first")
        #expect(message("/dev/null") == "'/dev/null' is not a regular file: a pipe or a device cannot be read twice")
        let drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
        let vector = try folder.write(Array(drawing.utf8), "a.svg")
        #expect(message(vector).hasPrefix("'\(vector)' would be read by 'svgload', which libvips does not trust"))
    }

    @Test func namesAreNeverParsedForOptions() throws {
        let folder = TestFolder()
        for name in ["a[shrink=2].png", "b[1].png", "c, d.png", "ü é.png"] {
            try ImageWriter.write(Pictures.smooth(8, 6), to: folder.file(name))
            #expect(try ImageFile.open(folder.file(name)).pixels.width == 8)
        }
        #expect(folder.names.count == 4)
    }

    @Test func theWorkingSizeIsNeverEnlargedAndKeepsProportions() throws {
        let folder = TestFolder()
        func size(_ width: Int, _ height: Int, _ side: Int, _ most: Double = 16e6) throws -> [Int] {
            try ImageWriter.write(Pictures.smooth(width, height), to: folder.file("a.png"))
            let view = try ImageFile.working(folder.file("a.png"), shorterSide: side, maxPixels: most)
            #expect(view.bands == 3 && view.format == .uchar && view.interpretation == .srgb)
            return [view.width, view.height]
        }
        #expect(try size(40, 30, 1500) == [40, 30])
        #expect(try size(400, 300, 150) == [200, 150])
        #expect(try size(301, 200, 100) == [151, 100])
        #expect(try size(1000, 10, 1500, 2500) == [500, 5])
        #expect(try size(900, 1, 1500, 9) == [90, 1])
        #expect(try size(1, 1, 1500) == [1, 1])
    }

    @Test func aJpegThatIsDecodedSmallLooksLikeTheOneThatIsShrunk() throws {
        let folder = TestFolder()
        let image = try Pictures.smooth(1600, 1200)
        try ImageWriter.write(image, to: folder.file("a.jpg"))
        try ImageWriter.write(image, to: folder.file("a.png"))
        for side in [300, 150, 70] {
            let fromJpeg = try ImageFile.working(folder.file("a.jpg"), shorterSide: side)
            let fromPNG = try ImageFile.working(folder.file("a.png"), shorterSide: side)
            #expect(fromJpeg.width == fromPNG.width && fromJpeg.height == fromPNG.height)
            #expect(try Pictures.largestDifference(fromJpeg, fromPNG) <= 6)
        }
    }
}
