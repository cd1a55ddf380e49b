import Testing
import VipsamKit

@Suite struct InpaintFillTests {
    let image: Image

    init() throws { image = try Pictures.image(60, 40) }

    @Test(arguments: ["exemplar", "smooth", "nearest"])
    func onlyTheHoleChanges(method: String) throws {
        let mask = try Pictures.mask(on: image) { x, y in (20..<30).contains(x) && (10..<25).contains(y) ? 255 : 0 }
        let filled = try Bench(image: image, mask: mask).image("inpaint-fill", "{method: \(method), grow: 0}")
        let before = try image.pixels.bytes(), after = try filled.pixels.bytes()
        var changed = 0
        for i in 0..<60 * 40 where before[3 * i..<3 * i + 3] != after[3 * i..<3 * i + 3] {
            #expect((20..<30).contains(i % 60) && (10..<25).contains(i / 60))
            changed += 1
        }
        #expect(changed > 140)
    }

    /// A red square on a grey wall is gone, and nothing of its colour stays at its border.
    @Test(arguments: ["exemplar", "smooth", "nearest"])
    func anObjectIsGone(method: String) throws {
        func isRed(_ i: Int) -> Bool { (22..<34).contains(i % 60) && (12..<24).contains(i / 60) }
        let bytes = (0..<60 * 40).flatMap { i -> [UInt8] in isRed(i) ? [220, 20, 20] : [UInt8(118 + i % 5), 120, 122] }
        let picture = Pictures.place(try Pixels.from(bytes: bytes, width: 60, height: 40, bands: 3))
        let mask = try Pictures.mask(on: picture) { x, y in isRed(y * 60 + x) ? 255 : 0 }
        let filled = try Bench(image: picture, mask: mask).image("inpaint-fill", "{method: \(method)}").pixels.bytes()
        #expect(stride(from: 0, to: filled.count, by: 3).allSatisfy { abs(Int(filled[$0]) - 120) <= 4 })
    }

    /// Green lies only where the grown mask reaches: none of it may come back. The reach is good to 8 %.
    @Test(arguments: ["exemplar", "smooth", "nearest"], [3.0, 8.0])
    func nothingIsTakenFromWithinTheGrownMask(method: String, grow: Double) throws {
        func distance(_ i: Int) -> Double {
            let dx = Double(max(24 - i % 60, i % 60 - 31, 0)), dy = Double(max(16 - i / 60, i / 60 - 21, 0))
            return (dx * dx + dy * dy).squareRoot()
        }
        let bytes = (0..<60 * 40).flatMap { i -> [UInt8] in
            let wall = UInt8(100 + (i % 60 * 7 + i / 60 * 5) % 40)
            return distance(i) <= grow * 0.92 ? [0, 255, 0] : [wall, 90, wall]
        }
        let picture = Pictures.place(try Pixels.from(bytes: bytes, width: 60, height: 40, bands: 3))
        let mask = try Pictures.mask(on: picture) { x, y in distance(y * 60 + x) == 0 ? 255 : 0 }
        let filled = try Bench(image: picture, mask: mask)
            .image("inpaint-fill", "{method: \(method), grow: \(grow)}").pixels.bytes()
        // a plate under tension may go a little beyond what is known
        let slack = method == "smooth" ? 8 : 0
        for i in 0..<60 * 40 {
            let pixel = Array(filled[3 * i..<3 * i + 3])
            if distance(i) > grow * 1.08 {
                #expect(pixel == Array(bytes[3 * i..<3 * i + 3]))
            } else {
                let isWall = (99 - slack...141 + slack).contains(Int(pixel[0])) && (89...91).contains(pixel[1])
                #expect(isWall, "\(i % 60), \(i / 60): \(pixel)")
            }
        }
    }

    @Test func nothingToFillFromIsSaid() throws {
        let mask = try Pictures.mask(on: image) { _, _ in 255 }
        for method in ["exemplar", "smooth", "nearest"] {
            let error = #expect(throws: Diagnostic.self) {
                try Bench(image: image, mask: mask).image("inpaint-fill", "{method: \(method)}")
            }
            #expect(error?.message.contains("covers the whole image") == true)
        }
    }

    @Test func anEmptyMaskChangesNothing() throws {
        let mask = try Pictures.mask(on: image) { _, _ in 0 }
        let filled = try Bench(image: image, mask: mask).image("inpaint-fill")
        #expect(try filled.pixels.bytes() == image.pixels.bytes())
    }
}
