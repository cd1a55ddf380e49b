import EditOperations
import Testing
import VipsamKit

/// Quarter turns, and subjects without a direction.
@Suite("rotate-upright")
struct UprightTests {
    /// Which pixel of a picture of `width` by `height` comes to (x, y) of the turned one.
    static func origin(_ quarter: QuarterTurn, _ x: Int, _ y: Int, _ width: Int, _ height: Int) -> (x: Int, y: Int) {
        switch quarter {
        case .none: (x, y)
        case .right: (y, height - 1 - x)
        case .half: (width - 1 - x, height - 1 - y)
        case .left: (width - 1 - y, x)
        }
    }

    static func expectTurned(_ turned: Pixels, _ pixels: Pixels, _ quarter: QuarterTurn) throws {
        let isSideways = quarter == .right || quarter == .left
        let width = isSideways ? pixels.height : pixels.width, height = isSideways ? pixels.width : pixels.height
        try #require(turned.width == width && turned.height == height && turned.bands == pixels.bands)
        let (before, after, bands) = (try pixels.bytes(), try turned.bytes(), pixels.bands)
        var wrong = 0
        for y in 0..<height {
            for x in 0..<width {
                let place = origin(quarter, x, y, pixels.width, pixels.height)
                let from = (place.y * pixels.width + place.x) * bands, to = (y * width + x) * bands
                wrong += before[from..<from + bands].elementsEqual(after[to..<to + bands]) ? 0 : 1
            }
        }
        #expect(wrong == 0, "\(quarter)")
    }

    static let quarterTurns: [(Double, QuarterTurn)] = [
        (0, .none), (90, .right), (180, .half), (270, .left), (-90, .left), (-180, .half), (360, .none),
        (89.995, .right), (-90.004, .left), (1e-9, .none),
    ]

    @Test("quarter turns move pixels and change none", arguments: quarterTurns)
    func quarters(degrees: Double, quarter: QuarterTurn) throws {
        for bands in [1, 3, 4] {
            let pixels = try Pictures.image(13, 7, bands: bands).pixels
            let turn = Turn(degrees: degrees)
            #expect(turn.quarter == quarter && turn.rest == 0 && turn.isNone == (quarter == .none))
            for color in [Color.transparent, .white] {
                try Self.expectTurned(turn.applied(to: pixels, color: color), pixels, quarter)
            }
        }
    }

    @Test("any other turn is a quarter turn and a small one", arguments: [(89.0, -1.0), (-130.0, -40.0)])
    func rests(degrees: Double, rest: Double) throws {
        let pixels = try Pictures.image(40, 24).pixels, quarter: QuarterTurn = degrees > 0 ? .right : .left
        let whole = try Turn(degrees: degrees).applied(to: pixels, color: .transparent)
        let parts = try Turn(degrees: rest).applied(to: pixels.rot(quarter), color: .transparent)
        #expect(Turn(degrees: degrees).rest == rest && Turn(degrees: rest).quarter == .none)
        #expect(whole.bands == 4)
        #expect(try whole.bytes() == parts.bytes())
    }

    @Test("a lying rectangle is stood up and a standing one laid down, to the pixel")
    func stands() throws {
        let image = try Pictures.image(50, 40)
        let lying = try Pictures.mask(on: image) { x, y in (5..<35).contains(x) && (10..<22).contains(y) ? 255 : 0 }
        let standing = try Pictures.mask(on: image) { x, y in (7..<19).contains(x) && (4..<34).contains(y) ? 255 : 0 }
        for (mask, stand, color) in [(lying, "tall", "transparent"), (standing, "wide", "white")] {
            let bench = Bench(image: image, mask: mask)
            let turned = try bench.image("rotate-upright", "{stand: \(stand), color: \(color)}")
            try Self.expectTurned(turned.pixels, image.pixels, .right)
            #expect(turned.frame.canvas != image.frame.canvas && turned.frame.canvas.width == 40)
            #expect(bench.notes.all.isEmpty)
        }
        for (mask, stand) in [(lying, "wide"), (standing, "tall"), (lying, "nearest"), (standing, "nearest")] {
            let same = try Bench(image: image, mask: mask).image("rotate-upright", stand)
            #expect(same.frame == image.frame)
            try Self.expectTurned(same.pixels, image.pixels, .none)
        }
    }

    @Test("a subject without a direction stays as it is", arguments: ["nearest", "tall", "wide"])
    func directionless(stand: String) throws {
        let image = try Pictures.image(120, 120)
        func disc(_ radius: Double) throws -> Mask {
            try Pictures.mask(on: image) { x, y in
                let u = Double(x) - 59.2, v = Double(y) - 61.7
                return u * u + v * v <= radius * radius ? 255 : 0
            }
        }
        let point = try Pictures.mask(on: image) { x, y in x == 17 && y == 90 ? 255 : 0 }
        for mask in try [disc(7), disc(30.3), disc(50), point] {
            let bench = Bench(image: image, mask: mask)
            let same = try bench.image("rotate-upright", stand)
            #expect(same.frame == image.frame)
            try Self.expectTurned(same.pixels, image.pixels, .none)
            #expect(bench.notes.all.count == 1 && bench.notes.all.first?.contains("no direction") == true)
        }
        let square = try Pictures.mask(on: image) { x, y in (20..<60).contains(x) && (50..<90).contains(y) ? 255 : 0 }
        let bench = Bench(image: image, mask: square)
        let same = try bench.image("rotate-upright", stand)
        #expect(same.frame == image.frame)
        try Self.expectTurned(same.pixels, image.pixels, .none)
        #expect(bench.notes.all.count == (stand == "nearest" ? 0 : 1))
    }

    /// How large the subject is in the turned picture, upright.
    private func extent(_ width: Double, _ height: Double, at angle: Double, _ stand: String) throws -> PixelArea {
        let image = try Pictures.image(140, 140)
        let (c, s) = EditTests.rotation(angle)
        let mask = try Pictures.mask(on: image) { x, y in
            let u = Double(x) - 69.5, v = Double(y) - 69.5
            return abs(u * c + v * s) <= width / 2 && abs(v * c - u * s) <= height / 2 ? 255 : 0
        }
        let cut = try Bench(image: image, mask: mask).image("cutout")
        let turned = try Bench(image: cut, mask: mask).image("rotate-upright", stand)
        return try #require(try turned.pixels.extractBand(3).extent(above: 127))
    }

    @Test("what has a direction is turned", arguments: [20.0, -35, 3])
    func tilted(angle: Double) throws {
        let level = try extent(60, 30, at: angle, "nearest")
        #expect(abs(level.width - 61) <= 2 && abs(level.height - 31) <= 2, "\(level)")
        let standing = try extent(60, 30, at: angle, "tall")
        #expect(abs(standing.width - 31) <= 2 && abs(standing.height - 61) <= 2, "\(standing)")
        // The sides of a square have a direction, though none of them is the longer one.
        for stand in ["nearest", "wide"] {
            let square = try extent(50, 50, at: angle, stand)
            #expect(abs(square.width - 51) <= 2 && abs(square.height - 51) <= 2, "\(square)")
        }
    }

    @Test("an egg has no tilt, but a longer side")
    func eggs() throws {
        let image = try Pictures.image(80, 60)
        let egg = try Pictures.mask(on: image) { x, y in
            let u = (Double(x) - 39.5) / 25, v = (Double(y) - 29.5) / 21
            return u * u + v * v <= 1 ? 255 : 0
        }
        let bench = Bench(image: image, mask: egg)
        try Self.expectTurned(bench.image("rotate-upright", "tall").pixels, image.pixels, .right)
        try Self.expectTurned(bench.image("rotate-upright", "wide").pixels, image.pixels, .none)
        #expect(bench.notes.all.isEmpty)
    }

    @Test("a picture with transparent parts lies on the colour, turned or not")
    func grounds() throws {
        let image = try Pictures.image(30, 20)
        let mask = try Pictures.mask(on: image) { x, y in (4..<24).contains(x) && (5..<15).contains(y) ? 255 : 0 }
        let cut = try Bench(image: image, mask: mask).image("cutout")
        let bench = Bench(image: cut, mask: mask)
        let level = try bench.image("rotate-upright", "{color: white}")
        #expect(level.width == 30 && level.pixels.bands == 3 && level.frame == image.frame)
        #expect(try level.pixels.getpoint(x: 0, y: 0) == [255, 255, 255])
        #expect(try level.pixels.getpoint(x: 10, y: 8) == image.pixels.getpoint(x: 10, y: 8))
        let standing = try bench.image("rotate-upright", "{stand: tall, color: white}")
        try Self.expectTurned(standing.pixels, level.pixels, .right)
    }
}
