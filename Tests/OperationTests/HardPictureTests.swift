import Testing
import VipsamKit

/// Masks that are empty, full, or touch the border; pictures of every kind and of one pixel.
@Suite struct HardPictureTests {
    static let pictures: [String] = [
        "grey", "grey-alpha", "rgb", "rgba", "cmyk", "sixteen", "sixteen-alpha", "float", "five-bands", "lab", "scrgb",
    ]
    static let steps: [(String, String)] = [
        ("blur", "{radius: 3}"), ("blur", "{radius: 20, method: disc, what: all}"), ("cutout", "{feather: 1}"),
        ("fill", "{color: red}"), ("canvas", "{size: [12, 9], color: blue, margin: 1}"), ("canvas", "{margin: 2, color: transparent}"),
        ("crop", "{box: [0, 0, 50%, 100%]}"), ("resize", "{to: 200%}"), ("resize", "{to: 30%}"), ("trim", ""), ("shadow", ""),
        ("pixelate", "{size: 4}"), ("recolor", "red"), ("overlay", "{with: logo}"), ("contact-sheet", "{cell: 20}"),
        ("rotate-upright", ""), ("replace-background", "green"), ("outline", "{width: 2, mask: m}"),
        ("inpaint-fill", "{grow: 1}"), ("inpaint-fill", "{grow: 1, method: smooth}"),
        ("inpaint-fill", "{grow: 0, method: nearest}"), ("refine-mask", "{band: 3}"),
        ("refine-mask", "{band: 3, method: matting, decontaminate: true}"), ("refine-mask", "{band: 2, method: graph-cut}"),
        ("refine-mask", "{band: 2, method: smooth}"), ("combine-masks", "{mask: m, with: m, by: subtract}"),
        ("mask-from-boxes", "[[0, 0, 40%, 1]]"), ("grow-mask", ""), ("shrink-mask", ""), ("smooth-mask", ""), ("feather-mask", ""), ("invert-mask", ""),
        ("save", "{to: out.png}"), ("save", "{to: out.jpg}"), ("save", "{to: out.tif}"),
    ]

    static func picture(_ kind: String, _ width: Int, _ height: Int) throws -> Image {
        switch kind {
        case "grey": return try Pictures.image(width, height, bands: 1)
        case "grey-alpha": return try Pictures.image(width, height, bands: 2)
        case "rgba": return try Pictures.image(width, height, bands: 4)
        case "cmyk": return Pictures.place(try Pictures.image(width, height, bands: 4).pixels.relabelled(.cmyk))
        case "sixteen": return try Pictures.wide(width, height)
        case "sixteen-alpha": return try Pictures.wide(width, height, bands: 4)
        case "float": return Pictures.place(try Pictures.image(width, height).pixels.cast(.float))
        case "five-bands":
            return Pictures.place(try Pictures.image(width, height, bands: 5).pixels.relabelled(.multiband))
        case "lab": return Pictures.place(try Pictures.image(width, height).pixels.colourspace(.lab))
        case "scrgb": return Pictures.place(try Pictures.image(width, height).pixels.colourspace(.scrgb))
        default: return try Pictures.image(width, height)
        }
    }

    /// Satellite pictures hold NaN where there are no data.
    @Test func whatIsNotSeenNeedNotBeANumber() throws {
        let (width, height, void) = (30, 8, 6)
        let bytes = Pictures.noise(width * height * 3)
        let values = bytes.enumerated().map { $0.offset / 3 % width < void ? Float.nan : Float($0.element) }
        let image = Pictures.place(try Pixels.from(floats: values, width: width, height: height, bands: 3, interpretation: .srgb))
        func seen(_ name: String, _ arguments: String, where isInside: @escaping (Int) -> Bool) throws -> [Float] {
            var bench = Bench(image: image, mask: try Pictures.mask(on: image) { x, _ in isInside(x) ? 255 : 0 })
            bench.named["logo"] = .image(try Pictures.image(width, height))
            return try bench.image(name, arguments).pixels.floats()
        }
        func numbers(_ found: [Float]) -> Set<Int> { Set(found.indices.filter { !found[$0].isNaN }.map { $0 / 3 % width }) }
        // Covered: everything is a number; what was one before and is not covered stays what it was.
        let filled = try seen("fill", "{color: red, what: subject}") { $0 < void }
        #expect(numbers(filled) == Set(0..<width))
        for index in filled.indices where index / 3 % width >= void { #expect(filled[index] == values[index]) }
        #expect(try numbers(seen("overlay", "{with: logo, margin: 0}") { _ in true }) == Set(0..<width))
        // Not covered: what a blur spreads stays inside the mask.
        let blurred = try seen("blur", "{radius: 5, what: subject}") { $0 < void + 2 }
        for index in blurred.indices where index / 3 % width >= void + 2 { #expect(blurred[index] == values[index]) }
    }

    @Test func newColoursNeedNumbersOnTheMaskAlone() throws {
        let (width, height, void) = (30, 8, 6)
        let bytes = Pictures.noise(width * height * 3)
        for odd in [Float.nan, .infinity] {
            let values = bytes.enumerated().map { $0.offset / 3 % width < void ? odd : Float($0.element) / 255 }
            let image = Pictures.place(
                try Pixels.from(floats: values, width: width, height: height, bands: 3, interpretation: .scrgb))
            let off = try Pictures.mask(on: image) { x, _ in x < void ? 0 : 255 }
            let found = try Bench(image: image, mask: off).image("recolor", "red").pixels.floats()
            #expect(found.indices.allSatisfy { $0 / 3 % width < void || found[$0].isFinite })
            #expect(found.indices.allSatisfy { $0 / 3 % width >= void || !found[$0].isFinite })
            let on = try Pictures.mask(on: image) { x, _ in x < void + 2 ? 255 : 0 }
            #expect { try Bench(image: image, mask: on).image("recolor", "red") } throws: {
                ($0 as? Diagnostic)?.message.contains("no numbers") == true
            }
        }
    }

    @Test(arguments: pictures) func everyStepGivesAResultOrSaysWhyNot(kind: String) throws {
        for (width, height) in [(1, 1), (1, 9), (23, 14)] {
            let image = try Self.picture(kind, width, height)
            let masks: [(Int, Int) -> UInt8] = [
                { _, _ in 0 }, { _, _ in 255 }, { x, y in x <= width / 2 && y >= height / 2 ? 255 : 0 },
            ]
            for value in masks {
                let mask = try Pictures.mask(on: image, value)
                var bench = Bench(image: image, mask: mask)
                bench.named["m"] = .mask(mask)
                bench.named["logo"] = .image(try Pictures.image(8, 6, bands: 4, seed: 4))
                for (name, arguments) in Self.steps {
                    do {
                        let value = try bench.run(name, arguments)
                        if case .image(let result)? = value {
                            #expect(result.pixels.format == image.pixels.format, "\(name) on \(kind)")
                            _ = try result.pixels.average()
                        }
                        if case .mask(let result)? = value { _ = try result.pixels(on: image).average() }
                    } catch let problem as Diagnostic {
                        // Only what cannot be done is refused.
                        // Nothing is left to fill a hole from that is the whole picture.
                        let isExpected = name == "inpaint-fill" && problem.message.contains("covers the whole image")
                            || ["shadow", "rotate-upright"].contains(name) || name == "recolor" && kind.hasPrefix("grey")
                            || ["five-bands", "lab", "scrgb"].contains(kind)
                        #expect(isExpected, "\(name) on \(kind): \(problem.message)")
                        #expect(!problem.message.isEmpty && problem.message.first?.isUppercase == false)
                    }
                }
            }
        }
    }
}
