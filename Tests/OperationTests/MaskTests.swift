import Testing
import VipsamKit

@Suite struct MaskTests {
    let image: Image

    init() throws { image = try Pictures.image(41, 29) }

    private func values(_ mask: Mask) throws -> [Int] { try mask.pixels(on: image).bytes().map(Int.init) }

    /// The nearest pixel on the mask, by looking at all of them.
    private func grown(_ on: [Bool], _ radius: Double) -> [Int] {
        let w = image.width
        return on.indices.map { p in
            var best = Double.infinity
            for q in on.indices where on[q] {
                let dx = Double(p % w - q % w), dy = Double(p / w - q / w)
                best = min(best, (dx * dx + dy * dy).squareRoot())
            }
            return Int((min(1, max(0, radius + 1 - best)) * 255).rounded())
        }
    }

    @Test(arguments: [0.5, 1, 2.3, 7, 60]) func growingIsTheExactDistance(radius: Double) throws {
        let mask = try Pictures.blob(on: image)
        let on = try values(mask).map { $0 >= 128 }
        let result = try Bench(image: image, mask: mask).mask("grow-mask", "{radius: \(radius)}")
        #expect(try values(result) == grown(on, radius))
    }

    @Test(arguments: [0.5, 1, 2.3, 7]) func shrinkingGrowsWhatIsAround(radius: Double) throws {
        let mask = try Pictures.blob(on: image)
        let off = try values(mask).map { $0 < 128 }
        let result = try Bench(image: image, mask: mask).mask("shrink-mask", "{radius: \(radius)}")
        #expect(try values(result) == grown(off, radius).map { 255 - $0 })
    }

    @Test func aSoftEdgeMovesByPartsOfAPixel() throws {
        // The contour lies at 10.4: ten columns and 0.4 of the next.
        let mask = try Pictures.mask(on: image) { x, _ in x < 10 ? 255 : x == 10 ? 102 : 0 }
        let result = try Bench(image: image, mask: mask).mask("grow-mask", "{radius: 3}")
        #expect(try Array(values(result)[10..<16]) == [255, 255, 255, 102, 0, 0])
    }

    /// The share of a pixel that lies below a line, by 32 × 32 points.
    private func halfPlane(_ x: Int, _ y: Int, _ angle: (x: Double, y: Double), _ offset: Double) -> Double {
        var inside = 0
        for v in 0..<32 {
            for u in 0..<32 {
                let px = Double(x) + (Double(u) + 0.5) / 32, py = Double(y) + (Double(v) + 0.5) / 32
                if px * angle.x + py * angle.y < offset { inside += 1 }
            }
        }
        return Double(inside) / 1024
    }

    @Test(arguments: [(1.0, 0.0), (0.96, 0.28), (0.8, 0.6), (0.7071, 0.7071), (0.28, 0.96)], [1.0, 2.5, 6, 12])
    func aSlantedSmoothEdgeMovesByTheRadius(angle: (Double, Double), radius: Double) throws {
        let normal = (x: angle.0, y: angle.1), image = try Pictures.image(96, 96)
        let offset = 48.3 * normal.x + 47.6 * normal.y
        let mask = try Pictures.mask(on: image) { x, y in UInt8((self.halfPlane(x, y, normal, offset) * 255).rounded()) }
        for (name, moved) in [("grow-mask", offset + radius), ("shrink-mask", offset - radius)] {
            let result = try Bench(image: image, mask: mask).mask(name, "{radius: \(radius)}").pixels(on: image).bytes()
            // Where the line leaves the picture, its continuation is missing: a square in the middle is looked at.
            let middle = 30..<66
            var error = 0.0, crossed = 0.0
            for y in middle {
                for x in middle {
                    let truth = halfPlane(x, y, normal, moved)
                    error += Double(result[y * 96 + x]) / 255 - truth
                    crossed += truth > 0 && truth < 1 ? truth * (1 - truth) : 0
                }
            }
            try #require(crossed > 0)
            // Along its length the contour covers as much too much or too little as it is off.
            let length = 36 / max(normal.x, normal.y)
            // At 45 degrees the share by distance and by area differ by 0.065 where all pixels are cut alike.
            #expect(abs(error / length) <= 0.07, "\(name): off by \(error / length)")
        }
    }

    @Test func theBorderOfThePictureDoesNotShrinkAnObject() throws {
        let mask = try Pictures.mask(on: image) { x, _ in x < 20 ? 255 : 0 }
        let result = try values(Bench(image: image, mask: mask).mask("shrink-mask", "{radius: 5}"))
        for y in [0, 14, 28] { #expect(result[y * 41] == 255 && result[y * 41 + 14] == 255 && result[y * 41 + 15] == 0) }
    }

    @Test(arguments: ["grow-mask", "shrink-mask", "feather-mask", "smooth-mask"])
    func emptyAndFullMasksStayWhatTheyAre(name: String) throws {
        for value in [UInt8(0), 255] {
            let mask = try Pictures.mask(on: image) { _, _ in value }
            let result = try values(Bench(image: image, mask: mask).mask(name, "{radius: 4}"))
            #expect(result.allSatisfy { $0 == Int(value) })
        }
    }

    @Test func lengthsGrowWithTheWorkingScale() throws {
        let large = try Pictures.image(60, 40, workingScale: 3)
        let mask = try Pictures.mask(on: large) { x, _ in x < 20 ? 255 : 0 }
        let result = try Bench(image: large, mask: mask).mask("grow-mask", "{radius: 2}").pixels(on: large).bytes()
        #expect(Array(result[24..<28]) == [255, 255, 0, 0])
    }

    @Test func percentIsOfTheObjectsLongerSide() throws {
        let mask = try Pictures.mask(on: image) { x, y in (10..<20).contains(x) && (10..<14).contains(y) ? 255 : 0 }
        let bench = Bench(image: image, mask: mask)
        #expect(try values(bench.mask("grow-mask", "{radius: 20%}")) == values(bench.mask("grow-mask", "{radius: 2}")))
    }

    @Test func combiningIsPixelByPixel() throws {
        let a = try Pictures.blob(on: image), b = try Pictures.mask(on: image) { x, y in UInt8((x * 7 + y * 3) % 256) }
        var bench = Bench(image: image, mask: a)
        bench.named["other"] = .mask(b)
        let (x, y) = (try values(a), try values(b))
        let oracles: [(String, (Int, Int) -> Int)] = [
            ("union", { max($0, $1) }), ("intersect", { min($0, $1) }), ("subtract", { min($0, 255 - $1) }),
        ]
        for (way, oracle) in oracles {
            let result = try values(bench.mask("combine-masks", "{with: other, by: \(way)}"))
            #expect(result == zip(x, y).map(oracle))
        }
        #expect(try values(bench.mask("invert-mask")) == x.map { 255 - $0 })
    }

    @Test func featheringIsAGaussian() throws {
        let mask = try Pictures.mask(on: image) { x, _ in x < 20 ? 255 : 0 }
        let sigma = 3.0
        let result = try values(Bench(image: image, mask: mask).mask("feather-mask", "{radius: \(sigma)}"))
        // The bell is cut off at three standard deviations.
        let bell = (-9...9).map { (x: Int) -> Double in
            var value = 1.0, power = -Double(x * x) / (2 * sigma * sigma) / 1024
            power = 1 + power
            for _ in 0..<10 { power *= power }
            value = power
            return value
        }
        let total = bell.reduce(0, +)
        for x in 0..<41 {
            let share = (-9...9).reduce(0.0) { $0 + (min(40, max(0, x + $1)) < 20 ? bell[$1 + 9] : 0) } / total
            #expect(abs(Double(result[14 * 41 + x]) - share * 255) <= 1.5, "column \(x)")
        }
    }

    @Test func smoothingKeepsAStraightEdgeAndRemovesASpike() throws {
        let mask = try Pictures.mask(on: image) { x, y in x < 20 || (y == 14 && x < 26) ? 255 : 0 }
        let result = try values(Bench(image: image, mask: mask).mask("smooth-mask", "{radius: 3}"))
        #expect(result[3 * 41 + 19] > 128 && result[3 * 41 + 20] < 128)
        #expect(result[14 * 41 + 24] == 0)
    }

    @Test func boxesCoverPartsOfPixels() throws {
        let result = try Bench(image: image).mask("mask-from-boxes", "{boxes: [[2.5, 3, 4, 2.25], [50%, 50%, 10%, 20%]]}")
        let bytes = try values(result)
        func covered(_ x: Int, _ y: Int, _ box: Box) -> Double {
            let across = min(box.maxX, Double(x + 1)) - max(box.x, Double(x))
            let down = min(box.maxY, Double(y + 1)) - max(box.y, Double(y))
            return max(0, across) * max(0, down)
        }
        let boxes = [Box(x: 2.5, y: 3, width: 4, height: 2.25), Box(x: 20.5, y: 14.5, width: 4.1, height: 5.8)]
        for y in 0..<29 {
            for x in 0..<41 {
                let share = boxes.map { covered(x, y, $0) }.max() ?? 0
                #expect(abs(Double(bytes[y * 41 + x]) - share * 255) <= 1)
            }
        }
        #expect(throws: Diagnostic.self) { try Bench(image: image).mask("mask-from-boxes", "{boxes: [100, 3, 4, 2]}") }
        #expect(throws: Diagnostic.self) { try Bench(image: image).mask("mask-from-boxes") }
    }

    @Test func loadedMasksFitThePictureOrSaySo() throws {
        let folder = TemporaryFolder()
        func saved(_ pixels: Pixels, _ name: String) throws -> String {
            try ImageWriter.write(pixels, to: folder.path + "/" + name)
            return folder.path + "/" + name
        }
        let blob = try Pictures.blob(on: image)
        let same = try saved(blob.pixels(), "photo.png")
        let bench = Bench(image: image)
        #expect(try values(bench.mask("load-mask", "{file: \"\(folder.path)/{name}.png\"}")) == values(blob))
        let half = try saved(Pixels.constant([255], width: 82, height: 58, interpretation: .blackAndWhite), "large.png")
        #expect(try values(bench.mask("load-mask", "{file: \(half)}")).allSatisfy { $0 == 255 })
        let other = try saved(Pixels.constant([255], width: 30, height: 58, interpretation: .blackAndWhite), "other.png")
        #expect(throws: Diagnostic.self) { try bench.mask("load-mask", "{file: \(other)}") }
        #expect(throws: Diagnostic.self) { try bench.mask("load-mask", "{file: \(same), channel: alpha}") }
        let cut = try saved(image.pixels.bandjoin(blob.pixels()), "cut.png")
        #expect(try values(bench.mask("load-mask", "{file: \(cut)}")) == values(blob))
    }

    /// What a mask says about where it lies saves looking at the rest: it must never be less than all of it.
    @Test(arguments: [1.0, 0.4, 3.0]) func allOfAMaskIsWithinItsReach(scale: Double) throws {
        let spot = try Pictures.mask(on: image) { x, y in (12..<19).contains(x) && (9..<14).contains(y) ? 255 : 0 }
        let corner = try Pictures.mask(on: image) { x, y in x < 4 && y > 25 ? 255 : 0 }
        let runs = Mask(
            RunLengthMask(try spot.runLengths(), frame: image.frame), frame: image.frame, width: 41, height: 29)
        let other = Mask(
            RunLengthMask(try corner.runLengths(), frame: image.frame), frame: image.frame, width: 41, height: 29)
        let both = Mask(UnionMask(masks: [runs, other]), frame: image.frame, width: 41, height: 29)
        var bench = Bench(image: image)
        bench.named["spot"] = .mask(runs)
        bench.named["all"] = .mask(both)
        let boxes = try Bench(image: image).mask("mask-from-boxes", "{boxes: [[3.5, 4, 6.2, 5], [20, 20, 5, 3]]}")
        let difference = try bench.mask("combine-masks", "{mask: all, with: spot, by: subtract}")
        let target = Image(
            pixels: try Pixels.black(width: Int(41 * scale), height: Int(29 * scale)),
            frame: image.frame.scaled(Double(Int(41 * scale)) / 41, Double(Int(29 * scale)) / 29))
        for mask in [spot, runs, both, boxes, runs.grown(by: 5), runs.grown(by: -1), difference] {
            #expect(try mask.extent(on: target) == mask.pixels(on: target).extent(), "\(mask.source)")
        }
        // two pixels of room are much on the smallest raster
        for mask in [runs, boxes, runs.grown(by: 5)] where scale >= 1 {
            let area = try #require(mask.area(on: target))
            #expect(area.width < target.width && area.height < target.height, "\(mask.source)")
        }
    }

    @Test func aCorrectionOfColoursLeavesWhatIsTransparentItself() throws {
        let opacities: [UInt8] = [0, 64, 128, 229, 242, 255]
        let colours: [UInt8] = opacities.flatMap { [100, 100, 100, $0] }
        let picture = Pictures.place(try Pixels.from(bytes: colours, width: 6, height: 1, bands: 4))
        let difference = try Pixels.from(
            floats: opacities.flatMap { _ in [20, -30, 0] as [Float] }, width: 6, height: 1, bands: 3,
            interpretation: .multiband)
        let mended = try ColourCorrection(difference: difference, frame: picture.frame).applied(to: picture).pixels.bytes()
        #expect(Array(mended[0..<4]) == [100, 100, 100, 0] && Array(mended[8..<12]) == [100, 100, 100, 128])
        #expect(Array(mended[20..<24]) == [120, 70, 100, 255])
        #expect(abs(Int(mended[16]) - 110) <= 1 && mended[19] == 242)
    }
}
