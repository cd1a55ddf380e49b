import Testing
import VipsamKit
import VipsamRecipe
import VipsamTestKit

@Suite struct PromptTableTests {
    private func table(_ text: String, _ name: String = "boxes.csv") throws -> PromptTable {
        try PromptTable.read(Array(text.utf8), path: name)
    }

    private func problems(_ bytes: [UInt8]) -> [Diagnostic] {
        do {
            _ = try PromptTable.read(bytes, path: "boxes.csv")
            return []
        } catch {
            return error.all
        }
    }

    private func check(_ marked: String, _ expected: [(Character, String)]) {
        let text = MarkedText(marked)
        #expect(text.differences(problems(Array(text.text.utf8)), expected: expected) == [])
    }

    @Test func rowsBecomePrompts() throws {
        let table = try table(
            """
            file,x,y,w,h,label
            a.jpg,10,20,30.5,40,"box, red"
            b.jpg,1,2,3,4,
            a.jpg,5,6,7,8,"say ""hi\"""
            """)
        #expect(table.entries.map(\.file) == ["a.jpg", "b.jpg"])
        #expect(
            table.entries[0].prompts == [
                Prompt(box: Box(x: 10, y: 20, width: 30.5, height: 40), label: "box, red"),
                Prompt(box: Box(x: 5, y: 6, width: 7, height: 8), label: "say \"hi\""),
            ])
        #expect(table.mark(of: table.entries[1]).description == "boxes.csv:3:1")
    }

    @Test func pointsBecomeClicks() throws {
        let table = try table(
            "label,points,file,x,y,w,h\nbird,120 80; 40 30 0,a.jpg,,,,\n,\"1,2,1;3,4\",b.jpg,9,9,1,1\n")
        #expect(
            table.entries[0].prompts == [
                Prompt(
                    clicks: [Click(Point(x: 120, y: 80)), Click(Point(x: 40, y: 30), isForeground: false)],
                    label: "bird")
            ])
        #expect(table.entries[1].prompts[0].clicks.count == 2)
        #expect(table.entries[1].prompts[0].box == Box(x: 9, y: 9, width: 1, height: 1))
    }

    @Test func filesFromOtherPrograms() throws {
        let expected = [Prompt(box: Box(x: 1, y: 2, width: 3, height: 4))]
        for text in [
            "\u{FEFF}file,x,y,w,h\r\na.jpg,1,2,3,4\r\n", "file;x;y;w;h\na.jpg;1;2;3;4",
            "file\tx\ty\tw\th\na.jpg\t1\t2\t3\t4\n",
            "File, X ,Y,W,H\n a.jpg , 1,2,3,4\n\n\n",
            "\"file\",\"x\",\"y\",\"w\",\"h\"\n\"a.jpg\",\"1\",\"2\",\"3\",\"4\"",
            "id,file,x,y,w,h,score\n7,a.jpg,1,2,3,4,0.5", "file,x,y,w,h\ra.jpg,1,2,3,4\r",
        ] {
            let table = try table(text)
            #expect(table.entries.map(\.file) == ["a.jpg"], "\(text.debugDescription)")
            #expect(table.entries.first?.prompts == expected, "\(text.debugDescription)")
        }
    }

    @Test func namesMayHoldLineEnds() throws {
        let table = try table("file,x,y,w,h\n\"a\nb.jpg\",1,2,3,4\nc.jpg,1,2,3,4\n")
        #expect(table.entries.map(\.file) == ["a\nb.jpg", "c.jpg"])
        #expect(table.mark(of: table.entries[1]).line == 4)
    }

    @Test func problemsHavePlaces() {
        check("1️⃣", [("1️⃣", "the table is empty; it starts with a header such as file,x,y,w,h")])
        check(
            "1️⃣name,x,y,w,h\na,1,2,3,4",
            [
                ("1️⃣", "the header has no column 'file'; known: file, x, y, w, h, points, label")
            ])
        check("1️⃣file,label\na,b", [("1️⃣", "the header has neither x, y, w, h nor 'points'")])
        check("1️⃣file,x,y,w\na,1,2,3", [("1️⃣", "a box needs x, y, w and h; 'h' is missing")])
        check(
            "file,x,y,w,h,1️⃣lable\na,1,2,3,4,b",
            [
                ("1️⃣", "'lable' is not a column of a table of prompts; did you mean 'label'?")
            ])
        check("file,1️⃣file,x,y,w,h\n", [("1️⃣", "the column 'file' is here twice")])
        check(
            """
            file,x,y,w,h,points
            é.jpg,1️⃣ten,2,3,4,
            b.jpg,1,2,2️⃣0,4,
            c.jpg,3️⃣1,2,,,
            4️⃣d.jpg,,,,,
            e.jpg,,,,,5️⃣1 2 3
            6️⃣f.jpg,1,2,3
            g.jpg,7️⃣1e300,2,3,4,
            8️⃣,1,2,3,4,
            """,
            [
                ("1️⃣", "'x' must be a number of pixels, not 'ten'"),
                ("2️⃣", "'w' must be a number of pixels greater than 0, not '0'"),
                ("3️⃣", "a box needs x, y, w and h; not all are here"),
                ("4️⃣", "'d.jpg' has neither a box nor points here"),
                ("5️⃣", "'points' must be like '120 80; 40 30 0' (x y, and 1 on the object or 0 beside it), not '1 2 3'"),
                ("6️⃣", "this row has 4 fields, but the header has 6"),
                ("7️⃣", "'x' must be a number of pixels, not '1e300'"),
                ("8️⃣", "the file's name is missing"),
            ])
        check("file,x,y,w,h\n1️⃣\"a.jpg,1,2,3,4\n", [("1️⃣", "a quote is not closed")])
        check(
            "file,x,y,w,h\n\"a.jpg\"1️⃣b,1,2,3,4\n",
            [
                ("1️⃣", "after a closing quote comes the next field; a quote inside is written twice")
            ])
        #expect(
            problems(Array("file,x,y,w,h\n".utf8) + [0xFF, 0x2C]).map(\.message) == [
                "this field is not UTF-8 text; save the table as UTF-8"
            ])
    }

    @Test func messagesStopInTime() {
        let text = "file,x,y,w,h\n" + String(repeating: "a,b,c,d,e\n", count: 1000)
        #expect(problems(Array(text.utf8)).count == 21)
    }

    // MARK: - COCO

    private static let coco = """
        {"info": {"x": [1, {"y": null}]}, "categories": [{"id": 3, "name": "box"}, {"id": 4, "name": "t\\u00fcr \\ud83d\\udc4b"}],
         "annotations": [
           {"id": 1, "image_id": 7, "category_id": 4, "bbox": [1, 2, 3.5, 4], "segmentation": [[1, 2, 3]]},
           {"id": 2, "image_id": 8, "bbox": [5, 6, 7, 8]},
           {"id": 3, "image_id": 7, "category_id": 3, "bbox": [9, 9, 9, 9]}],
         "images": [{"id": 7, "file_name": "a.jpg", "width": 10}, {"id": 8, "file_name": "b.jpg"}, {"id": 9, "file_name": "c.jpg"}]}
        """

    @Test func cocoBecomesPrompts() throws {
        let table = try table(Self.coco, "boxes.json")
        #expect(table.entries.map(\.file) == ["a.jpg", "b.jpg", "c.jpg"])
        #expect(
            table.entries[0].prompts == [
                Prompt(box: Box(x: 1, y: 2, width: 3.5, height: 4), label: "tür 👋"),
                Prompt(box: Box(x: 9, y: 9, width: 9, height: 9), label: "box"),
            ])
        #expect(table.entries[1].prompts.map(\.label) == [""])
        #expect(table.entries[2].prompts == [])
    }

    @Test func oneImageAsSA1BWritesIt() throws {
        let table = try table(
            """
            {"image": {"image_id": 5, "file_name": "a.jpg"}, "annotations": [{"bbox": [1, 2, 3, 4], "area": 9}]}
            """)
        #expect(table.entries.map(\.file) == ["a.jpg"])
        #expect(table.entries[0].prompts.count == 1)
    }

    @Test func cocoProblemsHavePlaces() {
        check("1️⃣{\"images\": []}", [("1️⃣", "a COCO file has 'images' and 'annotations'; one is missing")])
        check("{\"images\": [1️⃣{\"id\": 1}]}", [("1️⃣", "an image needs an 'id' and a 'file_name'")])
        check(
            "{\"images\": [{\"id\": 1, \"file_name\": \"a\"}, 1️⃣{\"id\": 1, \"file_name\": \"b\"}], \"annotations\": []}",
            [("1️⃣", "the 'id' 1 belongs to two images")])
        check(
            """
            {"images": [{"id": 1, "file_name": "a"}, {"id": 2, "file_name": "b"}],
             "annotations": [{"image_id": 9, "bbox": 1️⃣[1, 2, 3, 4]}, 2️⃣{"image_id": 1}, {"bbox": 3️⃣[1, 2, 3, 4]},
               {"image_id": 1, "bbox": 4️⃣[1, 2, 0, 4]}]}
            """,
            [
                ("1️⃣", "no image has the 'id' 9"), ("2️⃣", "an annotation needs a 'bbox'"),
                ("3️⃣", "an annotation needs an 'image_id'"),
                ("4️⃣", "a 'bbox' is [x, y, width, height] in pixels, larger than nothing"),
            ])
        check("{\"annotations\": [{\"bbox\": 1️⃣[1, 2, 3]}]}", [("1️⃣", "a 'bbox' has four numbers: x, y, width, height")])
        check("{\"images\": [1️⃣7]}", [("1️⃣", "a map is expected here")])
        check("{\"images\": [] 1️⃣\"x\"}", [("1️⃣", "a ',' is expected here")])
        check("{\"images\"1️⃣ []}".replacing("1️⃣ ", with: " 1️⃣"), [("1️⃣", "a ':' is expected here")])
        check("{} 1️⃣{}", [("1️⃣", "something follows the end of the JSON text")])
        #expect(
            problems(Array(("{\"x\": " + String(repeating: "[", count: 100_000)).utf8)).map(\.message) == [
                "lists and maps nest deeper than 100"
            ])
    }

    @Test func damagedFilesNeverTrap() {
        let bytes = Array(Self.coco.utf8)
        for end in bytes.indices { #expect(!problems(Array(bytes[..<end])).isEmpty || end == 0) }
        for index in bytes.indices {
            for byte in [0, 34, 91, 93, 125, 0xFF] as [UInt8] {
                var damaged = bytes
                damaged[index] = byte
                _ = problems(damaged)
            }
        }
    }

    // MARK: - Matching

    private func matches(_ files: [String], _ pictures: [String]) throws -> PromptMatches {
        let rows = files.enumerated().map { "\($1),\($0),0,1,1" }.joined(separator: "\n")
        return try table("file,x,y,w,h\n" + rows).match(pictures.map { InputFile(path: $0, under: "photos") })
    }

    @Test func rowsFindTheirPictures() throws {
        let found = try matches(
            ["a/1.jpg", "b/1.jpg", "2.jpg", "a/1.jpg", "nobody.jpg"],
            ["photos/a/1.jpg", "photos/b/1.jpg", "photos/c/2.jpg", "photos/3.jpg"])
        #expect(found.prompts["photos/a/1.jpg"]?.map { $0.box?.x } == [0, 3])
        #expect(found.prompts["photos/b/1.jpg"]?.map { $0.box?.x } == [1])
        #expect(found.prompts["photos/c/2.jpg"]?.map { $0.box?.x } == [2])
        #expect(found.picturesWithoutRow.map(\.path) == ["photos/3.jpg"])
        #expect(found.rowsWithoutPicture.map(\.message) == ["there is no picture 'nobody.jpg'"])
        #expect(found.rowsWithoutPicture.first?.mark?.line == 6)
    }

    @Test func manyRowsWithoutAPictureAreCutShort() throws {
        let found = try matches((0..<20_000).map { "\($0).jpg" }, ["photos/7.jpg"])
        #expect(found.prompts.keys.sorted() == ["photos/7.jpg"])
        #expect(found.rowsWithoutPicture.count == 101)
    }

    @Test func baseNamesMustBeUnique() throws {
        let several = try matches(["1.jpg"], ["photos/a/1.jpg", "photos/b/1.jpg"])
        #expect(several.prompts.isEmpty)
        #expect(
            several.rowsWithoutPicture.map(\.message) == [
                "'1.jpg' could be any of 'a/1.jpg', 'b/1.jpg'; write its folder too"
            ])
        let rows = try matches(["x/1.jpg", "y/1.jpg"], ["photos/a/1.jpg"])
        #expect(rows.prompts.isEmpty)
        #expect(rows.rowsWithoutPicture.count == 2)
        let taken = try matches(["a/1.jpg", "dogs/1.jpg"], ["photos/a/1.jpg"])
        #expect(taken.prompts["photos/a/1.jpg"]?.count == 1)
        #expect(taken.rowsWithoutPicture.map(\.message) == ["there is no picture 'dogs/1.jpg'"])
        let elsewhere = try matches(["/data/imgs/1.jpg"], ["photos/a/1.jpg"])
        #expect(elsewhere.prompts["photos/a/1.jpg"]?.count == 1)
    }
}
