import Testing
import VipsamKit
import VipsamYAML

private func place(_ mark: Mark?) -> String { mark.map { "\($0.line):\($0.column)+\($0.length)" } ?? "none" }

@Suite struct PlaceTests {
    @Test func everyKeyAndValueHasItsPlace() throws {
        let root = try YAML.read(text: "a: one\nb:\n  - two\n  - {c: \"three\"}\n", name: "t.yaml")
        let map = try #require(root.map)
        #expect(map.map { place($0.keyMark) } == ["1:1+1", "2:1+1"])
        #expect(place(map[0].value.mark) == "1:4+3")
        let list = try #require(map[1].value.list)
        #expect(place(list[0].mark) == "3:5+3")
        #expect(place(list[1].mark) == "4:5+12")
        #expect(place(list[1]["c"]?.mark) == "4:9+7")
        #expect(list[1]["c"]?.scalar?.isQuoted == true)
        #expect(list[0].scalar?.isQuoted == false)
    }

    /// libyaml counts code points; a family of four is one character and seven code points.
    @Test func columnsAreCharacters() throws {
        let root = try YAML.read(text: "{é: \"👩‍👩‍👧‍👦\", b: x}", name: "t.yaml")
        #expect(place(root["b"]?.mark) == "1:13+1")
        #expect(place(root["é"]?.mark) == "1:5+3")
        let decomposed = try YAML.read(text: "{e\u{301}: 1, b: x}", name: "t.yaml")
        #expect(place(decomposed["b"]?.mark) == "1:11+1")
    }

    @Test func lineEndsOfAllSystems() throws {
        for end in ["\n", "\r\n", "\r"] {
            let root = try YAML.read(text: "a: 1\(end)b: 2\(end)", name: "t.yaml")
            #expect(place(root["b"]?.mark) == "2:4+1", "\(end.debugDescription)")
        }
    }

    @Test func byteOrderMarkIsNoCharacter() throws {
        let root = try YAML.read([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8), name: "t.yaml")
        #expect(place(root.map?.first?.keyMark) == "1:1+1")
    }

    @Test func textOverSeveralLinesIsShownByItsFirst() throws {
        let root = try YAML.read(text: "a: |\n  one\n  two\nb: x", name: "t.yaml")
        #expect(root["a"]?.text == "one\ntwo\n")
        #expect(root["a"]?.mark.line == 1)
        #expect(place(root["b"]?.mark) == "4:4+1")
    }

    @Test func scalarsStayText() throws {
        let root = try YAML.read(text: "[no, 12:30, 1.10, 0x1F, ~, '#fff', .inf, 2024-01-01]", name: "t.yaml")
        #expect(root.list?.map(\.text) == ["no", "12:30", "1.10", "0x1F", "~", "#fff", ".inf", "2024-01-01"])
        #expect(root.list?.map(\.isNull) == [false, false, false, false, true, false, false, false])
    }

    @Test func emptyFilesAreNothing() throws {
        for text in ["", "\n\n", "# only a comment\n", "---\n"] {
            #expect(try YAML.read(text: text, name: "t.yaml").isNull, "\(text.debugDescription)")
        }
    }
}
