import Testing
import VipsamKit

/// `shadow: {method: contact}`, and labels on contact sheets.
@Suite struct ContactShadowTests {
    /// A block that stands on two feet: columns 20…25 and 34…39 of rows 50…59.
    private static func standing(_ image: Image) throws -> Image {
        let mask = try Pictures.mask(on: image) { x, y in
            let isBody = (20..<40).contains(x) && (10..<50).contains(y)
            let isFoot = ((20..<26).contains(x) || (34..<40).contains(x)) && (50..<60).contains(y)
            return isBody || isFoot ? 255 : 0
        }
        return try Bench(image: image, mask: mask).image("cutout")
    }

    @Test func itIsAnEllipseUnderTheFoot() throws {
        let cut = try Self.standing(Pictures.image(60, 80))
        let result = try Bench(image: cut).image(
            "shadow", "{method: contact, blur: 0, opacity: 0.5, flatness: 0.4, color: \"#102030\", offset: [3, 2], expand: false}")
        #expect(result.width == 60 && result.height == 80)
        let before = try cut.pixels.bytes(), after = try result.pixels.bytes()
        // Half axes 10 and 4; a third of 4 above the row under the object, moved by the offset.
        let (cx, cy, a, b) = (30.0 + 3, 60 - 4.0 / 3 + 2, 10.0, 4.0)
        var shaded = 0
        for y in 0..<80 {
            for x in 0..<60 {
                let at = 4 * (y * 60 + x)
                if before[at + 3] == 255 {
                    #expect(Array(after[at..<at + 4]) == Array(before[at..<at + 4]))
                    continue
                }
                let (dx, dy) = ((Double(x) + 0.5 - cx) / a, (Double(y) + 0.5 - cy) / b)
                let cover = min(1, max(0, (1 - (dx * dx + dy * dy).squareRoot()) * b + 0.5))
                #expect(abs(Double(after[at + 3]) - 127.5 * cover) <= 1.5, "\(x), \(y)")
                if after[at + 3] > 20 {
                    #expect(Array(after[at..<at + 3]) == [16, 32, 48])
                    shaded += 1
                }
            }
        }
        #expect(shaded > 60)
    }

    @Test func roomIsMadeForIt() throws {
        let image = try Pictures.image(60, 60)
        let cut = try Self.standing(image)
        let result = try Bench(image: cut).image("shadow", "{method: contact, blur: 2, flatness: 0.4}")
        // The ellipse ends at 60 − 4/3 + 4, touches row 62, and 5 pixels of softness come below.
        #expect(result.width == 60 && result.height == 68 && result.frame.y == 0)
        #expect(try result.pixels.getpoint(x: 30, y: 61)[3] > 30)
    }

    @Test func itIsTheSameInSixteenBits() throws {
        let wide = try Bench(image: Self.standing(Pictures.wide(60, 80))).image("shadow", "{method: contact, blur: 3}").pixels
        let narrow = try Bench(image: Self.standing(Pictures.image(60, 80))).image("shadow", "{method: contact, blur: 3}").pixels
        #expect(wide.format == .ushort)
        let (words, bytes) = (try wide.words(), try narrow.bytes())
        for pixel in 0..<narrow.width * narrow.height {
            #expect(abs(Double(words[4 * pixel + 3]) / 257 - Double(bytes[4 * pixel + 3])) <= 1)
        }
    }

    @Test func nothingCastsNoShadow() throws {
        let image = try Pictures.image(30, 20)
        let empty = try Bench(image: image, mask: Pictures.mask(on: image) { _, _ in 0 }).image("cutout")
        let result = try Bench(image: empty).image("shadow", "{method: contact}")
        #expect(try result.pixels.bytes() == empty.pixels.bytes())
        for (width, height) in [(1, 1), (1, 40), (40, 1)] {
            let image = try Pictures.image(width, height)
            let full = try Bench(image: image, mask: Pictures.mask(on: image) { _, _ in 255 }).image("cutout")
            _ = try Bench(image: full).image("shadow", "{method: contact}").pixels.average()
        }
    }

    @Test func labelsStandBelowTheirCells() throws {
        let image = try Pictures.image(40, 30)
        var things: [SegmentedObject] = []
        for (number, label) in ["cup", " "].enumerated() {
            let mask = try Pictures.mask(on: image) { x, _ in x / 20 == number ? 255 : 0 }
            var thing = try #require(Pictures.objects([mask]).objects.first)
            thing.label = label
            things.append(thing)
        }
        let set = try Pictures.objects([Pictures.mask(on: image) { _, _ in 255 }]).with(things)
        var bench = Bench(image: image, objects: set)
        bench.named["things"] = .objects(set)
        let plain = try bench.image("contact-sheet", "{objects: things, cell: 60, gap: 10, columns: 2}")
        let named = try bench.image("contact-sheet", "{objects: things, cell: 60, gap: 10, columns: 2, labels: true}")
        #expect(plain.width == 150 && plain.height == 80)
        #expect(named.width == 150 && named.height == 92)
        let (before, after) = (try plain.pixels.bytes(), try named.pixels.bytes())
        #expect(after[..<(3 * 150 * 70)] == before[..<(3 * 150 * 70)])
        // Dark words in the strip below, inside each cell and nowhere else.
        var columns: Set<Int> = []
        for y in 70..<82 { for x in 0..<150 where after[3 * (y * 150 + x)] < 128 { columns.insert(x) } }
        #expect(columns.contains { $0 < 75 } && columns.contains { $0 >= 75 })
        #expect(columns.allSatisfy { (10..<70).contains($0) || (80..<140).contains($0) })
    }
}
