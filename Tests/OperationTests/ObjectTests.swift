import Testing
import VipsamKit

@Suite struct ObjectTests {
    let image: Image

    init() throws { image = try Pictures.image(100, 60) }

    private func rectangle(_ x: Int, _ y: Int, _ w: Int, _ h: Int) throws -> Mask {
        try Pictures.mask(on: image) { (x..<x + w).contains($0) && (y..<y + h).contains($1) ? 255 : 0 }
    }

    private func pixels(_ object: SegmentedObject) throws -> [UInt8] { try object.mask.pixels(on: image).bytes() }

    @Test func filtersAskEachObject() throws {
        let set = try Pictures.objects(
            [rectangle(0, 0, 10, 10), rectangle(20, 20, 30, 30), rectangle(60, 5, 5, 5)], scores: [0.9, 0.5, 0.95],
            labels: ["a", "b", "a"])
        let bench = Bench(objects: set)
        func kept(_ condition: String) throws -> [Double] {
            try bench.objects("filter", "{where: \"\(condition)\"}").objects.map(\.area)
        }
        #expect(try kept("area > 1%") == [100, 900])
        #expect(try kept("score > 0.8 and area < 50") == [25])
        #expect(try kept("label = 'a'") == [100, 25])
        #expect(try kept("n in 2..3") == [900, 25])
        #expect(try kept("x >= 50%") == [25])
        #expect(throws: Diagnostics.self) { try bench.objects("filter", "{where: area}") }
        #expect(throws: Diagnostics.self) { try bench.objects("filter", "{where: aera > 3}") }
    }

    /// A disc on a plain wall, one that is drawn half a wall too wide, a piece of the wall, and all there is.
    @Test func thePictureTellsThingsFromWall() throws {
        let bytes = (0..<120 * 80).flatMap { index -> [UInt8] in
            let x = index % 120, y = index / 120
            guard (x - 40) * (x - 40) + (y - 40) * (y - 40) < 400 else { return [120, 125, 130] }
            return (x / 4 + y / 4) % 2 == 0 ? [200, 30, 30] : [250, 220, 40]
        }
        let photo = Pictures.place(try Pixels.from(bytes: bytes, width: 120, height: 80, bands: 3))
        func mask(_ isInside: @escaping (Int, Int) -> Bool) throws -> Mask {
            try Pictures.mask(on: photo) { isInside($0, $1) ? 255 : 0 }
        }
        let set = try Pictures.objects(
            [
                mask { ($0 - 40) * ($0 - 40) + ($1 - 40) * ($1 - 40) < 400 },
                mask { (20..<100).contains($0) && (20..<60).contains($1) },
                mask { (80..<110).contains($0) && (10..<50).contains($1) },
                mask { _, _ in true },
            ], labels: ["disc", "more", "wall", "all"])
        let bench = Bench(image: photo, objects: set)
        func kept(_ condition: String) throws -> [String] {
            try bench.objects("filter", "{where: \"\(condition)\"}").objects.map(\.label)
        }
        #expect(try kept("edge > 95%") == ["disc"])
        #expect(try kept("edge in 0.02..0.5") == ["more"])
        #expect(try kept("edge = 0") == ["wall", "all"])
        #expect(try kept("detail < 0.1") == ["wall"])
        // Half red, half yellow: the distance of the two colours, halved.
        let red = try Pixels.constant([200, 30, 30], width: 1, height: 1, format: .uchar, interpretation: .srgb)
        let yellow = try Pixels.constant([250, 220, 40], width: 1, height: 1, format: .uchar, interpretation: .srgb)
        let (a, b) = (try red.colourspace(.lab).floats(), try yellow.colourspace(.lab).floats())
        let half = zip(a, b).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }.squareRoot() / 2
        #expect(try kept("detail in \(half - 1)..\(half + 0.1)") == ["disc"])
    }

    @Test func detailAndEdgeNeedThePictureOfTheMask() throws {
        let set = try Pictures.objects([rectangle(10, 10, 20, 20)])
        #expect(throws: Diagnostic.self) {
            try Bench(image: Pictures.image(50, 50), objects: set).objects("filter", "{where: edge > 10%}")
        }
        let other = try Bench(image: Pictures.image(50, 50), objects: set).objects("filter", "{where: area > 1}")
        #expect(other.objects.count == 1)
    }

    @Test func sortsAreStableAndReadLikeAPage() throws {
        // Two rows, not quite level.
        let places = [(70, 6), (10, 5), (40, 8), (12, 42), (60, 40)]
        let set = try Pictures.objects(places.map { try rectangle($0.0, $0.1, 10, 10) }, scores: [0.5, 0.9, 0.5, 0.7, 0.9])
        let bench = Bench(objects: set)
        func lefts(_ arguments: String) throws -> [Double] {
            try bench.objects("sort", arguments).objects.map(\.box.x)
        }
        #expect(try lefts("reading-order") == [10, 40, 70, 12, 60])
        #expect(try lefts("score") == [10, 60, 12, 70, 40])
        #expect(try lefts("{by: score, order: ascending}") == [70, 40, 12, 10, 60])
        #expect(try lefts("{by: area}") == [70, 10, 40, 12, 60])
        #expect(try lefts("{by: x, first: 2}") == [10, 12])
    }

    @Test func mergingFollowsTheSmallerOne() throws {
        let set = try Pictures.objects(
            [rectangle(10, 10, 40, 30), rectangle(20, 15, 10, 10), rectangle(45, 10, 40, 30), rectangle(90, 0, 5, 5)],
            scores: [0.8, 0.99, 0.7, 0.9])
        let result = try Bench(objects: set).objects("tidy-objects", "{merge-overlap: 0.8}")
        #expect(result.objects.map(\.area) == [1200, 1200, 25])
        #expect(result.objects.first?.score == 0.99)
        let all = try Bench(objects: set).objects("tidy-objects", "{merge-overlap: 0.1}")
        #expect(all.objects.map(\.area) == [75 * 30, 25])
        #expect(all.objects.first?.box == Box(x: 10, y: 10, width: 75, height: 30))
    }

    @Test func theBetterOfTwoStays() throws {
        // A row of three, each of its parts but the last, and one beside it.
        let masks = try [
            rectangle(10, 10, 60, 20), rectangle(10, 10, 20, 20), rectangle(28, 10, 22, 20), rectangle(90, 0, 5, 5),
        ]
        let parts = try Pictures.objects(masks, scores: [0.8, 0.9, 0.85, 0.5])
        let best = try Bench(objects: parts).objects("tidy-objects", "{drop-overlap: 0.3}")
        #expect(best.objects.map(\.area) == [400, 440, 25])
        let whole = try Pictures.objects(masks, scores: [0.95, 0.9, 0.85, 0.5])
        #expect(try Bench(objects: whole).objects("tidy-objects", "{drop-overlap: 0.3}").objects.map(\.area) == [1200, 25])
        let first = try Bench(objects: parts).objects("tidy-objects", "{drop-overlap: 0.3, resolve: order}")
        #expect(first.objects.map(\.area) == [1200, 25])
        let apart = try Bench(objects: parts).objects("tidy-objects", "{drop-overlap: 0.05}")
        #expect(apart.objects.map(\.area) == [400, 25])
    }

    @Test func holesAndSpecksGo() throws {
        let mask = try Pictures.mask(on: image) { x, y in
            let body = (10..<50).contains(x) && (10..<50).contains(y)
            let hole = (20..<23).contains(x) && (20..<23).contains(y) || (30..<42).contains(x) && (30..<42).contains(y)
            let speck = (80..<83).contains(x) && (20..<22).contains(y)
            return body && !hole || speck ? 255 : 0
        }
        let set = try Pictures.objects([mask])
        let filled = try Bench(objects: set).objects("tidy-objects", "{fill-holes: 20, drop-specks: 10}").objects[0]
        #expect(filled.area == 1600 - 144)
        #expect(filled.box == Box(x: 10, y: 10, width: 40, height: 40))
        let bytes = try pixels(filled)
        #expect(bytes[21 * 100 + 21] == 255 && bytes[35 * 100 + 35] == 0 && bytes[21 * 100 + 81] == 0)
        let small = try Bench(objects: set).objects("tidy-objects", "{min-area: 40%}")
        #expect(small.objects.isEmpty)
        #expect(try Bench(objects: set).objects("tidy-objects", "{min-side: 74}").objects.isEmpty)
    }

    @Test(arguments: ["area", "score", "order"]) func noPixelBelongsToTwo(by: String) throws {
        let set = try Pictures.objects(
            [rectangle(10, 10, 40, 30), rectangle(30, 20, 40, 35), rectangle(35, 25, 5, 5)], scores: [0.6, 0.9, 0.7])
        let result = try Bench(objects: set).objects("tidy-objects", "{resolve: \(by)}").objects
        let masks = try result.map(pixels)
        for p in masks[0].indices { #expect(masks.count { $0[p] > 0 } <= 1) }
        let union = try set.objects.map(pixels)
        for p in masks[0].indices { #expect(masks.contains { $0[p] > 0 } == union.contains { $0[p] > 0 }) }
        let areas = ["area": [1175.0, 1000, 25], "score": [800, 1400], "order": [1200, 1000]]
        #expect(result.map(\.area) == areas[by])
    }
}
