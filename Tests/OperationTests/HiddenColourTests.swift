import Testing
import VipsamKit

/// Colours under full transparency are seen by nobody, and change nothing that is seen.
@Suite struct HiddenColourTests {
    /// A reddish disc, seen; what is around it is not.
    private func picture(hidden: [UInt8]) throws -> Image {
        var bytes: [UInt8] = []
        for y in 0..<32 {
            for x in 0..<32 {
                let isSeen = (x - 16) * (x - 16) + (y - 16) * (y - 16) < 100
                bytes += isSeen ? [UInt8(120 + 2 * x), UInt8(60 + y), 70, 255] : hidden + [0]
            }
        }
        return Pictures.place(try Pixels.from(bytes: bytes, width: 32, height: 32, bands: 4))
    }

    @Test(
        "what is seen comes out the same, whatever is hidden",
        arguments: [
            ("recolor", "{what: all, color: \"#507a60\"}"), ("blur", "{what: all, radius: 3}"),
            ("pixelate", "{what: all, size: 5}"), ("resize", "{to: 50%}"), ("vips.gaussblur", "{sigma: 2}"),
        ])
    func sameWhateverIsHidden(name: String, arguments: String) throws {
        let black = try Bench(image: picture(hidden: [0, 0, 0])).image(name, arguments).pixels.bytes()
        let green = try Bench(image: picture(hidden: [0, 255, 0])).image(name, arguments).pixels.bytes()
        for p in stride(from: 0, to: black.count, by: 4) {
            #expect(black[p + 3] == green[p + 3])
            // of a trace of alpha nothing can be said in bytes
            guard black[p + 3] > 8 else { continue }
            for c in 0..<3 { #expect(abs(Int(black[p + c]) - Int(green[p + c])) <= 1, "\(name)") }
        }
    }

    @Test func aSetOfNoObjectsIsAnEmptyMaskWithANote() throws {
        let image = try picture(hidden: [0, 0, 0])
        let bench = Bench(image: image, objects: try Pictures.objects([Pictures.blob(on: image)]).with([]))
        let same = try bench.image("pixelate", "{size: 5}")
        #expect(try same.pixels.bytes() == image.pixels.bytes())
        #expect(bench.notes.all.contains("'mask' holds no object, so it is an empty mask"))
    }
}
