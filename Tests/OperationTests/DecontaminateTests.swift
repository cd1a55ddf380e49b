import Testing
import VipsamKit

/// A brown square on white, and a mask of it.
@Suite("refine-mask, decontaminate")
struct DecontaminateTests {
    private static let side = 96, brown = [128, 90, 40]

    /// How much of the square is in a pixel: its edges run within `softness` pixels.
    private func cover(_ x: Int, _ y: Int, softness: Double) -> Double {
        let inside = min(min(Double(x) - 24, 72 - Double(x)), min(Double(y) - 24, 72 - Double(y)))
        return min(max(inside / softness + 0.5, 0), 1)
    }

    private func picture(softness: Double) throws -> Image {
        var bytes: [UInt8] = []
        for y in 0..<Self.side {
            for x in 0..<Self.side {
                let share = cover(x, y, softness: softness)
                for c in Self.brown { bytes.append(UInt8((share * Double(c) + (1 - share) * 255).rounded())) }
            }
        }
        return Pictures.place(try Pixels.from(bytes: bytes, width: Self.side, height: Self.side, bands: 3))
    }

    /// Colours of what is at least half on the mask, as seen and after the correction.
    private func edges(_ method: String, softness: Double) throws -> [(seen: [Int], own: [Int])] {
        let image = try picture(softness: softness)
        let drawn = try Pictures.mask(on: image) { x, y in cover(x, y, softness: 1) >= 0.5 ? 255 : 0 }
        let bench = Bench(image: image, mask: drawn)
        let mask = try bench.mask("refine-mask", "{method: \(method), band: 6, decontaminate: true}")
        let seen = try image.pixels.bytes(), own = try #require(mask.correction).applied(to: image).pixels.bytes()
        let alpha = try mask.pixels(on: image).bytes()
        return alpha.indices.filter { alpha[$0] >= 128 && alpha[$0] < 255 }.map { p in
            ((0..<3).map { Int(seen[3 * p + $0]) }, (0..<3).map { Int(own[3 * p + $0]) })
        }
    }

    @Test("a soft contour over a sharp edge leaves no dark line", arguments: ["graph-cut", "smooth", "guided", "matting"])
    func sharpEdge(method: String) throws {
        for colour in try edges(method, softness: 0.01).map(\.own) {
            for c in 0..<3 { #expect(colour[c] >= Self.brown[c] - 12, "\(colour)") }
        }
    }

    /// `guided` makes alpha steeper than the edge is, and finds less of it.
    @Test("white that is mixed in is taken out, in parts", arguments: [("guided", 0.8), ("matting", 0.7)])
    func softEdge(method: String, left: Double) throws {
        let colours = try edges(method, softness: 8)
        #expect(colours.count > 100)
        func white(_ colours: [[Int]]) -> Int { colours.reduce(0) { $0 + abs($1[2] - Self.brown[2]) } }
        let before = white(colours.map(\.seen)), after = white(colours.map(\.own))
        #expect(before > 20 * colours.count && Double(after) < left * Double(before), "\(before), \(after)")
    }
}
