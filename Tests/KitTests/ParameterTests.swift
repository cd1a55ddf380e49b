import Testing
import VipsamKit

private enum Shape: String, CaseIterable { case disc, square }

/// All forms at once: what each takes, and what it says to anything else.
@Suite struct ParameterTests {
    private static let source = SourceText(name: "t", text: "text")
    private static let mark = Mark(source: source, line: 1, column: 1)

    private static func scalar(_ text: String, quoted: Bool = false) -> Node {
        Node(.scalar(.init(text, isQuoted: quoted)), at: mark)
    }

    private static func list(_ texts: [String]) -> Node { Node(.list(texts.map { scalar($0) }), at: mark) }

    private static func map(_ entries: [(String, Node)]) -> Node {
        Node(.map(entries.map { Node.Entry(key: $0.0, keyMark: mark, value: $0.1) }), at: mark)
    }

    private func reading<T>(_ entries: [(String, Node)], _ read: (Parameters) -> T) -> (T, [String]) {
        let p = Parameters("test", reading: Self.map(entries), at: Self.mark)
        let value = read(p)
        p.finish()
        return (value, p.problems.map(\.message))
    }

    @Test func numbersHaveRanges() {
        for (text, expected) in [("4", 4.0), ("0", 0), ("256", 256), ("2.5", 2.5), ("1e1", 10)] {
            let (value, problems) = reading([("radius", Self.scalar(text))]) { $0.number("radius", 0...256, or: 1, "") }
            #expect(value == expected && problems.isEmpty)
        }
        for text in ["900", "-1", "nan", "inf", "0x10", "four", "1e999", "", "4px"] {
            let (value, problems) = reading([("radius", Self.scalar(text, quoted: true))]) {
                $0.number("radius", 0...256, or: 1, "")
            }
            #expect(value == 1)
            #expect(problems == ["'radius' must be a number between 0 and 256, not '\(text)'"])
        }
    }

    @Test func integersAreWhole() {
        let (value, problems) = reading([("n", Self.scalar("12.0"))]) { $0.integer("n", 1...20, "") }
        #expect(value == 12 && problems.isEmpty)
        for text in ["1.5", "21", "99999999999999999999", "-9223372036854775808"] {
            let (_, problems) = reading([("n", Self.scalar(text))]) { $0.integer("n", 1...20, "") }
            #expect(problems == ["'n' must be a whole number between 1 and 20, not '\(text)'"])
        }
    }

    @Test func neededArgumentsAreMissed() {
        let (_, problems) = reading([]) { $0.integer("n", 1...20, "") }
        #expect(problems == ["test needs 'n': a whole number between 1 and 20"])
    }

    @Test func coloursAndTheirComment() {
        for node in [Self.scalar("white"), Self.scalar("#fff", quoted: true), Self.list(["255", "255", "255"])] {
            let (color, problems) = reading([("color", node)]) { $0.optionalColor("color", "") }
            #expect(color == .white && problems.isEmpty)
        }
        let p = Parameters("fill", reading: Self.map([("color", Self.scalar(""))]), at: Self.mark)
        _ = p.optionalColor("color", "")
        #expect(p.problems.map(\.message) == ["'color' needs a colour, but nothing is here"])
        #expect(p.problems.first?.notes.map(\.message) == ["'#' starts a comment in YAML; quote it: \"#fff\""])
        for text in ["#ff", "#gggggg", "256,0,0", "no colour", "1,2"] {
            let (_, problems) = reading([("color", Self.scalar(text))]) { $0.optionalColor("color", "") }
            #expect(problems.count == 1, "\(text)")
        }
    }

    @Test func lengthsHaveUnits() {
        for (text, expected) in [("12", Length.pixels(12)), ("12px", .pixels(12)), ("6%", .percent(6))] {
            let (value, problems) = reading([("margin", Self.scalar(text))]) {
                $0.optionalLength("margin", 0...100, "")
            }
            #expect(value == expected && problems.isEmpty)
        }
        let (_, problems) = reading([("margin", Self.scalar("6%"))]) {
            $0.optionalLength("margin", 0...100, percent: false, "")
        }
        #expect(problems == ["'margin' must be a length in pixels between 0 and 100, not '6%'"])
    }

    @Test func boxesInManySpellings() {
        let expected = BoxLength(x: .pixels(10), y: .percent(20), width: .pixels(30), height: .pixels(40))
        for node in [Self.scalar("10, 20%,30 ,40"), Self.list(["10", "20%", "30", "40"])] {
            let (box, problems) = reading([("box", node)]) { $0.optionalBox("box", "") }
            #expect(box == expected && problems.isEmpty)
        }
        for node in [
            Self.list(["1", "2", "3"]), Self.list(["1", "2", "0", "4"]), Self.list(["1e300", "2", "3", "4"]),
            Self.scalar("1,2,3,x"),
        ] {
            let (_, problems) = reading([("box", node)]) { $0.optionalBox("box", "") }
            #expect(problems.count == 1)
        }
    }

    @Test func boxWithoutBracketsGetsAHint() {
        let node = Self.map([("box", Self.scalar("10")), ("20", Self.scalar("")), ("300", Self.scalar(""))])
        let p = Parameters("segment-by-box", reading: node, at: Self.mark)
        _ = p.optionalBox("box", "")
        p.finish()
        #expect(
            p.problems.map(\.message) == [
                "'box' must be a box [x, y, width, height] in pixels or %, not '10'",
                "'20' is not an argument of segment-by-box",
                "'300' is not an argument of segment-by-box",
            ])
        #expect(p.problems[1].notes.map(\.message) == ["a list of numbers needs brackets: write [10, 20, 300, 400]"])
    }

    @Test func choicesAndUnknownKeysSuggest() {
        let (_, problems) = reading([("shape", Self.scalar("dics")), ("radios", Self.scalar("1"))]) { p in
            _ = p.number("radius", 0...1, or: 1, "")
            return p.choice("shape", or: Shape.disc, "")
        }
        #expect(
            problems == [
                "'shape' must be one of disc, square, not 'dics'; did you mean 'disc'?",
                "'radios' is not an argument of test; did you mean 'radius'?",
            ])
    }

    @Test func theMainValueMayStandAlone() {
        let p = Parameters("resize", reading: Self.scalar("50%"), at: Self.mark)
        let length = p.optionalLength("size", 0...1000, "", main: true)
        _ = p.boolean("sharp", or: true, "")
        p.finish()
        #expect(length == .percent(50) && p.problems.isEmpty)

        let none = Parameters("blur", reading: Self.scalar("4"), at: Self.mark)
        _ = none.number("radius", 0...1, or: 1, "")
        none.finish()
        #expect(none.problems.map(\.message) == ["blur takes a map of arguments, not '4'"])
    }

    @Test func mapWhereAFileNameIsDue() {
        let fact = Self.map([("name", Self.scalar(""))])
        let p = Parameters("save", reading: Self.map([("to", fact)]), at: Self.mark)
        _ = p.template("to", or: nil, "")
        #expect(p.problems.map(\.message) == ["'to' must be a file name, such as \"out/{name}.png\", not a map"])
        #expect(
            p.problems.first?.notes.map(\.message) == [
                "braces make a map in YAML; a file name with facts needs quotes: \"{name}\""
            ])
    }

    @Test func aProbeRecordsFieldsAndHasNoProblems() {
        let p = Parameters(probing: "test")
        _ = p.number("radius", 0...256, "The radius.")
        _ = p.slot("mask", .mask, "The mask.", main: true)
        _ = p.condition("where", .object, "Which.")
        p.finish()
        #expect(p.fields.map(\.key) == ["radius", "mask", "where"])
        #expect(p.fields.map(\.isRequired) == [true, false, true])
        #expect(p.fields.map(\.isMain) == [false, true, false])
        #expect(p.slots.map(\.kind) == [.mask])
        #expect(p.problems.isEmpty)
    }

    @Test func hostileWordsAreShortened() {
        let (_, problems) = reading([("n", Self.scalar(String(repeating: "x", count: 100_000)))]) {
            $0.integer("n", 1...2, "")
        }
        #expect(problems.allSatisfy { $0.count < 200 })
        let rendered = Diagnostic.error(
            "x",
            at: Mark(
                source: SourceText(name: "t", text: String(repeating: "y", count: 100_000)), line: 1, column: 50_000,
                length: 9_000)
        ).rendered()
        #expect(rendered.count < 500)
    }
}
