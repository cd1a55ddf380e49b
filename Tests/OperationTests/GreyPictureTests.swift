import Testing
import VipsamKit

/// Grey pictures and parameters that are colours: neutral ones leave them grey, others make them colour pictures.
@Suite struct GreyPictureTests {
    /// What takes a colour; COLOUR stands for it.
    static let steps: [(name: String, arguments: String)] = [
        ("canvas", "{margin: 3, color: COLOUR}"), ("fill", "{what: subject, color: COLOUR}"),
        ("overlay", "{text: 'A', size: 60%, color: COLOUR}"), ("replace-background", "{color: COLOUR, mask: m}"),
        ("replace-background", "{color: white, to-color: COLOUR, mask: m}"),
        ("outline", "{width: 2, color: COLOUR, mask: m}"),
        ("outline", "{width: 2, color: COLOUR, image: cut}"), ("shadow", "{color: COLOUR, image: cut, blur: 1}"),
        ("rotate-upright", "{color: COLOUR, mask: tilted}"), ("contact-sheet", "{cell: 20, gap: 4, color: COLOUR}"),
    ]

    private static func bench(_ image: Image) throws -> Bench {
        let mask = try Pictures.mask(on: image) { x, y in (8..<20).contains(x) && (6..<14).contains(y) ? 255 : 0 }
        var bench = Bench(image: image, mask: mask)
        bench.named["m"] = .mask(mask)
        bench.named["tilted"] = .mask(try Pictures.mask(on: image) { x, y in abs(x - y - 6) < 4 ? 255 : 0 })
        bench.named["cut"] = .image(try bench.image("cutout"))
        return bench
    }

    @Test(arguments: steps.indices, [false, true]) func coloursMakeColourPictures(step: Int, isWide: Bool) throws {
        let image = isWide ? try Pictures.wide(32, 24, bands: 1) : try Pictures.image(32, 24, bands: 1)
        let full = isWide ? 65535.0 : 255
        let bench = try Self.bench(image)
        let (name, arguments) = Self.steps[step]
        func made(_ colour: String) throws -> Pixels {
            try bench.image(name, arguments.replacingOccurrences("COLOUR", colour)).pixels
        }
        let red = try made("red"), grey = try made("\"#808080\"")
        #expect(red.format == image.pixels.format && grey.format == image.pixels.format)
        #expect(red.interpretation == (isWide ? .rgb16 : .srgb) && red.colourBands == 3, "\(name)")
        #expect(grey.interpretation == (isWide ? .grey16 : .blackAndWhite) && grey.colourBands == 1, "\(name)")
        #expect(red.hasAlpha == grey.hasAlpha)
        let bands = try (0..<3).map { try red.extractBand($0) }
        #expect(try bands[0].subtract(bands[1]).max() > 0.3 * full, "\(name): red is seen")
        #expect(try bands[1].subtract(bands[2]).apply("abs").max() == 0, "\(name): grey is grey")
    }

    @Test(arguments: [
        ("replace-background", "{with: behind, mask: m}"), ("overlay", "{with: behind, size: 50%}"),
        ("contact-sheet", "{images: [grey, behind], cell: 20, gap: 4}"),
    ]) func coloursOfAnotherPictureMakeColourPictures(name: String, arguments: String) throws {
        let image = try Pictures.image(32, 24, bands: 1)
        var bench = try Self.bench(image)
        bench.named["grey"] = .image(image)
        for (bands, wanted) in [(3, Interpretation.srgb), (1, .blackAndWhite)] {
            bench.named["behind"] = .image(try Pictures.image(40, 30, bands: bands))
            let made = try bench.image(name, arguments).pixels
            #expect(made.interpretation == wanted && made.colourBands == bands)
            guard bands == 3 else { continue }
            #expect(try made.extractBand(0).subtract(made.extractBand(1)).apply("abs").max() > 10, "colours are seen")
        }
    }

    @Test func whatIsNotPaintedKeepsEveryBit() throws {
        let image = try Pictures.wide(32, 24, bands: 1), bench = try Self.bench(image)
        let grey = try image.pixels.words()
        let filled = try bench.image("fill", "{what: subject, color: blue}").pixels.words()
        let sheet = try bench.image("contact-sheet", "{cell: [32, 24], gap: 0, color: blue}").pixels.words()
        for y in 0..<24 {
            for x in 0..<32 {
                let at = y * 32 + x, isInside = (8..<20).contains(x) && (6..<14).contains(y)
                let same = [grey[at], grey[at], grey[at]]
                #expect(Array(filled[3 * at..<3 * at + 3]) == (isInside ? [0, 0, 65535] : same))
                #expect(Array(sheet[3 * at..<3 * at + 3]) == same)
            }
        }
    }

    @Test func transparentGreyOnAColouredGround() throws {
        let folder = TemporaryFolder()
        let bytes: [UInt8] = (0..<32 * 24).flatMap { [100, $0 % 32 < 16 ? 255 : 0] }
        let pixels = try Pixels.from(bytes: bytes, width: 32, height: 24, bands: 2)
        for (background, bands) in [(Color(red: 0, green: 0, blue: 255), 3), (.white, 1)] {
            var options = SaveOptions()
            options.background = background
            options.quality = 100
            let path = folder.path + "/a.jpg"
            try ImageWriter.write(pixels, to: path, options: options)
            let saved = try ImageFile.open(path, access: .random).pixels
            #expect(saved.bands == bands)
            let (left, right) = (try saved.getpoint(x: 4, y: 12), try saved.getpoint(x: 28, y: 12))
            for value in left { #expect(abs(value - 100) <= 4) }
            let ground = bands == 3 ? [0.0, 0, 255] : [255]
            for (value, wanted) in zip(right, ground) { #expect(abs(value - wanted) <= 4) }
        }
    }

    @Test func aProfileOfGreyIsNotHandedOn() throws {
        let image = try Pictures.image(8, 8, bands: 1)
        let plain = try image.pixels.inColour(for: [Color(red: 255, green: 0, blue: 0)])
        #expect(!plain.hasProfile)
        // Nothing can be done with this one; it must not be taken for one of three bands.
        let damaged = try image.pixels.with(field: Pixels.Field.icc, blob: [1, 2, 3])
        let colours = try damaged.inColour(for: [Color(red: 255, green: 0, blue: 0)])
        #expect(!colours.hasProfile && colours.bands == 3)
        #expect(try colours.bytes() == plain.bytes())
        #expect(try damaged.inColour(for: [.white]).bands == 1)
        #expect(try damaged.inColour(for: [Color(red: 9, green: 0, blue: 0, alpha: 0)]).bands == 1)
    }
}

extension String {
    fileprivate func replacingOccurrences(_ word: String, _ other: String) -> String {
        split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
    }
}
