import Testing
import VipsamKit

@Suite struct MemoryTests {
    @Test func bytesComeBackAsTheyWentIn() throws {
        let bytes = (0..<(7 * 5 * 3)).map { UInt8($0 * 2) }
        let image = try Pixels.from(bytes: bytes, width: 7, height: 5, bands: 3)
        #expect(image.width == 7 && image.height == 5 && image.bands == 3)
        #expect(image.format == .uchar && image.interpretation == .srgb && !image.hasAlpha)
        #expect(try image.bytes() == bytes)
        #expect(try image.floats() == bytes.map(Float.init))
    }

    @Test func aRectangleIsTheSameAsThePartOfTheWhole() throws {
        let width = 301
        let height = 211
        let bytes = (0..<(width * height)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let image = try Pixels.from(bytes: bytes, width: width, height: height, bands: 1)
        for (left, top, w, h) in [(0, 0, 1, 1), (300, 210, 1, 1), (5, 7, 200, 180), (0, 0, width, height)] {
            let part = try image.bytes(left: left, top: top, width: w, height: h)
            let expected = (0..<h).flatMap { y in (0..<w).map { x in bytes[(top + y) * width + left + x] } }
            #expect(part == expected)
        }
    }

    @Test func wordsAndFloatsKeepTheirValues() throws {
        let words: [UInt16] = [0, 1, 40000, 65535]
        let image = try Pixels.from(words: words, width: 2, height: 2, bands: 1)
        #expect(image.interpretation == .grey16 && image.fullScale == 65535)
        #expect(try image.words() == words)
        let floats: [Float] = [-1.5, 0, 0.25, 1e6]
        #expect(try Pixels.from(floats: floats, width: 4, height: 1, bands: 1).floats() == floats)
    }

    @Test func readingInTheWrongFormatIsAnError() throws {
        let image = try Pixels.from(words: [1, 2], width: 2, height: 1, bands: 1)
        #expect(throws: PixelsError.self) { try image.bytes() }
    }
}
