import Foundation
import Testing
import VipsamKit
import VipsamRun

@Suite struct TextTests {
    @Test func jsonIsReadByOthers() throws {
        let value = JSON.object([
            "text": .text("a\"b\\c\n\u{1}é"), "whole": .number(3), "part": .number(0.25), "none": .null,
            "left out": nil, "list": .list([.integer(1), .truth(true)]), "endless": .number(.infinity),
            "inner": .object([]),
        ])
        for text in [value.line, value.pretty] {
            let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            #expect(read?["text"] as? String == "a\"b\\c\n\u{1}é")
            #expect(read?["part"] as? Double == 0.25)
            #expect(read?["endless"] is NSNull)
            #expect(read?.count == 7)
        }
        #expect(!value.line.contains("\n"))
        #expect(value.line.contains("\"whole\": 3,"))
    }

    @Test(arguments: [(12, "12 bytes"), (12_000, "12 kB"), (640_000_000, "640 MB"), (2_900_000_000, "2.9 GB")])
    func sizes(bytes: Int, text: String) { #expect(SizeText.bytes(bytes) == text) }

    @Test(arguments: [(39.2, "40 s"), (290.0, "5 min"), (7800.0, "2 h 10 min"), (.infinity, "?")])
    func durations(seconds: Double, text: String) { #expect(DurationText.rough(seconds) == text) }

    @Test func tilesThatFailAreCounted() {
        let said = ["error in tile 0 x 8", "odd profile", "error in tile 0 x 16"].enumerated().map {
            VipsLog.Message(domain: "VIPS", text: $1, count: $0 + 1, thread: 1)
        }
        #expect(
            ItemLog.texts(said) == ["VIPS: odd profile (2 times)", "VIPS: 4 tiles of a picture could not be computed"])
        #expect(ItemLog.texts([said[0]]) == ["VIPS: 1 tile of a picture could not be computed"])
    }

    @Test func namesOfTemporaryFiles() {
        let token = TemporaryName.newToken()
        let name = TemporaryName.make(token: token, number: 7, ext: "tif")
        #expect(TemporaryName.parse(name)?.token == token)
        #expect(TemporaryName.parse(name)?.number == 7)
        for other in [".vipsam-x-1.png", ".vipsam-\(token)-.png", ".vipsam-\(token)-1x.png", "a.png", ".vipsam-12-3.tmp"] {
            #expect(TemporaryName.parse(other) == nil)
        }
    }

    @Test func partsOfPaths() {
        #expect(Paths.folder(of: "a/b/c.png") == "a/b")
        #expect(Paths.folder(of: "c.png") == ".")
        #expect(Paths.folder(of: "/c.png") == "/")
        #expect(Paths.stemAndExtension(of: "a/b.c/.hidden").stem == ".hidden")
        #expect(Paths.stemAndExtension(of: "a/b.tar.gz").ext == "gz")
        #expect(Paths.joined(".", "a") == "a")
        #expect(Paths.joined("a/", "/b") == "/b")
    }
}
