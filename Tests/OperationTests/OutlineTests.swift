import Testing
import VipsamKit

/// Lines that leave the picture.
@Suite("outline, expand")
struct OutlineTests {
    private let image: Image
    private let mask: Mask

    init() throws {
        image = try Pictures.image(40, 40)
        mask = try Pictures.mask(on: image) { x, y in (15..<25).contains(x) && (12..<24).contains(y) ? 255 : 0 }
    }

    /// A picture of the object's box alone.
    private func trimmed() throws -> Bench {
        var bench = Bench(image: try Bench(image: image, mask: mask).image("cutout", "{trim: true}"))
        bench.named["m"] = .mask(mask)
        return bench
    }

    @Test("around a trimmed cut-out there is the line that an untrimmed one has", arguments: ["3", "25%", "2.5"])
    func room(width: String) throws {
        let reach = 3
        let whole = try Bench(image: Bench(image: image, mask: mask).image("cutout"))
            .image("outline", "{width: \(width), color: lime}")
        #expect(whole.width == 40 && whole.height == 40 && whole.frame == image.frame)
        let made = try trimmed().image("outline", "{width: \(width), color: lime}")
        #expect(made.width == 10 + 2 * reach && made.height == 12 + 2 * reach)
        #expect(made.frame.canvas == image.frame.canvas && made.frame.x == 12 && made.frame.y == 9)
        let part = try whole.pixels.extractArea(left: 12, top: 9, width: 16, height: 18)
        #expect(try made.pixels.bytes() == part.bytes())
        #expect(try made.pixels.getpoint(x: 1, y: 9) == [0, 255, 0, 255])
        #expect(try mask.pixels(on: made).extent() == PixelArea(left: reach, top: reach, width: 10, height: 12))
    }

    @Test("false cuts the line off at the border")
    func cutOff() throws {
        let bench = try trimmed()
        let same = try bench.image("outline", "{width: 3, color: lime, expand: false}")
        #expect(same.width == 10 && same.height == 12 && same.frame.x == 15)
        #expect(try same.pixels.bytes() == bench.image("outline", "0").pixels.bytes())
    }

    @Test("a cut-out with a mask gets room as well, an opaque picture does not")
    func masks() throws {
        let made = try trimmed().image("outline", "{width: 3, color: lime, mask: m}")
        #expect(made.width == 16 && made.height == 18 && made.frame.x == 12)
        #expect(try made.pixels.getpoint(x: 1, y: 9) == [0, 255, 0, 255])
        #expect(try made.pixels.getpoint(x: 0, y: 0)[3] == 0)
        #expect(try made.pixels.getpoint(x: 8, y: 9) == image.pixels.getpoint(x: 20, y: 18) + [255])
        var bench = Bench(image: try Bench(image: image).image("crop", "{box: [15, 12, 10, 12]}"))
        bench.named["m"] = .mask(mask)
        let opaque = try bench.image("outline", "{width: 3, color: lime, mask: m}")
        #expect(opaque.width == 10 && opaque.height == 12 && opaque.pixels.bands == 3)
    }
}
