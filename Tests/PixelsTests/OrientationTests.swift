import Testing
import VipsamKit

/// The eight EXIF orientations: what a viewer shows is what comes in.
@Suite struct OrientationTests {
    /// Where the upright picture's pixel x, y lies in the stored one (w × h stored).
    private func stored(_ orientation: Int, _ x: Int, _ y: Int, _ w: Int, _ h: Int) -> (Int, Int) {
        switch orientation {
        case 2: (w - 1 - x, y)
        case 3: (w - 1 - x, h - 1 - y)
        case 4: (x, h - 1 - y)
        case 5: (y, x)
        case 6: (y, h - 1 - x)
        case 7: (w - 1 - y, h - 1 - x)
        case 8: (w - 1 - y, x)
        default: (x, y)
        }
    }

    @Test(arguments: 1...8, [ImageFile.Access.sequential, .random])
    func everyOrientationIsAppliedOnce(orientation: Int, access: ImageFile.Access) throws {
        let folder = TestFolder()
        try ImageWriter.write(Pictures.smooth(40, 24), to: folder.file("plain.jpg"))
        let path = try folder.write(
            Exif.insert(into: folder.read("plain.jpg"), orientation: orientation), "turned.jpg")
        let plain = try ImageFile.open(folder.file("plain.jpg"), access: .random).pixels
        let raw = try plain.bytes()

        let header = try ImageFile.probe(path)
        #expect(header.orientation == orientation)
        let opened = try ImageFile.open(path, access: access).pixels
        #expect(opened.width == header.width && opened.height == header.height)
        #expect(opened.width == (orientation >= 5 ? 24 : 40))
        #expect(opened.orientation == 1 && !opened.fields.contains("orientation"))

        var expected: [UInt8] = []
        for y in 0..<opened.height {
            for x in 0..<opened.width {
                let (sx, sy) = stored(orientation, x, y, 40, 24)
                expected += raw[(sy * 40 + sx) * 3..<(sy * 40 + sx) * 3 + 3]
            }
        }
        #expect(try opened.bytes() == expected)
        #expect(try ImageFile.working(path).bytes() == expected)
    }

    @Test(arguments: 1...8)
    func onRequestPixelsStayAsTheyLieInTheFile(orientation: Int) throws {
        let folder = TestFolder()
        try ImageWriter.write(Pictures.smooth(40, 24), to: folder.file("plain.jpg"))
        let path = try folder.write(
            Exif.insert(into: folder.read("plain.jpg"), orientation: orientation), "turned.jpg")
        let raw = try ImageFile.open(folder.file("plain.jpg"), access: .random).pixels.bytes()

        let opened = try ImageFile.open(path, upright: false)
        #expect(opened.header.width == 40 && opened.header.height == 24)
        #expect(try opened.pixels.bytes() == raw)
        #expect(!opened.pixels.fields.contains("orientation"))
        #expect(try ImageFile.working(path, upright: false).bytes() == raw)
    }

    @Test func theTagIsGoneFromWhatIsSaved() throws {
        let folder = TestFolder()
        try ImageWriter.write(Pictures.smooth(40, 24), to: folder.file("plain.jpg"))
        let path = try folder.write(Exif.insert(into: folder.read("plain.jpg"), orientation: 6), "turned.jpg")
        var options = SaveOptions()
        options.keep = [.icc, .exif]
        try ImageWriter.write(ImageFile.open(path).pixels, to: folder.file("again.jpg"), options: options)
        let header = try ImageFile.probe(folder.file("again.jpg"))
        #expect(header.orientation == 1 && header.width == 24 && header.height == 40)
        let fields = try ImageFile.open(folder.file("again.jpg")).pixels
        #expect(fields.text("exif-ifd0-Make")?.hasPrefix("Cam") == true)
    }
}
