import Testing
import VipsamKit

/// The documented way from any picture to 8-bit RGB, pixel by pixel.
@Suite struct ModelViewTests {
    private func view(_ image: Pixels) throws -> [UInt8] {
        let seen = try ImageFile.model(of: image)
        #expect(seen.bands == 3 && seen.format == .uchar && seen.interpretation == .srgb)
        return try seen.bytes()
    }

    @Test func eightBitColourStaysAsItIs() throws {
        let image = try Pictures.smooth(9, 7)
        #expect(try view(image) == image.bytes())
    }

    @Test func greyStandsInAllBands() throws {
        let image = try Pixels.from(bytes: [0, 90, 255], width: 3, height: 1, bands: 1)
        #expect(try view(image) == [0, 0, 0, 90, 90, 90, 255, 255, 255])
    }

    @Test func alphaLiesOnWhite() throws {
        let image = try Pixels.from(bytes: [10, 20, 30, 0, 10, 20, 30, 255], width: 2, height: 1, bands: 4)
        #expect(try view(image) == [255, 255, 255, 10, 20, 30])
        let grey = try Pixels.from(bytes: [10, 0, 10, 255], width: 2, height: 1, bands: 2)
        #expect(try view(grey) == [255, 255, 255, 10, 10, 10])
    }

    @Test func sixteenBitsGiveTheirUpperEight() throws {
        let words: [UInt16] = [0x1234, 0xFF00, 0x00FF]
        #expect(try view(Pixels.from(words: words, width: 1, height: 1, bands: 3)) == [0x12, 0xFF, 0x00])
        #expect(try view(Pixels.from(words: [0x8000], width: 1, height: 1, bands: 1)) == [0x80, 0x80, 0x80])
        let clear: [UInt16] = [0, 0, 0, 0]
        #expect(try view(Pixels.from(words: clear, width: 1, height: 1, bands: 4)) == [255, 255, 255])
    }

    @Test func numbersWithoutAKnownRangeAreStretched() throws {
        let image = try Pixels.from(floats: [-1, 0, 1], width: 3, height: 1, bands: 1)
        let seen = try view(image)
        #expect(seen[0] == 0 && (127...128).contains(seen[3]) && seen[6] == 255)
        #expect(try view(Pixels.from(floats: [5, 5], width: 2, height: 1, bands: 1)) == [0, 0, 0, 0, 0, 0])
    }

    @Test func inkBecomesColour() throws {
        let white = try Pixels.constant([0, 0, 0, 0], width: 2, height: 2, interpretation: .cmyk)
        #expect(try view(white).allSatisfy { $0 > 250 })
        let black = try Pixels.constant([255, 255, 255, 255], width: 2, height: 2, interpretation: .cmyk)
        #expect(try view(black).allSatisfy { $0 < 60 })
    }

    @Test func manyBandsGiveTheFirstThree() throws {
        let image = try Pixels.from(
            bytes: [1, 2, 3, 4, 5, 6], width: 1, height: 1, bands: 6, interpretation: .multiband)
        #expect(try view(image) == [1, 2, 3])
    }

    @Test func everyFormatAndMeaningHasAView() throws {
        for format in BandFormat.allCases {
            for bands in [1, 2, 3, 4, 5, 7] {
                let bytes = [UInt8](repeating: 9, count: 7 * 5 * bands)
                let image = try Pixels.from(bytes: bytes, width: 7, height: 5, bands: bands).cast(format)
                #expect(try view(image).count == 7 * 5 * 3)
            }
        }
        for meaning in Interpretation.allCases where meaning != .error {
            for bands in [1, 2, 3, 4, 5] {
                let bytes = [UInt8](repeating: 9, count: 7 * 5 * bands)
                let image = try Pixels.from(bytes: bytes, width: 7, height: 5, bands: bands).relabelled(meaning)
                #expect(try view(image).count == 7 * 5 * 3, "\(meaning) \(bands)")
            }
        }
    }
}
