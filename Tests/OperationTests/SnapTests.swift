import Testing
import VipsamKit

/// A red disc of radius 25 on blue, and a model's mask of it that is too small by as much as is asked for.
@Suite("refine-mask, snap")
struct SnapTests {
    private static let radius = 25.0

    private static func distance(_ x: Double, _ y: Double) -> Double {
        ((x - 64) * (x - 64) + (y - 48) * (y - 48)).squareRoot()
    }

    private func picture(width: Int = 192, height: Int = 144) throws -> Image {
        let noise = Pictures.noise(width * height * 3)
        var bytes: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let colour: [Int] = Self.distance(Double(x) + 0.5, Double(y) + 0.5) < Self.radius ? [200, 60, 50] : [40, 90, 180]
                for c in 0..<3 { bytes.append(UInt8(colour[c] + Int(noise[bytes.count]) % 24 - 12)) }
            }
        }
        return Pictures.place(try Pixels.from(bytes: bytes, width: width, height: height, bands: 3))
    }

    /// Logits that fall by one in six pixels: in doubt over 19 pixels on either side of the contour.
    private func drawn(_ radius: Double, on image: Image) throws -> Mask {
        let width = image.width, height = image.height, side = width / 4, cell = 4.0
        let logits = (0..<(side * side)).map { index in
            let x = (Double(index % side) + 0.5) * cell, y = (Double(index / side) + 0.5) * cell
            return Float((radius - Self.distance(x, y)) / 6)
        }
        let runs = RunLengths(
            bytes: (0..<(width * height)).map {
                Self.distance(Double($0 % width) + 0.5, Double($0 / width) + 0.5) < radius ? 255 : 0
            }, width: width, height: height)
        let source = LogitMask(
            MaskLogits(logits, side: side), runs: runs, inputSide: width, validWidth: width,
            validHeight: height, frame: image.frame, width: width, height: height)
        return Mask(source, frame: image.frame, width: width, height: height)
    }

    /// The radius of a disc of the mask's area.
    private func radius(_ mask: Mask) throws -> Double {
        (try mask.pixels().bytes().reduce(0.0) { $0 + Double($1) / 255 } / .pi).squareRoot()
    }

    @Test("the contour goes as far as the model is in doubt, beyond the band", arguments: ["smooth", "guided", "matting"])
    func snapping(method: String) throws {
        let image = try picture(), bench = Bench(image: image, mask: try drawn(21, on: image))
        let still = try radius(try bench.mask("refine-mask", "{method: \(method), band: 1, snap: false}"))
        let moved = try radius(try bench.mask("refine-mask", "{method: \(method), band: 1, snap: true}"))
        #expect(abs(still - 21) < 1, "\(still)")
        #expect(abs(moved - Self.radius) < 0.5, "\(moved)")
    }

    @Test("unasked for, guided and matting move it as well, smooth does not", arguments: ["smooth", "guided", "matting"])
    func unasked(method: String) throws {
        let image = try picture(), bench = Bench(image: image, mask: try drawn(21, on: image))
        let mask = try bench.mask("refine-mask", "{method: \(method), band: 1}").pixels().bytes()
        let asked = try bench.mask("refine-mask", "{method: \(method), band: 1, snap: \(method != "smooth")}")
        #expect(try asked.pixels().bytes() == mask)
    }

    @Test("unasked for, the contour stays where too few pixels were seen to learn colours from")
    func small() throws {
        let image = try picture(width: 128, height: 96), bench = Bench(image: image, mask: try drawn(21, on: image))
        let still = try bench.mask("refine-mask", "{band: 1, snap: false}").pixels().bytes()
        #expect(try bench.mask("refine-mask", "{band: 1}").pixels().bytes() == still)
        #expect(try bench.mask("refine-mask", "{band: 1, snap: true}").pixels().bytes() != still)
    }

    @Test("colours that contradict the mask are not believed")
    func disagreement() throws {
        let image = try picture(), bench = Bench(image: image, mask: try drawn(14, on: image))
        let mask = try bench.mask("refine-mask", "{method: smooth, band: 1, snap: true}")
        #expect(abs(try radius(mask) - 14) < 1)
    }

    @Test("a mask from elsewhere has no doubts: it is refined in its band alone")
    func raster() throws {
        let image = try picture()
        let mask = try Pictures.mask(on: image) { Self.distance(Double($0), Double($1)) < 21 ? 255 : 0 }
        let bench = Bench(image: image, mask: mask)
        let plain = try bench.mask("refine-mask", "{method: smooth, band: 2}").pixels().bytes()
        #expect(try bench.mask("refine-mask", "{method: smooth, band: 2, snap: true}").pixels().bytes() == plain)
    }
}
