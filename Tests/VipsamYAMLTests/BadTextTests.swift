import Testing
import VipsamKit
import VipsamTestKit
import VipsamYAML

/// Texts that are not what a recipe may be: each has its problem at its place, and nothing traps.
@Suite struct BadTextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let messages: [(Character, String)]
        var note: String?

        init(_ text: String, _ messages: [(Character, String)], note: String? = nil) {
            self.text = text
            self.messages = messages
            self.note = note
        }

        var testDescription: String { text }
    }

    static let cases: [Case] = [
        Case("a: 1\n1️⃣a: 2", [("1️⃣", "the key 'a' is here twice")], note: "it is here for the first time"),
        Case("{a: 1, 1️⃣a: 2, 2️⃣a: 3}", [("1️⃣", "the key 'a' is here twice"), ("2️⃣", "the key 'a' is here twice")]),
        Case(
            "a: 1️⃣&x 1\nb: 2️⃣*x",
            [
                ("1️⃣", "anchors ('&') are not known; make the value a parameter"),
                ("2️⃣", "aliases ('*') are not known; write the value out, or make it a parameter"),
            ]),
        Case("a: 1️⃣!!int 1", [("1️⃣", "tags ('!') are not known; types come from what a value is for")]),
        Case("a:\n  1️⃣<<: {b: 1}", [("1️⃣", "merge keys ('<<') are not known; write the keys out")]),
        Case("a: 1\n1️⃣---\nb: 2", [("1️⃣", "a second document starts here; a file holds one")]),
        Case("1️⃣[a, b]: 1", [("1️⃣", "a key must be a text, not a list")]),
        Case(
            "files: 1️⃣*.jpg", [("1️⃣", "'*' at the start of a value has a meaning of its own in YAML")],
            note: "quote the text: \"*.jpg\""),
        Case("a:\n1️⃣\tb: 1", [("1️⃣", "a tab stands where spaces belong; YAML indents with spaces")]),
        Case("{keep: 1️⃣${keep}}", [("1️⃣", "a parameter is written without braces")], note: "write $keep"),
        Case(
            "- save: {to: 1️⃣{dir}/x.png}", [("1️⃣", "a file name with facts needs quotes")], note: "write \"{dir}/x.png\""),
        Case(
            "- save: {to: 1️⃣out/{name}.png}", [("1️⃣", "a file name with facts needs quotes")],
            note: "write \"out/{name}.png\""),
        Case("to: 1️⃣{name}.png", [("1️⃣", "a file name with facts needs quotes")], note: "write \"{name}.png\""),
        Case(
            "- save: {to: 1️⃣{nome}.png, quality: 80}", [("1️⃣", "a file name with facts needs quotes")],
            note: "write \"{nome}.png\""),
        Case("a: {b: {c: 1} 1️⃣d: 2}", [("1️⃣", "'{' is not closed: ',' or '}' is expected before this")]),
        Case(
            "a: {color: #fff}\nb1️⃣: 1", [("1️⃣", "'{' is not closed: ',' or '}' is expected before this")],
            note: "'#' starts a comment; quote a colour: \"#fff\""),
        Case("about: a photo1️⃣: of a shelf", [("1️⃣", "':' stands where no key can be")]),
        Case("a: 1️⃣\"open\nb: 1\n", [("1️⃣", "a quote is not closed")]),
        Case("a: 1️⃣@x", [("1️⃣", "'@' cannot start a value in YAML")], note: "quote the text: \"@x\""),
        Case(
            "a: \"x\u{1}y\"".replacing("x\u{1}", with: "x1️⃣\u{1}"),
            [("1️⃣", "the control character U+0001 is not allowed in YAML")]),
        Case("a:\n  b: 1\n 1️⃣c: 2", [("1️⃣", "this line does not fit the lines before it")]),
    ]

    @Test(arguments: cases) func problemStandsAtItsPlace(_ example: Case) {
        let marked = MarkedText(example.text)
        let problems = Self.problems(Array(marked.text.utf8))
        #expect(marked.differences(problems, expected: example.messages) == [])
        if let note = example.note { #expect(problems.first?.notes.map(\.message).contains(note) == true) }
    }

    @Test func notUTF8() {
        let problems = Self.problems(Array("a: ok\nb: é".utf8) + [0xFF] + Array("x".utf8))
        #expect(problems.map(\.message) == ["'t.yaml' is not UTF-8 text: a byte here belongs to no character"])
        #expect(problems.first?.mark?.description == "t.yaml:2:5")
        #expect(Self.problems([0xFF, 0xFE, 0x61, 0x00]).map(\.message) == ["'t.yaml' is UTF-16; save it as UTF-8"])
    }

    @Test func deepNestingIsAProblem() {
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let text = String(repeating: open, count: 900) + String(repeating: close, count: 900)
            #expect(Self.problems(Array(text.utf8)).map(\.message) == ["lists and maps nest deeper than 64"])
        }
        let endless = String(repeating: "[", count: 1_000_000)
        #expect(!Self.problems(Array(endless.utf8)).isEmpty)
        let block = (0..<500).map { String(repeating: "  ", count: $0) + "a:\n" }.joined()
        #expect(Self.problems(Array(block.utf8)).map(\.message) == ["lists and maps nest deeper than 64"])
    }

    @Test func hugeFilesAreRefused() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: YAML.largest + 1)
        #expect(Self.problems(bytes).map(\.message) == ["'t.yaml' has 8 MB; 8 MB are allowed"])
    }

    @Test func entitiesDoNotMultiply() {
        var text = "a: &a [x,x,x,x,x,x,x,x,x]\n"
        for (name, last) in zip("bcdefghi", "abcdefgh") {
            text += "\(name): &\(name) [\((0..<9).map { _ in "*\(last)" }.joined(separator: ","))]\n"
        }
        #expect(Self.problems(Array(text.utf8)).count == 9 + 8 * 9)
    }

    /// Every prefix and every single wrong byte of a recipe reads or says why not.
    @Test func damagedTextNeverTraps() {
        let text = Array(
            "vipsam: 1\nsteps:\n  - blur: {radius: 4, what: \"é\"}\n    as: b\n  - [a, 'b', |\n    c\n]\n".utf8)
        var read = 0
        for end in text.indices where Self.problems(Array(text[..<end])).isEmpty { read += 1 }
        for index in text.indices {
            for byte in [0, 9, 10, 34, 58, 91, 123, 0x80, 0xFF] as [UInt8] {
                var damaged = text
                damaged[index] = byte
                if Self.problems(damaged).isEmpty { read += 1 }
            }
        }
        #expect(read > 0)
    }

    private static func problems(_ bytes: [UInt8]) -> [Diagnostic] {
        do {
            _ = try YAML.read(bytes, name: "t.yaml")
            return []
        } catch {
            return error.all
        }
    }
}
