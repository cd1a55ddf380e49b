import Testing
import VipsamKit

/// Overlays that are larger than the picture, and margins that are large.
@Suite("overlay: nothing is lost without a word")
struct OverlayTests {
    /// A black picture: what is written on it in white is all there is.
    private static func night(_ width: Int, _ height: Int) throws -> Image {
        Pictures.place(try Pixels.constant([0, 0, 0], width: width, height: height))
    }

    private static func bench(_ image: Image, logo: Image) -> Bench {
        var bench = Bench(image: image)
        bench.named["logo"] = .image(logo)
        return bench
    }

    @Test("text that is too wide is made smaller and fits between the margins", arguments: [
        "south-east", "center", "north", "west",
    ])
    func wideText(gravity: String) throws {
        let bench = Bench(image: try Self.night(200, 80))
        let made = try bench.image(
            "overlay", "{text: 'A line of many words, wider than all', size: 40, margin: 10, gravity: \(gravity)}")
        let ink = try #require(try made.pixels.extractBand(0).extent(above: 30))
        #expect(ink.left >= 10 && ink.right <= 190 && ink.width > 160, "\(ink)")
        #expect(ink.top >= 10 && ink.bottom <= 70, "\(ink)")
        let note = try #require(bench.notes.all.first)
        #expect(bench.notes.all.count == 1 && note.contains("does not fit") && note.hasSuffix("not 40"), "\(note)")
    }

    @Test("a line that is far too long is written small, and a large one in a low picture too")
    func longText() throws {
        let long = [String](repeating: "word", count: 120).joined(separator: " ")
        let bench = Bench(image: try Self.night(900, 300))
        let made = try bench.image("overlay", "{text: '\(long)', size: 100%, margin: 0, gravity: center}")
        let ink = try #require(try made.pixels.extractBand(0).extent(above: 10))
        #expect(ink.width > 800 && ink.height < 20, "\(ink)")
        #expect(bench.notes.all.count == 1)
        let low = Bench(image: try Self.night(400, 50))
        let high = try low.image("overlay", "{text: 'Ag', size: 100%, margin: 0}")
        let letters = try #require(try high.pixels.extractBand(0).extent(above: 30))
        #expect(letters.height > 35 && letters.width < 200, "\(letters)")
        #expect(low.notes.all.count == 1)
    }

    @Test("text that fits is left alone")
    func fittingText() throws {
        let bench = Bench(image: try Self.night(300, 100))
        let small = try bench.image("overlay", "{text: 'word', size: 20}")
        let large = try bench.image("overlay", "{text: 'word', size: 40}")
        let first = try #require(try small.pixels.extractBand(0).extent(above: 30))
        let second = try #require(try large.pixels.extractBand(0).extent(above: 30))
        #expect(abs(Double(second.width) / Double(first.width) - 2) < 0.2, "\(first) \(second)")
        #expect(bench.notes.all.isEmpty)
    }

    @Test("a size above 100 % is taken at its word; the picture cuts it off")
    func largePictures() throws {
        let image = try Pictures.image(100, 60), logo = try Pictures.image(20, 10, seed: 5)
        let bench = Self.bench(image, logo: logo)
        let made = try bench.image("overlay", "{with: logo, size: 200%, gravity: center}").pixels
        let large = try logo.pixels.resized(width: 200, height: 100)
            .extractArea(left: 50, top: 20, width: 100, height: 60)
        for (found, wanted) in zip(try made.bytes(), try large.bytes()) { #expect(abs(Int(found) - Int(wanted)) <= 1) }
        let note = try #require(bench.notes.all.first)
        #expect(bench.notes.all.count == 1 && note.contains("200×100") && note.contains("100×60"), "\(note)")
    }

    @Test("without a size a larger picture is made smaller until it is seen whole")
    func fittedPictures() throws {
        let image = try Pictures.image(100, 60), logo = try Pictures.image(380, 100, seed: 5)
        let bench = Self.bench(image, logo: logo)
        let made = try bench.image("overlay", "{with: logo, margin: 5}").pixels
        // Right and below there is a margin: 95 of 380 pixels, a quarter.
        let small = try logo.pixels.resized(width: 95, height: 25).bytes()
        let part = try made.extractArea(left: 0, top: 30, width: 95, height: 25).bytes()
        for (found, wanted) in zip(part, small) { #expect(abs(Int(found) - Int(wanted)) <= 1) }
        #expect(try made.getpoint(x: 97, y: 40) == image.pixels.getpoint(x: 97, y: 40))
        #expect(try made.getpoint(x: 40, y: 29) == image.pixels.getpoint(x: 40, y: 29))
        let note = try #require(bench.notes.all.first)
        #expect(bench.notes.all.count == 1 && note.contains("'logo' of 380×100") && note.contains("95×25"), "\(note)")
    }

    @Test("a frame of the picture's own size covers it")
    func frames() throws {
        let image = try Pictures.image(100, 60), frame = try Pictures.image(100, 60, seed: 5)
        let bench = Self.bench(image, logo: frame)
        for arguments in ["{with: logo, margin: 0}", "{with: logo, gravity: center}"] {
            #expect(try bench.image("overlay", arguments).pixels.bytes() == frame.pixels.bytes())
        }
        #expect(bench.notes.all.isEmpty)
    }

    @Test("a margin is the distance from the overlay's own border, however large")
    func largeMargins() throws {
        let image = try Pictures.image(100, 60), logo = try Pictures.image(20, 10, seed: 5)
        let bench = Self.bench(image, logo: logo)
        for (gravity, x) in [("west", 70), ("east", 10), ("center", 40)] {
            let made = try bench.image("overlay", "{with: logo, margin: 70%, gravity: \(gravity)}").pixels
            #expect(try made.getpoint(x: x, y: 25) == logo.pixels.getpoint(x: 0, y: 0))
            #expect(try made.getpoint(x: x + 19, y: 34) == logo.pixels.getpoint(x: 19, y: 9))
            #expect(try made.getpoint(x: x - 1, y: 25) == image.pixels.getpoint(x: x - 1, y: 25))
        }
        #expect(bench.notes.all.isEmpty)
        // 10 of its 20 pixels lie in the picture.
        _ = try bench.image("overlay", "{with: logo, size: 20, margin: 90%, gravity: west}")
        #expect(bench.notes.all.count == 1 && bench.notes.all.first?.contains("cut off") == true)
    }

    @Test("an overlay that would lie outside is an error", arguments: [
        "{with: logo, margin: 100%, gravity: west}", "{with: logo, margin: 60, gravity: south}",
        "{text: 'word', margin: 70%}",
    ])
    func outside(arguments: String) throws {
        let bench = Self.bench(try Pictures.image(100, 60), logo: try Pictures.image(20, 10, seed: 5))
        #expect { try bench.image("overlay", arguments) } throws: {
            ($0 as? Diagnostic)?.message.contains("outside the picture of 100×60") == true
        }
        _ = try bench.image("overlay", "{with: logo, margin: 200%, gravity: center}")
    }
}
