import Testing
import VipsamKit

@Suite struct VipsTests {
    let image: Image
    let mask: Mask

    init() throws {
        image = try Pictures.image(31, 23)
        mask = try Pictures.blob(on: image)
    }

    private func message(_ name: String, _ arguments: String) -> String {
        do {
            _ = try Bench.make(name, arguments)
            return ""
        } catch let problems as Diagnostics {
            return problems.all.map(\.message).joined(separator: "; ")
        } catch { return "\(error)" }
    }

    @Test func stepsAreTheOperationsThemselves() throws {
        let step = try Bench(image: image).image("vips.gaussblur", "{sigma: 2.5}")
        #expect(try step.pixels.bytes() == image.pixels.apply("gaussblur", ["sigma": .double(2.5)]).bytes())
        #expect(step.frame == image.frame)
        guard case .number(let mean)? = try Bench(image: image).run("vips.avg") else {
            Issue.record("avg gives a number")
            return
        }
        #expect(try mean == image.pixels.average())
        guard case .table(let table)? = try Bench(image: image).run("vips.find_trim") else {
            Issue.record("find_trim gives a table")
            return
        }
        #expect(table.columns == ["left", "top", "width", "height"] && table.rows.count == 1)
    }

    @Test func argumentsAreCheckedBeforeLibvipsSeesThem() {
        #expect(message("vips.gaussblur", "{sigma: -1}").contains("'sigma' must be a number between 0 and 1000, not '-1'"))
        #expect(message("vips.gaussblur", "{}").contains("needs 'sigma'"))
        #expect(message("vips.gaussblur", "{sigma: 2, precision: flaot}").contains("did you mean 'float'?"))
        #expect(message("vips.gaussblur", "{sigam: 2}").contains("did you mean 'sigma'?"))
        #expect(message("vips.extract_area", "{left: 1.5, top: 0, width: 3, height: 3}").contains("whole number"))
        #expect(message("vips.linear", "{a: [1, x], b: 0}").contains("'a' must be"))
        #expect(message("vips.add", "{}").contains("needs 'right'"))
        #expect(Bench.registry["vips.system"] == nil && Bench.registry["vips.jpegload"] == nil)
        #expect(Bench.registry["vips.profile_load"] == nil && Bench.registry["vips.pngsave"] == nil)
    }

    @Test func placesFollowCutsAndSizesAndEndWithTurns() throws {
        let bench = Bench(image: image)
        let cut = try bench.image("vips.extract_area", "{left: 5, top: 3, width: 10, height: 12}")
        #expect(try mask.pixels(on: cut).bytes() == mask.pixels().extractArea(left: 5, top: 3, width: 10, height: 12).bytes())
        let room = try bench.image("vips.embed", "{x: 4, y: 2, width: 40, height: 30}")
        #expect(try mask.pixels(on: room).bytes() == mask.pixels().embed(x: 4, y: 2, width: 40, height: 30).bytes())
        let half = try bench.image("vips.resize", "{scale: 0.5}")
        #expect(try mask.pixels(on: half).width == half.width)
        for (name, arguments) in [("vips.rot", "{angle: d180}"), ("vips.flip", "{direction: horizontal}"), ("vips.rotate", "{angle: 3}")] {
            let turned = try bench.image(name, arguments)
            #expect(throws: Diagnostic.self) { try mask.pixels(on: turned) }
        }
    }

    @Test func masksStandForImagesOnTheirPicturesRaster() throws {
        let other = try Pictures.image(31, 23, seed: 8)
        var bench = Bench(image: image)
        bench.named["input"] = .image(image)
        bench.named["other"] = .image(image.with(other.pixels))
        // Made on a raster of half the size.
        let small = image.frame.scaled(0.5, 0.5)
        let coarse = Mask(try mask.source.pixels(in: small, width: 15, height: 11), frame: small)
        bench.named["coarse"] = .mask(coarse)
        let mixed = try bench.image("vips.ifthenelse", "{cond: coarse, in1: input, in2: other}")
        let on = try coarse.pixels(on: image).bytes(), result = try mixed.pixels.bytes()
        let (a, b) = (try image.pixels.bytes(), try other.pixels.bytes())
        for p in on.indices {
            #expect(Array(result[3 * p..<3 * p + 3]) == Array((on[p] != 0 ? a : b)[3 * p..<3 * p + 3]))
        }
        let joined = try bench.image("vips.bandjoin", "{in: [input, coarse]}")
        #expect(joined.pixels.bands == 4)
    }

    /// A picture with alpha of its own in every pixel.
    private func transparent() throws -> Image {
        Pictures.place(try Pixels.from(bytes: Pictures.noise(31 * 23 * 4, seed: 5), width: 31, height: 23, bands: 4))
    }

    @Test(
        "what changes tones leaves alpha alone, and the colours are those without it",
        arguments: ["linear {a: 1.5, b: 3}", "linear {a: [1, 2, 3], b: [0, 1, 2]}", "gamma {exponent: 1.7}", "invert {}",
            "hist_equal {}", "math2_const {math2: pow, c: [1.5]}"])
    func tones(call: String) throws {
        let picture = try transparent(), parts = call.split(separator: " ", maxSplits: 1)
        let name = "vips.\(parts[0])", arguments = String(parts[1])
        let made = try Bench(image: picture).image(name, arguments).pixels
        let plain = try Bench(image: picture.with(picture.pixels.withoutAlpha())).image(name, arguments).pixels
        #expect(made.format == plain.format)
        let alpha = try #require(try made.alpha())
        #expect(try alpha.floats() == picture.pixels.alpha()?.floats())
        #expect(try made.withoutAlpha().floats() == plain.floats())
    }

    @Test("a list that has a number for alpha means alpha too")
    func everyBand() throws {
        let picture = try transparent()
        let made = try Bench(image: picture).image("vips.linear", "{a: [1, 1, 1, 0.5], b: [0, 0, 0, 0]}").pixels
        #expect(try made.alpha()?.floats() == picture.pixels.alpha()?.floats().map { $0 / 2 })
    }

    @Test("colours that nobody sees do not run into those that are seen", arguments: [
        "gaussblur {sigma: 2}", "resize {scale: 0.5}", "shrink {hshrink: 2, vshrink: 2}"])
    func hiddenColours(call: String) throws {
        // left half opaque and red, right half green that is not seen
        let bytes = (0..<(32 * 24)).flatMap { $0 % 32 < 16 ? [200, 20, 30, 255] as [UInt8] : [0, 255, 0, 0] }
        let picture = Pictures.place(try Pixels.from(bytes: bytes, width: 32, height: 24, bands: 4))
        let parts = call.split(separator: " ", maxSplits: 1)
        let made = try Bench(image: picture).image("vips.\(parts[0])", String(parts[1])).pixels
        #expect(made.format == .uchar && made.hasAlpha)
        let result = try made.bytes()
        var soft = 0
        for p in stride(from: 0, to: result.count, by: 4) where result[p + 3] > 20 {
            soft += result[p + 3] < 255 ? 1 : 0
            #expect(abs(Int(result[p]) - 200) < 3 && abs(Int(result[p + 1]) - 20) < 3)
        }
        #expect(soft > 0 || call.hasPrefix("shrink"))
    }

    @Test("bytes made of 16 bits are saved as bytes", arguments: [3, 4], [
        "linear {a: [0.00390625], b: [0], uchar: true}", "cast {format: uchar, shift: true}", "scale {}"])
    func bytesOfSixteenBits(bands: Int, call: String) throws {
        let wide = try Pictures.wide(61, 47, bands: bands), parts = call.split(separator: " ", maxSplits: 1)
        let made = try Bench(image: wide).image("vips.\(parts[0])", String(parts[1])).pixels
        #expect(made.format == .uchar && made.fullScale == 255 && made.hasAlpha == (bands == 4))
        let folder = TemporaryFolder(), path = folder.path + "/bytes.png"
        try ImageWriter.write(made, to: path)
        let saved = try ImageFile.open(path).pixels
        #expect(saved.format == .uchar)
        #expect(try saved.bytes() == made.bytes())
    }

    @Test("what is opaque stays so at another depth", arguments: [
        "icc_transform {output-profile: srgb, input-profile: srgb, depth: 16}", "colourspace {space: rgb16}",
        "colourspace {space: scrgb}"])
    func opacityAtAnotherDepth(call: String) throws {
        let picture = try transparent(), parts = call.split(separator: " ", maxSplits: 1)
        let made = try Bench(image: picture).image("vips.\(parts[0])", String(parts[1])).pixels
        let alpha = try #require(try made.alpha()).floats(), before = try #require(try picture.pixels.alpha()).floats()
        for (new, old) in zip(alpha, before) { #expect(abs(Double(new) / made.fullScale - Double(old) / 255) < 0.003) }
    }

    @Test(arguments: ["gaussnoise", "perlin", "worley"])
    func chanceIsTheSameEveryTime(name: String) throws {
        let bench = Bench()
        let one = try bench.image("vips.\(name)", "{width: 64, height: 64}").pixels.floats()
        #expect(try bench.image("vips.\(name)", "{width: 64, height: 64}").pixels.floats() == one)
        #expect(try bench.image("vips.\(name)", "{width: 64, height: 64, seed: 7}").pixels.floats() != one)
    }

    @Test func profilesLeave16BitAt16() throws {
        let wide = try Pictures.wide(20, 10)
        let made = try Bench(image: wide).image("vips.icc_transform", "{output-profile: p3, input-profile: srgb}").pixels
        #expect(made.format == .ushort)
        let asked = try Bench(image: wide).image("vips.icc_transform", "{output-profile: p3, input-profile: srgb, depth: 8}")
        #expect(asked.pixels.format == .uchar)
    }

    @Test func drawingLeavesTheOriginalAlone() throws {
        let before = try image.pixels.bytes()
        let drawn = try Bench(image: image).image(
            "vips.draw_rect", "{ink: [255, 0, 0], left: 2, top: 2, width: 5, height: 5, fill: true}")
        #expect(try drawn.pixels.getpoint(x: 4, y: 4) == [255, 0, 0])
        #expect(try image.pixels.bytes() == before)
    }

    /// Every operation with the plainest arguments that its own schema allows: a value, or an error that says why not.
    @Test func noneOfThemCrashes() throws {
        let small = try Pictures.image(7, 5)
        var bench = Bench(image: small)
        bench.named["other"] = .image(small)
        var worked = 0
        for name in Bench.registry.names where name.hasPrefix("vips.") {
            let description = try #require(Bench.registry.describe(name))
            let arguments = description.fields.filter(\.isRequired).map { "\"\($0.key)\": \(Self.sample($0.form))" }
            do {
                let value = try bench.run(name, "{" + arguments.joined(separator: ", ") + "}")
                #expect(value?.kind == description.result, "\(name)")
                // Some make pictures of a fixed, large size.
                if case .image(let image)? = value, image.width * image.height < 1_000_000 {
                    _ = try image.pixels.apply("abs").average()
                }
                worked += 1
            } catch let error as PixelsError {
                #expect(!error.message.isEmpty)
            } catch let error as Diagnostic {
                #expect(!error.message.isEmpty)
            }
        }
        #expect(worked > 130)
    }

    private static func sample(_ form: Field.Form) -> String {
        switch form {
        case .integer(let range): String(max(range.lowerBound, min(range.upperBound, 3)))
        case .number(let range): String(max(range.lowerBound, min(range.upperBound, 1)))
        case .boolean: "true"
        case .choice(let words): words.first ?? "x"
        case .list(let element, _): "[\(sample(element))]"
        case .slot: "other"
        default: "x"
        }
    }
}
