import Testing
import VipsamKit

/// `blur: {what: band}` against sums over single pixels.
@Suite struct BandBlurTests {
    private let width = 40, height = 30

    /// A disc, cut off by the left border.
    private func isOn(_ x: Int, _ y: Int) -> Bool {
        let u = Double(x) - 11, v = Double(y) - 14
        return u * u + v * v < 150
    }

    /// How much a pixel belongs to the band: its centre's distance from the contour, which lies half a pixel from the
    /// nearest centre on the other side, held against half the width.
    private func share(_ x: Int, _ y: Int, _ reach: Double) -> Double {
        var nearest = Double.infinity
        for v in 0..<height {
            for u in 0..<width where isOn(u, v) != isOn(x, y) {
                nearest = min(nearest, Double((u - x) * (u - x) + (v - y) * (v - y)).squareRoot())
            }
        }
        return min(1, max(0, reach + 0.5 - (nearest - 0.5)))
    }

    @Test(arguments: [2.0, 5]) func aBandIsBlurredByItsOwnColoursAlone(reach: Double) throws {
        let image = try Pictures.image(width, height, bands: 1), sigma = 2.0
        let mask = try Pictures.mask(on: image) { x, y in isOn(x, y) ? 255 : 0 }
        let result = try Bench(image: image, mask: mask).image("blur", "{what: band, band: \(reach), radius: \(sigma)}")
        let found = try result.pixels.bytes().map(Double.init), old = try image.pixels.bytes().map(Double.init)
        let shares = (0..<width * height).map { share($0 % width, $0 / width, reach) }
        let bell = (-6...6).map { x in EditTests.exponential(-Double(x * x) / (2 * sigma * sigma)) }
        #expect(shares.contains(0) && shares.contains(1))
        for y in 0..<height {
            for x in 0..<width {
                let at = y * width + x
                var sum = 0.0, total = 0.0
                for dy in -6...6 {
                    for dx in -6...6 {
                        let near = min(height - 1, max(0, y + dy)) * width + min(width - 1, max(0, x + dx))
                        let weight = bell[dx + 6] * bell[dy + 6] * shares[near]
                        sum += weight * old[near]
                        total += weight
                    }
                }
                let mean = total > 0 ? sum / total : old[at]
                #expect(abs(found[at] - (old[at] + (mean - old[at]) * shares[at])) <= 2, "\(x), \(y)")
                if shares[at] == 0 { #expect(found[at] == old[at]) }
            }
        }
    }

    @Test func theBandScalesWithTheWorkingImage() throws {
        let image = try Pictures.image(width, height, bands: 1, workingScale: 2)
        let mask = try Pictures.mask(on: image) { x, y in isOn(x, y) ? 255 : 0 }
        let small = Pictures.place(image.pixels)
        let smallMask = try Pictures.mask(on: small) { x, y in isOn(x, y) ? 255 : 0 }
        let one = try Bench(image: image, mask: mask).image("blur", "{what: band, band: 2, radius: 1}")
        let two = try Bench(image: small, mask: smallMask).image("blur", "{what: band, band: 4, radius: 2}")
        #expect(try one.pixels.bytes() == two.pixels.bytes())
    }

    @Test func withoutAContourNothingIsBlurred() throws {
        let image = try Pictures.image(width, height)
        for value: UInt8 in [0, 255] {
            let mask = try Pictures.mask(on: image) { _, _ in value }
            let result = try Bench(image: image, mask: mask).image("blur", "{what: band, radius: 5}")
            #expect(try result.pixels.bytes() == image.pixels.bytes())
        }
    }
}
