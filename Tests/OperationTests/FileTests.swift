import Testing
import VipsamKit

@Suite struct FileTests {
    @Test func picturesAreWrittenByTheirEnding() throws {
        let image = try Pictures.wide(9, 7, bands: 3)
        let outputs = Collector()
        var bench = Bench(image: image)
        bench.outputs = outputs
        bench.facts = Facts(dir: "a/b", name: "photo.2024", ext: "JPG", n: 3, label: "red box")
        for name in ["{dir}/{name}.png", "{name}.tif", "{name}.jpg", "{name}", "{name}.{ext}", "{n:03}_{label}.webp"] {
            #expect(try bench.run("save", "\"\(name)\"") == nil)
        }
        let expected = [
            "003_red box.webp", "a/b/photo.2024.png", "photo.2024.JPG", "photo.2024.jpg", "photo.2024.png", "photo.2024.tif",
        ]
        #expect(outputs.paths == expected)
        #expect(throws: Diagnostics.self) { try bench.run("save", "\"{name}.docx\"") }
        #expect(throws: Diagnostics.self) { try bench.run("save", "{to: a.png, mask: m, objects: o}") }
        #expect(throws: Diagnostics.self) { try bench.run("save", "{to: a.png, table: t}") }
    }

    @Test(arguments: [
        ("y.gif", ["a picture cannot be written as '.gif': use one of \(pictures)"]),
        ("y.pgn", ["a picture cannot be written as '.pgn': use one of \(pictures); did you mean 'png'?"]),
        ("{table: t, to: x.gif}", ["a table cannot be written as '.gif': use one of .csv, .json"]),
        ("{table: [a, b], to: x.csv}", ["'table' must be the name of a table, not a list"]),
        (
            "{labels: [a, b], to: x.csv}",
            [
                "'labels' must be the name of objects, not a list",
                "labels cannot be written as '.csv': use one of .png, .tif, .tiff",
            ]
        ),
    ]) func endingsThatDoNotFit(_ arguments: String, _ messages: [String]) {
        let problems = #expect(throws: Diagnostics.self) { _ = try Bench.make("save", arguments) }
        #expect(problems?.all.map(\.message) == messages)
    }

    private static let pictures = ".png, .jpg, .jpeg, .webp, .tif, .tiff, .avif, .heic, .heif"

    /// The unit is the limit's, whatever the picture.
    @Test func requirementsSayWhatWasFound() throws {
        func message(_ side: Int, _ arguments: String) throws -> String? {
            let image = try Pictures.image(side, side)
            var bench = Bench(image: image)
            bench.named["subject"] = .mask(try Pictures.mask(on: image) { x, y in x <= y ? 255 : 0 })
            let problem = #expect(throws: Diagnostic.self) { try bench.run("require", arguments) }
            return problem?.message
        }
        for (side, share) in [(1, "100%"), (2, "75%"), (10, "55%")] {
            let below = try message(side, "{that: subject.area, below: 5%}")
            #expect(below == "'subject.area < 5%' does not hold (found \(share))")
        }
        #expect(try message(1, "subject.area > 5") == "'subject.area > 5' does not hold (found 1)")
        #expect(try message(2, "subject.area > 5") == "'subject.area > 5' does not hold (found 3)")
    }

    @Test func objectsAreWrittenLikeTheDataSet() throws {
        let image = try Pictures.image(6, 4)
        let mask = try Pictures.mask(on: image) { x, y in (1...3).contains(x) && (1...2).contains(y) ? 255 : 0 }
        let outputs = Collector()
        var bench = Bench(image: image)
        bench.outputs = outputs
        bench.named["found"] = .objects(try Pictures.objects([mask], scores: [0.875], labels: ["a \"b\""]))
        try bench.run("save", "{objects: found, to: out.json}")
        // Counted by hand: column by column 5 off, 2 on, 2 off, 2 on, 2 off, 2 on, 9 off; then the differences.
        let text = outputs.text("out.json")
        #expect(text.contains("\"bbox\": [1, 1, 2, 1]"))
        #expect(text.contains("\"area\": 6"))
        #expect(text.contains("\"segmentation\": {\"size\": [4, 6], \"counts\": \"5220007\"}"))
        #expect(text.contains("\"label\": \"a \\\"b\\\"\""))
        try bench.run("save", "{table: found, to: out.csv}")
        #expect(
            outputs.text("out.csv")
                == "n,label,score,stability,x,y,w,h,area\n1,\"a \"\"b\"\"\",0.875,0.95,1,1,3,2,6\n")
        try bench.run("save", "{table: found, to: out.json}")
        #expect(outputs.text("out.json").contains("\"score\": 0.875"))
    }

    @Test func labelMapsShowTheSmallerOne() throws {
        let image = try Pictures.image(20, 10)
        let large = try Pictures.mask(on: image) { x, _ in x < 15 ? 255 : 0 }
        let small = try Pictures.mask(on: image) { x, y in x < 4 && y < 4 ? 255 : 0 }
        let folder = TemporaryFolder()
        var bench = Bench(image: image)
        bench.outputs = Plain(folder)
        bench.named["all"] = .objects(try Pictures.objects([small, large]))
        try bench.run("save", "{labels: all, to: map.png}")
        let map = try ImageFile.open(folder.path + "/map.png").pixels.bytes()
        #expect(map[0] == 1 && map[10] == 2 && map[17] == 0 && map[9 * 20] == 2)
        bench.named["many"] = .objects(try Pictures.objects([Mask](repeating: small, count: 300)))
        try bench.run("save", "{labels: many, to: many.png}")
        #expect(try ImageFile.open(folder.path + "/many.png").pixels.format == .ushort)
    }

    @Test func masksAreSavedAtTheOriginalsSize() throws {
        let image = try Pictures.image(40, 20, workingScale: 2)
        let mask = try Pictures.blob(on: image)
        let folder = TemporaryFolder()
        var bench = Bench(image: image)
        bench.outputs = Plain(folder)
        bench.named["m"] = .mask(mask)
        try bench.run("save", "{mask: m, to: m.png}")
        #expect(try ImageFile.open(folder.path + "/m.png").pixels.bytes() == mask.pixels().bytes())
        try bench.run("save", "{mask: m, to: small.png, scale: working}")
        #expect(try ImageFile.open(folder.path + "/small.png").pixels.width == 20)
    }

    @Test func requirementsEndAnItemOrAskForAnEye() throws {
        let image = try Pictures.image(10, 10)
        var bench = Bench(image: image)
        bench.named["subject"] = .mask(try Pictures.mask(on: image) { x, _ in x < 5 ? 255 : 0 })
        #expect(try bench.run("require", "{that: subject.area, between: 2%..95%}") == nil)
        #expect(try bench.run("require", "subject.area > 49%") == nil)
        #expect(throws: Diagnostic.self) { try bench.run("require", "{that: subject.area, above: 60%}") }
        #expect(throws: ItemSignal.self) { try bench.run("require", "{that: subject.area, below: 10%, else: skip}") }
        #expect(try bench.run("require", "{that: subject.area, below: 10%, else: review}") == nil)
        #expect(throws: Diagnostics.self) { try bench.run("require", "{that: subject.area}") }
        #expect(throws: Diagnostics.self) { try bench.run("require", "{that: subject.area, above: 1, below: 3}") }
        #expect(throws: Diagnostics.self) { try bench.run("require", "{that: subject.area > 3, above: 1}") }
        #expect(throws: Diagnostics.self) { try bench.run("require", "{that: subject.area, between: 2%}") }
    }

    @Test func otherPicturesHaveTheirOwnPlace() throws {
        let folder = TemporaryFolder()
        let picture = try Pictures.image(12, 8)
        try ImageWriter.write(picture.pixels, to: folder.path + "/photo.png")
        let loaded = try Bench().image("load-image", "\"\(folder.path)/{name}.png\"")
        #expect(try loaded.pixels.bytes() == picture.pixels.bytes())
        #expect(loaded.path == folder.path + "/photo.png")
        #expect(throws: PixelsError.self) { try Bench().image("load-image", "\(folder.path)/none.png") }
        let mask = try Pictures.blob(on: picture)
        #expect(throws: Diagnostic.self) { try Bench(image: loaded, mask: mask).image("cutout") }
    }
}

/// Writes under a folder, at once.
struct Plain: Outputs {
    let folder: TemporaryFolder
    init(_ folder: TemporaryFolder) { self.folder = folder }
    func write(_ path: String, _ make: (_ path: String) throws -> Void) throws { try make(folder.path + "/" + path) }
}
