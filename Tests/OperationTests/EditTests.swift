import Testing
import VipsamKit

@Suite struct EditTests {
    private func bytes(_ image: Image) throws -> [Int] { try image.pixels.bytes().map(Int.init) }

    @Test func cutoutsCarryTheMaskAsAlphaInEightAndSixteenBits() throws {
        let image = try Pictures.image(13, 9), mask = try Pictures.blob(on: image)
        let cut = try Bench(image: image, mask: mask).image("cutout")
        let (a, m, c) = (try bytes(image), try mask.pixels().bytes().map(Int.init), try bytes(cut))
        for p in 0..<13 * 9 {
            #expect(Array(c[4 * p..<4 * p + 4]) == Array(a[3 * p..<3 * p + 3]) + [m[p]])
        }
        let wide = try Pictures.wide(13, 9), soft = try Pictures.mask(on: wide) { x, y in UInt8(x * 19 + y) }
        let wideCut = try Bench(image: wide, mask: soft).image("cutout").pixels
        #expect(wideCut.format == .ushort && wideCut.bands == 4)
        let words = try wideCut.words(), s = try soft.pixels().bytes()
        for p in 0..<13 * 9 { #expect(Int(words[4 * p + 3]) == Int(s[p]) * 257) }
    }

    @Test func alphaThatIsThereIsMultiplied() throws {
        let image = try Pictures.image(9, 7, bands: 4), mask = try Pictures.mask(on: image) { x, y in UInt8(x * 28 + y) }
        let cut = try bytes(Bench(image: image, mask: mask).image("cutout"))
        let (a, m) = (try bytes(image), try mask.pixels().bytes().map(Int.init))
        for p in 0..<63 { #expect(abs(Double(cut[4 * p + 3]) - Double(a[4 * p + 3] * m[p]) / 255) <= 0.501) }
    }

    @Test func trimmedCutoutsAreTheMasksBoxWithRoomAndKeepTheirPlace() throws {
        let image = try Pictures.image(40, 30)
        let mask = try Pictures.mask(on: image) { x, y in (2..<12).contains(x) && (10..<15).contains(y) ? 255 : 0 }
        let bench = Bench(image: image, mask: mask)
        let tight = try bench.image("cutout", "{trim: true}")
        #expect(tight.width == 10 && tight.height == 5 && tight.frame.x == 2 && tight.frame.y == 10)
        let roomy = try bench.image("cutout", "{margin: 40%}")
        #expect(roomy.width == 18 && roomy.height == 13 && roomy.frame.x == -2)
        // The part outside the picture is transparent.
        #expect(try roomy.pixels.getpoint(x: 0, y: 6) == [0, 0, 0, 0])
        // The mask still fits.
        let laid = try mask.pixels(on: roomy).extent()
        #expect(laid == PixelArea(left: 4, top: 4, width: 10, height: 5))
        let empty = try Pictures.mask(on: image) { _, _ in 0 }
        #expect(throws: Diagnostic.self) { try Bench(image: image, mask: empty).image("cutout", "{trim: true}") }
    }

    @Test func fillPaintsByTheMask() throws {
        let image = try Pictures.image(17, 11), mask = try Pictures.mask(on: image) { x, y in UInt8(x * 15 + y) }
        let (a, m) = (try bytes(image), try mask.pixels().bytes().map(Int.init))
        for (what, weight) in [("subject", { (v: Int) in v }), ("background", { 255 - $0 }), ("all", { _ in 255 })] {
            let result = try bytes(
                Bench(image: image, mask: mask).image("fill", "{what: \(what), color: \"#ff8000\"}"))
            for p in 0..<17 * 11 {
                for (b, paint) in [255, 128, 0].enumerated() {
                    let w = Double(weight(m[p])) / 255
                    #expect(abs(Double(result[3 * p + b]) - (Double(a[3 * p + b]) * (1 - w) + Double(paint) * w)) <= 1)
                }
            }
        }
    }

    @Test func coloursFitEveryKindOfPicture() throws {
        let grey = try Bench(image: Pictures.image(5, 4, bands: 1)).image("fill", "{what: all, color: white}")
        #expect(try bytes(grey).allSatisfy { $0 == 255 })
        let wide = try Bench(image: Pictures.wide(5, 4)).image("fill", "{what: all, color: red}")
        #expect(try wide.pixels.getpoint(x: 2, y: 2) == [65535, 0, 0])
        let inks = try Pictures.place(Pictures.image(5, 4, bands: 4).pixels.relabelled(.cmyk))
        let cmyk = try Bench(image: inks).image("fill", "{what: all, color: white}")
        #expect(cmyk.pixels.interpretation == .cmyk)
        #expect(try cmyk.pixels.getpoint(x: 2, y: 2).allSatisfy { $0 <= 2 })
        let floats = try Pictures.place(Pixels.from(floats: [Float](repeating: 7, count: 60), width: 5, height: 4, bands: 3))
        let filled = try Bench(image: floats).image("fill", "{what: all, color: \"#ff8000\"}")
        #expect(filled.pixels.format == .float)
    }

    @Test func aBlurredBackgroundTakesNothingFromTheSubject() throws {
        // A white subject on a grey ground: an ordinary blur would make a halo.
        let width = 60, height = 40
        var values: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                values += [UInt8](repeating: (20..<40).contains(x) && (10..<30).contains(y) ? 255 : 80, count: 3)
            }
        }
        let image = Pictures.place(try Pixels.from(bytes: values, width: width, height: height, bands: 3))
        let mask = try Pictures.mask(on: image) { x, y in (20..<40).contains(x) && (10..<30).contains(y) ? 255 : 0 }
        for method in ["gaussian", "disc", "motion"] {
            for radius in [3, 9, 30] {
                let result = try bytes(
                    Bench(image: image, mask: mask).image("blur", "{radius: \(radius), method: \(method)}"))
                let original = values.map(Int.init)
                let worst = zip(result, original).map { abs($0 - $1) }.max() ?? 255
                #expect(worst <= 1, "\(method) \(radius)")
            }
        }
    }

    @Test func blurringEverythingIsTheMeanUnderABell() throws {
        let image = try Pictures.image(31, 23, bands: 1)
        let sigma = 2.0
        let result = try bytes(Bench(image: image).image("blur", "{what: all, radius: \(sigma)}"))
        let a = try bytes(image)
        let bell = (-6...6).map { x in Self.exponential(-Double(x * x) / (2 * sigma * sigma)) }
        let total = bell.reduce(0, +)
        for y in 0..<23 {
            for x in 0..<31 {
                var sum = 0.0
                for dy in -6...6 {
                    for dx in -6...6 {
                        let value = a[min(22, max(0, y + dy)) * 31 + min(30, max(0, x + dx))]
                        sum += Double(value) * bell[dx + 6] * bell[dy + 6]
                    }
                }
                #expect(abs(Double(result[y * 31 + x]) - sum / (total * total)) <= 1.5)
            }
        }
    }

    /// By its series.
    static func exponential(_ x: Double) -> Double {
        var term = 1.0, sum = 1.0
        for n in 1...60 {
            term *= x / Double(n)
            sum += term
        }
        return sum
    }

    @Test func squaresHaveTheirMean() throws {
        let image = try Pictures.image(22, 13)
        let result = try bytes(Bench(image: image).image("pixelate", "{what: all, size: 5}"))
        let a = try bytes(image)
        for y in 0..<10 {
            for x in 0..<20 {
                for b in 0..<3 {
                    var sum = 0
                    for v in y / 5 * 5..<y / 5 * 5 + 5 { for u in x / 5 * 5..<x / 5 * 5 + 5 { sum += a[(v * 22 + u) * 3 + b] } }
                    #expect(abs(Double(result[(y * 22 + x) * 3 + b]) - Double(sum) / 25) <= 0.51)
                }
            }
        }
    }

    @Test func cropsKeepTheirPlace() throws {
        let image = try Pictures.image(40, 30)
        let cut = try Bench(image: image).image("crop", "{box: [10, 20%, 12, 8]}")
        #expect(cut.width == 12 && cut.height == 8 && cut.frame.x == 10 && cut.frame.y == 6)
        #expect(try cut.pixels.getpoint(x: 0, y: 0) == image.pixels.getpoint(x: 10, y: 6))
        let edge = try Bench(image: image).image("crop", "{box: [35, 25, 20, 20]}")
        #expect(edge.width == 5 && edge.height == 5)
        #expect(throws: Diagnostic.self) { try Bench(image: image).image("crop", "{box: [50, 50, 5, 5]}") }
        #expect(throws: Diagnostics.self) { try Bench(image: image).image("crop", "{}") }
        var bench = Bench(image: image)
        bench.named["spot"] = .mask(try Pictures.mask(on: image) { x, y in x == 12 && y == 9 ? 1 : 0 })
        let spot = try bench.image("crop", "{to: spot, margin: 3}")
        #expect(spot.width == 7 && spot.height == 7 && spot.frame.x == 9)
    }

    @Test func sizesAreExactAndFramesFollow() throws {
        let image = try Pictures.image(50, 30, bands: 4)
        let bench = Bench(image: image)
        let cases = [
            ("50%", 25, 15), ("{to: 100}", 100, 60), ("{width: 7}", 7, 4), ("{width: 20, height: 20}", 20, 12),
            ("{width: 20, height: 20, fit: cover}", 33, 20), ("{width: 3, height: 71, fit: stretch}", 3, 71),
            ("{to: 1}", 1, 1), ("{to: 100, enlarge: false}", 50, 30),
        ]
        for (arguments, width, height) in cases {
            let result = try bench.image("resize", arguments)
            #expect(result.width == width && result.height == height, "\(arguments)")
            #expect(abs(result.frame.scaleX - Double(width) / 50) < 1e-9)
            #expect(result.pixels.bands == 4 && result.pixels.format == .uchar)
            _ = try result.pixels.average()
        }
        #expect(throws: Diagnostics.self) { try bench.image("resize", "{to: 50%, width: 3}") }
        let long = try Bench(image: Pictures.image(300, 1))
        #expect(throws: Diagnostic.self) { try long.image("resize", "90000%") }
    }

    @Test func transparentColoursDoNotLeakWhenScaled() throws {
        // Red, opaque on the left; green, fully transparent on the right.
        var values: [UInt8] = []
        for _ in 0..<12 { for x in 0..<12 { values += x < 6 ? [200, 0, 0, 255] : [0, 255, 0, 0] } }
        let image = Pictures.place(try Pixels.from(bytes: values, width: 12, height: 12, bands: 4))
        for to in ["48", "5"] {
            let result = try bytes(Bench(image: image).image("resize", to))
            for p in stride(from: 0, to: result.count, by: 4) where result[p + 3] > 8 {
                #expect(result[p + 1] <= 2 && abs(result[p] - 200) <= 8)
            }
        }
        let blurred = try bytes(Bench(image: image).image("blur", "{what: all, radius: 9}"))
        for p in stride(from: 0, to: blurred.count, by: 4) where blurred[p + 3] > 8 {
            #expect(blurred[p + 1] <= 2 && abs(blurred[p] - 200) <= 8)
        }
    }

    @Test func canvasesHoldThePicture() throws {
        let image = try Pictures.image(40, 20)
        let bench = Bench(image: image)
        let square = try bench.image("canvas", "{size: [60, 60], color: red, enlarge: false}")
        #expect(square.width == 60 && square.height == 60 && square.pixels.bands == 3)
        #expect(try square.pixels.getpoint(x: 5, y: 5) == [255, 0, 0])
        #expect(try square.pixels.getpoint(x: 10, y: 20) == image.pixels.getpoint(x: 0, y: 0))
        #expect(square.frame.x == -10 && square.frame.y == -20)
        let margin = try bench.image("canvas", "{margin: 10%, color: transparent}")
        #expect(margin.width == 44 && margin.height == 24 && margin.pixels.hasAlpha)
        #expect(try margin.pixels.getpoint(x: 0, y: 0) == [0, 0, 0, 0])
        #expect(try margin.pixels.getpoint(x: 2, y: 2) == image.pixels.getpoint(x: 0, y: 0) + [255])
        let cover = try bench.image("canvas", "{size: [20, 20], fit: cover}")
        #expect(cover.width == 20 && cover.height == 20 && cover.frame.x == 10)
        let corner = try bench.image("canvas", "{size: [50, 50], fit: none, gravity: south-east}")
        #expect(try corner.pixels.getpoint(x: 49, y: 49) == image.pixels.getpoint(x: 39, y: 19))
        #expect(throws: Diagnostic.self) { try bench.image("canvas", "{size: [50, 50], margin: 25}") }
    }

    @Test func transparentPicturesAreLaidOnTheColour() throws {
        let image = try Pictures.image(9, 7, bands: 4)
        let result = try bytes(Bench(image: image).image("canvas", "{size: [9, 7], color: \"#0000ff\"}"))
        let a = try bytes(image)
        for p in 0..<63 {
            let alpha = Double(a[4 * p + 3]) / 255
            for (b, ground) in [0.0, 0, 255].enumerated() {
                #expect(abs(Double(result[3 * p + b]) - (Double(a[4 * p + b]) * alpha + ground * (1 - alpha))) <= 1)
            }
        }
    }

    @Test func trimmingLeavesWhatIsThere() throws {
        let image = try Pictures.image(30, 20)
        let mask = try Pictures.mask(on: image) { x, y in (5..<12).contains(x) && (8..<10).contains(y) ? 3 : 0 }
        let cut = try Bench(image: image, mask: mask).image("cutout")
        let trimmed = try Bench(image: cut).image("trim")
        #expect(trimmed.width == 7 && trimmed.height == 2 && trimmed.frame.x == 5)
        let none = try Pictures.mask(on: image) { _, _ in 0 }
        let empty = try Bench(image: image, mask: none).image("cutout")
        #expect(try Bench(image: empty).image("trim").width == 30)
        let plain = try Bench(image: image, mask: mask).image("fill", "{what: all, color: \"#808080\"}")
        let spot = try Bench(image: plain, mask: Pictures.mask(on: image) { x, y in x == 7 && y > 3 && y < 9 ? 255 : 0 })
            .image("fill", "{color: \"#808090\"}")
        let small = try Bench(image: spot).image("trim")
        #expect(small.width == 1 && small.height == 5 && small.frame.x == 7 && small.frame.y == 4)
        #expect(try Bench(image: spot).image("trim", "{threshold: 16}").width == 30)
    }

    @Test func newColoursKeepLightAndTexture() throws {
        // A red wall in changing light.
        var values: [UInt8] = []
        for y in 0..<18 { for x in 0..<24 { values += [UInt8(110 + 2 * x), UInt8(60 + x + y % 2), UInt8(70 + x)] } }
        let image = Pictures.place(try Pixels.from(bytes: values, width: 24, height: 18, bands: 3))
        let mask = try Pictures.mask(on: image) { x, _ in x < 12 ? 255 : 0 }
        let result = try Bench(image: image, mask: mask).image("recolor", "{color: \"#507a60\"}")
        let goal = try Pixels.constant([80, 122, 96], width: 1, height: 1).colourspace(.lab).getpoint(x: 0, y: 0)
        let before = try image.pixels.colourspace(.lab), after = try result.pixels.colourspace(.lab)
        let part = try before.extractArea(left: 0, top: 0, width: 12, height: 18)
        let mean = try (0..<3).map { try part.extractBand($0).average() }
        for (x, y) in [(0, 0), (5, 9), (11, 17)] {
            let old = try before.getpoint(x: x, y: y), new = try after.getpoint(x: x, y: y)
            let light = old[0] * goal[0] / mean[0]
            #expect(abs(new[0] - light) < 1)
            for b in 1...2 { #expect(abs(new[b] - (old[b] - mean[b] + goal[b] * min(1, light / goal[0]))) < 1.5) }
        }
        #expect(try result.pixels.getpoint(x: 20, y: 9) == image.pixels.getpoint(x: 20, y: 9))
        #expect(throws: Diagnostic.self) {
            try Bench(image: Pictures.image(5, 5, bands: 1)).image("recolor", "{what: all, color: red}")
        }
    }

    @Test func overlaysLieInTheirCorner() throws {
        let image = try Pictures.image(100, 60), logo = try Pictures.image(20, 10, seed: 5)
        var bench = Bench(image: image)
        bench.named["logo"] = .image(logo)
        let result = try bench.image("overlay", "{with: logo, gravity: south-east, margin: 5}")
        #expect(result.pixels.bands == 3)
        #expect(try result.pixels.getpoint(x: 75, y: 45) == logo.pixels.getpoint(x: 0, y: 0))
        #expect(try result.pixels.getpoint(x: 94, y: 54) == logo.pixels.getpoint(x: 19, y: 9))
        #expect(try result.pixels.getpoint(x: 95, y: 55) == image.pixels.getpoint(x: 95, y: 55))
        let faint = try bench.image("overlay", "{with: logo, gravity: north-west, margin: 0, opacity: 0.25}")
        let (a, b) = (try image.pixels.getpoint(x: 3, y: 4), try logo.pixels.getpoint(x: 3, y: 4))
        for (found, (old, new)) in zip(try faint.pixels.getpoint(x: 3, y: 4), zip(a, b)) {
            #expect(abs(found - (old * 0.75 + new * 0.25)) <= 1)
        }
        #expect(throws: Diagnostics.self) { try bench.image("overlay", "{}") }
        #expect(throws: Diagnostics.self) { try bench.image("overlay", "{text: '  '}") }
    }

    @Test func sheetsShowEverythingOnce() throws {
        let image = try Pictures.image(30, 20), other = try Pictures.image(20, 20, seed: 3)
        var bench = Bench(image: image)
        bench.named["one"] = .image(image)
        bench.named["two"] = .image(other)
        let sheet = try bench.image("contact-sheet", "{images: [one, two], cell: [30, 20], gap: 4, color: red, columns: 2}")
        #expect(sheet.width == 72 && sheet.height == 28)
        #expect(try sheet.pixels.getpoint(x: 4, y: 4) == image.pixels.getpoint(x: 0, y: 0))
        #expect(try sheet.pixels.getpoint(x: 43, y: 4) == other.pixels.getpoint(x: 0, y: 0))
        #expect(try sheet.pixels.getpoint(x: 36, y: 10) == [255, 0, 0])
        bench.named["parts"] = .objects(
            try Pictures.objects([Pictures.blob(on: image), Pictures.mask(on: image) { x, y in x < 5 && y < 5 ? 255 : 0 }]))
        let parts = try bench.image("contact-sheet", "{objects: parts, cell: 40, gap: 0}")
        #expect(parts.width == 80 && parts.height == 40)
        bench.named["none"] = .objects(try Pictures.objects([Pictures.blob(on: image)]).with([]))
        #expect(throws: Diagnostic.self) { try bench.image("contact-sheet", "{objects: none}") }
    }

    @Test(arguments: [10.0, -25, 40]) func tiltedThingsAreTurnedUpright(angle: Double) throws {
        // A rectangle of 60 × 20, tilted.
        let image = try Pictures.image(120, 120)
        let (c, s) = Self.rotation(angle)
        let mask = try Pictures.mask(on: image) { x, y in
            let u = Double(x) - 59.5, v = Double(y) - 59.5
            return abs(u * c + v * s) <= 30 && abs(v * c - u * s) <= 10 ? 255 : 0
        }
        let cut = try Bench(image: image, mask: mask).image("cutout")
        let turned = try Bench(image: cut, mask: mask).image("rotate-upright")
        let extent = try #require(try turned.pixels.extractBand(3).extent(above: 127))
        #expect(abs(extent.width - 61) <= 2 && abs(extent.height - 21) <= 2, "\(extent)")
        let tall = try Bench(image: cut, mask: mask).image("rotate-upright", "tall")
        let standing = try #require(try tall.pixels.extractBand(3).extent(above: 127))
        #expect(abs(standing.height - 61) <= 2 && abs(standing.width - 21) <= 2, "\(standing)")
        let opaque = try Bench(image: image, mask: mask).image("rotate-upright", "{color: white}")
        #expect(opaque.pixels.bands == 3)
        #expect(throws: Diagnostic.self) { try Bench(image: opaque, mask: mask).image("cutout") }
    }

    /// Cosine and sine by their series.
    static func rotation(_ degrees: Double) -> (Double, Double) {
        let x = degrees * Double.pi / 180
        let cosine = 1 - x * x / 2 + x * x * x * x / 24 - x * x * x * x * x * x / 720
        return (cosine, x - x * x * x / 6 + x * x * x * x * x / 120 - x * x * x * x * x * x * x / 5040)
    }

    @Test func shadowsLieUnderTheSubject() throws {
        let image = try Pictures.image(60, 60)
        let mask = try Pictures.mask(on: image) { x, y in (20..<30).contains(x) && (20..<30).contains(y) ? 255 : 0 }
        let cut = try Bench(image: image, mask: mask).image("cutout")
        let hard = try Bench(image: cut).image("shadow", "{blur: 0, offset: [15, 5], opacity: 0.5, expand: false, color: \"#102030\"}")
        #expect(try hard.pixels.getpoint(x: 25, y: 25) == cut.pixels.getpoint(x: 25, y: 25))
        let shade = try hard.pixels.getpoint(x: 40, y: 30)
        #expect(Array(shade.prefix(3)) == [16, 32, 48] && abs(shade[3] - 127.5) <= 1)
        #expect(try hard.pixels.getpoint(x: 50, y: 50)[3] == 0)
        let soft = try Bench(image: cut).image("shadow", "{blur: 4, offset: [0, 10], opacity: 1, expand: false}")
        let total = try soft.pixels.extractBand(3).average() * 3600 / 255
        // 100 pixels of the subject and most of 100 pixels of shadow, some of which it hides.
        #expect(total > 150 && total < 200)
        #expect(throws: Diagnostic.self) { try Bench(image: image).image("shadow") }
        let wider = try Bench(image: cut).image("shadow", "{blur: 2, offset: [0, 40], expand: true}")
        #expect(wider.width == 60 && wider.height == 75 && wider.frame.x == 0 && wider.frame.y == 0)
        let aside = try Bench(image: cut).image("shadow", "{blur: 2, offset: [-30, 0]}")
        #expect(aside.width == 75 && aside.height == 60 && aside.frame.x == -15)
        let same = try Bench(image: cut).image("shadow", "{blur: 2, offset: [-30, 0], expand: false}")
        #expect(same.width == 60)
    }

    @Test func outlinesSurroundTheSubject() throws {
        let image = try Pictures.image(40, 40)
        let mask = try Pictures.mask(on: image) { x, y in (15..<25).contains(x) && (15..<25).contains(y) ? 255 : 0 }
        var bench = Bench(image: image)
        bench.named["m"] = .mask(mask)
        let line = try bench.image("outline", "{width: 3, color: lime, mask: m}")
        #expect(try line.pixels.getpoint(x: 13, y: 20) == [0, 255, 0])
        #expect(try line.pixels.getpoint(x: 20, y: 20) == image.pixels.getpoint(x: 20, y: 20))
        #expect(try line.pixels.getpoint(x: 11, y: 20) == image.pixels.getpoint(x: 11, y: 20))
        let cut = try Bench(image: image, mask: mask).image("cutout")
        let under = try Bench(image: cut).image("outline", "{width: 3, color: lime}")
        #expect(try under.pixels.getpoint(x: 13, y: 20) == [0, 255, 0, 255])
        #expect(try under.pixels.getpoint(x: 5, y: 20)[3] == 0)
        #expect(throws: Diagnostic.self) { try Bench(image: image).image("outline") }
    }

    @Test func backgroundsAreReplaced() throws {
        let image = try Pictures.image(21, 11), mask = try Pictures.mask(on: image) { x, y in UInt8(x * 12 + y) }
        let result = try bytes(Bench(image: image, mask: mask).image("replace-background", "\"#2040ff\""))
        let (a, m) = (try bytes(image), try mask.pixels().bytes().map(Int.init))
        for p in 0..<21 * 11 {
            let w = Double(m[p]) / 255
            for (b, ground) in [32.0, 64, 255].enumerated() {
                #expect(abs(Double(result[3 * p + b]) - (Double(a[3 * p + b]) * w + ground * (1 - w))) <= 1)
            }
        }
        let empty = try Pictures.mask(on: image) { _, _ in 0 }
        let ramp = try bytes(
            Bench(image: image, mask: empty).image("replace-background", "{color: black, to-color: white, angle: 0}"))
        for x in 0..<21 { #expect(abs(Double(ramp[(5 * 21 + x) * 3]) - Double(x) / 20 * 255) <= 0.51) }
        var bench = Bench(image: image, mask: empty)
        bench.named["sky"] = .image(try Pictures.wide(50, 50, seed: 9))
        let sky = try bench.image("replace-background", "{with: sky}")
        #expect(sky.width == 21 && sky.height == 11 && sky.pixels.format == .uchar && !sky.pixels.hasAlpha)
        _ = try sky.pixels.average()
    }
}
