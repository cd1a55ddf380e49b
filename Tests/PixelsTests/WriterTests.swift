import Foundation
import Testing
import VipsamKit

@Suite struct WriterTests {
    @Test(arguments: ["png", "tif", "jpg", "webp", "avif", "heic"])
    func writtenPicturesComeBack(ending: String) throws {
        let folder = TestFolder()
        let image = try Pictures.smooth(64, 48)
        var options = SaveOptions()
        options.quality = 95
        try ImageWriter.write(image, to: folder.file("a.\(ending)"), options: options)
        let back = try ImageFile.open(folder.file("a.\(ending)")).pixels
        #expect(back.width == 64 && back.height == 48 && back.bands == 3)
        let exact = ending == "png" || ending == "tif"
        #expect(try Pictures.largestDifference(image, back) <= (exact ? 0 : 12))
        #expect(folder.names == ["a.\(ending)"])
    }

    @Test(arguments: ["png", "tif", "jpg", "webp", "avif"])
    func twoWritesGiveTheSameBytes(ending: String) throws {
        let folder = TestFolder()
        let image = try Pictures.smooth(300, 200).gaussblur(sigma: 2)
        try ImageWriter.write(image, to: folder.file("a.\(ending)"))
        try ImageWriter.write(image, to: folder.file("b.\(ending)"))
        #expect(try folder.read("a.\(ending)") == folder.read("b.\(ending)"))
    }

    @Test func sixteenBitsStaySixteenBits() throws {
        let folder = TestFolder()
        let words = (0..<(16 * 9 * 3)).map { UInt16($0 * 149) }
        let image = try Pixels.from(words: words, width: 16, height: 9, bands: 3)
        for ending in ["png", "tif"] {
            try ImageWriter.write(image, to: folder.file("a.\(ending)"))
            let back = try ImageFile.open(folder.file("a.\(ending)"))
            #expect(back.header.bitDepth == 16)
            #expect(try back.pixels.words() == words)
        }
        try ImageWriter.write(image, to: folder.file("a.webp"))
        #expect(try ImageFile.probe(folder.file("a.webp")).format == .uchar)
        // Floats that steps made of a 16-bit picture go back to 16 bits.
        try ImageWriter.write(image.linear([1], [0.4]), to: folder.file("b.png"))
        #expect(try ImageFile.open(folder.file("b.png")).pixels.words() == words)
    }

    @Test func floatsOfAnEightBitPictureAreRounded() throws {
        let folder = TestFolder()
        let image = try Pixels.from(floats: [10.4, 10.6, -3, 300], width: 4, height: 1, bands: 1)
            .relabelled(.blackAndWhite)
        try ImageWriter.write(image, to: folder.file("a.png"))
        #expect(try ImageFile.open(folder.file("a.png")).pixels.bytes() == [10, 11, 0, 255])
    }

    @Test func alphaStaysOrLiesOnTheBackground() throws {
        let folder = TestFolder()
        let image = try Pixels.from(bytes: [255, 0, 0, 255, 0, 0, 0, 0], width: 2, height: 1, bands: 4)
            .replicate(across: 8, down: 16)
        try ImageWriter.write(image, to: folder.file("a.png"))
        #expect(try ImageFile.open(folder.file("a.png")).pixels.bytes() == image.bytes())
        var options = SaveOptions()
        options.background = Color(red: 0, green: 0, blue: 255)
        options.quality = 100
        let clear = try Pixels.constant([9, 9, 9, 0], width: 16, height: 16)
        try ImageWriter.write(clear, to: folder.file("a.jpg"), options: options)
        let blue = try ImageFile.open(folder.file("a.jpg")).pixels.getpoint(x: 5, y: 5)
        #expect(blue[0] < 5 && blue[1] < 5 && blue[2] > 250)
        try ImageWriter.write(clear, to: folder.file("white.jpg"))
        #expect(try ImageFile.open(folder.file("white.jpg")).pixels.min() > 250)
    }

    @Test(arguments: ["p3", "srgb", "cmyk"]) func theBackgroundLooksTheSameInEveryColourSpace(profile: String) throws {
        let folder = TestFolder()
        let colours = try Pixels.constant([200, 120, 40], width: 16, height: 16).relabelled(.srgb)
            .iccTransform(to: profile, fallback: "srgb")
        let clear = try Pixels.constant([0], width: 16, height: 16)
        let image = try colours.bandjoin(clear).relabelled(colours.interpretation)
        try #require(image.hasAlpha)
        var options = SaveOptions()
        options.background = Color(red: 180, green: 90, blue: 60)
        options.quality = 100
        options.keep = [.icc]
        try ImageWriter.write(image, to: folder.file("a.jpg"), options: options)
        let saved = try ImageFile.open(folder.file("a.jpg")).pixels
        let seen = try saved.iccTransform(to: "srgb", fallback: profile).getpoint(x: 8, y: 8)
        for (value, wanted) in zip(seen, [180.0, 90, 60]) { #expect(abs(value - wanted) <= (profile == "cmyk" ? 12 : 3)) }
    }

    @Test func numbersOfAGreyTIFFStayWhatTheyAre() throws {
        let folder = TestFolder()
        let heights = try Pixels.from(floats: [-12.5, 0.25, 3000.75, 8848.86], width: 4, height: 1, bands: 1)
        for (format, inPNG) in [(BandFormat.float, BandFormat.uchar), (.short, .ushort), (.uint, .uchar)] {
            let image = try heights.cast(format)
            _ = try Pixels.call(
                "tiffsave", inputs: ["in": .image(image), "filename": .string(folder.file("\(format).tif"))])
            let opened = try ImageFile.open(folder.file("\(format).tif"))
            #expect(opened.notes.contains { $0.contains("rounded to 0 … \(inPNG == .ushort ? "65535" : "255")") })
            try ImageWriter.write(opened.pixels, to: folder.file("again.tif"))
            let again = try ImageFile.open(folder.file("again.tif")).pixels
            #expect(again.format == format)
            for x in 0..<4 { #expect(try again.getpoint(x: x, y: 0) == image.getpoint(x: x, y: 0)) }
            try ImageWriter.write(opened.pixels, to: folder.file("rounded.png"))
            #expect(try ImageFile.open(folder.file("rounded.png")).pixels.format == inPNG)
        }
    }

    @Test(arguments: ["png", "webp", "jpg"])
    func opacityOfSCRGBIsThatOfBytes(format: String) throws {
        let folder = TestFolder()
        // linear light: a half is byte 188
        let image = try Pixels.from(floats: [0.5, 0.5, 0.5, 1, 0.5, 0.5, 0.5, 0], width: 2, height: 1, bands: 4)
            .relabelled(.scrgb)
        try ImageWriter.write(image, to: folder.file("a.\(format)"))
        let saved = try ImageFile.open(folder.file("a.\(format)")).pixels
        let left = try saved.getpoint(x: 0, y: 0), right = try saved.getpoint(x: 1, y: 0)
        if format == "jpg" {
            #expect(left[0] < right[0] - 20)
        } else {
            #expect(left[3] == 255 && right[3] == 0 && abs(left[0] - 188) < 4)
        }
        #expect(try saved.colourspace(.scrgb).bands == saved.bands)
    }

    @Test func coloursOfOtherNumbersAreSaidToBeLost() throws {
        let folder = TestFolder()
        let values: [Float] = [0, 0.5, 1, 200, .nan, 3]
        let kinds: [(Interpretation, BandFormat, String?)] = [
            (.scrgb, .float, "cut to 0 … 1 (scRGB"), (.srgb, .uint, "rounded to 0 … 255"), (.srgb, .uchar, nil),
            (.blackAndWhite, .float, "rounded to 0 … 255, and pixels that are no numbers"), (.rgb16, .ushort, nil),
        ]
        for (number, (meaning, format, words)) in kinds.enumerated() {
            let image = try Pixels.from(floats: values, width: 2, height: 1, bands: 3).cast(format)
            let path = folder.file("\(number).tif")
            _ = try Pixels.call(
                "tiffsave", inputs: ["in": .image(image.relabelled(meaning)), "filename": .string(path)])
            let opened = try ImageFile.open(path)
            if let words {
                #expect(opened.notes.contains { $0.contains(words) }, "\(meaning), \(format): \(opened.notes)")
            } else {
                #expect(opened.notes.isEmpty)
            }
            try ImageWriter.write(opened.pixels, to: folder.file("again.tif"))
            #expect(try ImageFile.open(folder.file("again.tif")).pixels.format == format)
        }
    }

    @Test func coloursOfSixteenBitsEndAtFullScale() throws {
        let image = try Pixels.from(words: [0, 0, 0], width: 1, height: 1, bands: 3).relabelled(.rgb16)
        #expect(try image.ink(Color(red: 128, green: 255, blue: 1)) == [32896, 65535, 257])
        let grey = try Pixels.from(words: [0], width: 1, height: 1, bands: 1).relabelled(.grey16)
        #expect(try grey.ink(.white) == [65535] && grey.ink(.black) == [0])
        #expect(try abs(grey.ink(Color(red: 128, green: 128, blue: 128))[0] - 32896) <= 64)
    }

    @Test func cmykStaysInJpegAndBecomesRGBInPNG() throws {
        let folder = TestFolder()
        let ink = try Pixels.constant([0, 255, 255, 0], width: 16, height: 16, interpretation: .cmyk)
        try ImageWriter.write(ink, to: folder.file("a.jpg"))
        #expect(try ImageFile.probe(folder.file("a.jpg")).interpretation == .cmyk)
        try ImageWriter.write(ink, to: folder.file("a.png"))
        let red = try ImageFile.open(folder.file("a.png")).pixels
        #expect(red.bands == 3)
        let point = try red.getpoint(x: 3, y: 3)
        #expect(point[0] > 200 && point[1] < 80 && point[2] < 80)
    }

    @Test func metadataGoesOnlyWhereItWasAskedFor() throws {
        let folder = TestFolder()
        try ImageWriter.write(Pictures.smooth(40, 24), to: folder.file("plain.jpg"))
        let path = try folder.write(
            Exif.insert(into: folder.read("plain.jpg"), orientation: 1, gps: true), "place.jpg")
        let image = try ImageFile.open(path, access: .random).pixels
        #expect(image.fields.contains { $0.hasPrefix("exif-ifd3-GPSLatitude") })
        func fields(_ keep: Set<SaveOptions.Keep>, _ ending: String) throws -> [String] {
            var options = SaveOptions()
            options.keep = keep
            try ImageWriter.write(image, to: folder.file("out.\(ending)"), options: options)
            return try ImageFile.open(folder.file("out.\(ending)")).pixels.fields
        }
        for ending in ["jpg", "png", "webp"] {
            #expect(try !fields([.icc], ending).contains("exif-ifd0-Make"))
            let exif = try fields([.exif], ending)
            #expect(exif.contains("exif-ifd0-Make"))
            #expect(!exif.contains { $0.contains("GPSLatitude") })
            #expect(try fields([.exif, .gps], ending).contains { $0.contains("GPSLatitude") })
            let bytes = try folder.read("out.\(ending)")
            #expect(!bytes.isEmpty)
        }
    }

    @Test func ofPhotoshopBlocksOnlyIPTCIsKept() throws {
        let folder = TestFolder()
        let name = Array("Photoshop 3.0".utf8) + [0]
        func resource(_ number: UInt8, _ content: String) -> [UInt8] {
            let padding: [UInt8] = content.utf8.count % 2 == 1 ? [0] : []
            return Array("8BIM".utf8) + [4, number, 0, 0, 0, 0, 0, UInt8(content.utf8.count)] + Array(content.utf8)
                + padding
        }
        let whole = name + resource(0x0C, "thumbnail") + resource(0x04, "caption") + resource(0x22, "exif")
        let image = try Pictures.smooth(16, 16).with(field: Pixels.Field.iptc, blob: whole)
        func kept(_ keep: Set<SaveOptions.Keep>, _ image: Pixels) throws -> [UInt8]? {
            var options = SaveOptions()
            options.keep = keep
            try ImageWriter.write(image, to: folder.file("a.jpg"), options: options)
            return try ImageFile.open(folder.file("a.jpg")).pixels.blob(Pixels.Field.iptc)
        }
        #expect(try kept([.iptc], image) == name + resource(0x04, "caption"))
        #expect(try kept([.icc, .exif, .xmp], image) == nil)
        // Cut off in the middle of a resource.
        for length in [3, 14, 20, 27, whole.count - 1] {
            let broken = try Pictures.smooth(16, 16).with(field: Pixels.Field.iptc, blob: Array(whole.prefix(length)))
            let back = try kept([.iptc], broken)
            #expect(back == nil || back == name + resource(0x04, "caption"))
        }
    }

    @Test func xmpThatTellsThePlaceGoesUnlessItWasAskedFor() throws {
        let folder = TestFolder()
        func kept(_ text: String, _ keep: Set<SaveOptions.Keep>) throws -> Bool {
            var options = SaveOptions()
            options.keep = keep
            let image = try Pictures.smooth(16, 16).with(field: Pixels.Field.xmp, blob: Array(text.utf8))
            try ImageWriter.write(image, to: folder.file("a.jpg"), options: options)
            return try ImageFile.open(folder.file("a.jpg")).pixels.blob(Pixels.Field.xmp) != nil
        }
        #expect(try kept("<x:xmpmeta>title</x:xmpmeta>", [.xmp]))
        #expect(try !kept("<x:xmpmeta>title</x:xmpmeta>", [.icc]))
        #expect(try !kept("<x:xmpmeta exif:GPSLatitude='48'/>", [.xmp]))
        #expect(try kept("<x:xmpmeta exif:GPSLatitude='48'/>", [.xmp, .gps]))
    }

    @Test func unknownEndingsNameTheAllowedOnes() throws {
        let image = try Pictures.smooth(4, 4)
        func message(_ name: String) -> String { Pictures.message { try ImageWriter.write(image, to: name) } }
        #expect(
            message("a.bmp") == "pictures are not written as '.bmp': use one of .png, .jpg, .jpeg, .webp, .tif, .tiff, "
                + ".avif, .heic, .heif")
        #expect(message("folder.png/a").hasPrefix("the name 'folder.png/a' has no ending: use one of .png"))
        #expect(message(".png").hasPrefix("the name '.png' has no ending"))
    }

    @Test func aFolderThatIsNotThereSaysSo() throws {
        let image = try Pictures.smooth(4, 4)
        #expect(
            Pictures.message { try ImageWriter.write(image, to: "/nowhere/at/all.png") }
                == "'/nowhere/at/all.png' cannot be written: there is no such file or folder")
    }

    @Test func aFullDiskLeavesWhatWasThere() throws {
        let folder = TestFolder()
        _ = try folder.write([1, 2, 3], "a.png")
        #expect(throws: PixelsError.self) {
            try AtomicFile.write(to: folder.file("a.png")) { (_) throws(PixelsError) in
                throw PixelsError(operation: "save", reason: .system(28), message: "the disk is full")
            }
        }
        #expect(try folder.read("a.png") == [1, 2, 3])
        #expect(folder.names == ["a.png"])
    }

    @Test func damagedInputLeavesNothingBehind() throws {
        let folder = TestFolder()
        try ImageWriter.write(Pictures.smooth(600, 600), to: folder.file("whole.jpg"))
        let whole = try folder.read("whole.jpg")
        let path = try folder.write(Array(whole.prefix(whole.count / 2)), "half.jpg")
        let half = try ImageFile.open(path).pixels
        #expect(
            Pictures.message { try ImageWriter.write(half, to: folder.file("out.png")) }
                == "'\(folder.file("out.png"))' is not written: its pixels cannot be computed")
        #expect(folder.names == ["half.jpg", "whole.jpg"])
    }

    @Test func aPictureThatIsTooLongForTheFormatIsRefused() throws {
        let long = try Pixels.black(width: 70_000, height: 1)
        #expect(
            Pictures.message { try ImageWriter.write(long, to: "a.jpg") }
                == "70000 × 1 pixels do not fit in a jpeg file: at most 65500 along a side do")
    }
}
