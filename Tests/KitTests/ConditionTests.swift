import Testing
import VipsamKit

@Suite struct ConditionTests {
    private func answer(_ name: String?, _ field: String) throws -> Condition.Answer {
        switch field {
        case "area": return .number(200, whole: 1000)
        case "score": return .number(0.9, whole: 1)
        case "label": return .text("red box")
        case "n", "count": return .number(3, whole: 0)
        default: throw Diagnostic.error("no '\(field)'")
        }
    }

    private func holds(_ text: String, _ scope: Condition.Scope = .object, _ variables: [String: String] = [:]) throws
        -> Bool
    {
        try Condition.parsed(text, at: nil, scope, variables: variables).get().holds(answer)
    }

    @Test(arguments: [
        ("area > 100", true), ("area > 20%", false), ("area >= 20%", true), ("area in 10%..30%", true),
        ("area in 2..95", false),
        ("area in 200..200", true), ("score > 0.8 and area < 50%", true), ("score > 0.95 or n = 3", true),
        ("not score > 0.8", false), ("label = \"red box\"", true), ("label != 'red box'", false), ("n == 3", true),
        ("(score > 0.95 or n = 3) and area = 200", true), ("score > 0.95 or n = 3 and area = 1", false), ("true", true),
        ("no", false), ("true = false", false), ("score > 90%", false), ("score >= 90%", true), ("n > -1.5", true),
    ]) func questionsAreAnswered(_ text: String, _ expected: Bool) throws {
        #expect(try holds(text) == expected)
    }

    @Test func namedFieldsAndParameters() throws {
        #expect(try holds("subject.area in 2%..95%", .named))
        #expect(try holds("$shadow", .named, ["shadow": "true"]))
        #expect(try !holds("$shadow and subject.score > 0.5", .named, ["shadow": "no"]))
        #expect(try holds("area > $least", .object, ["least": "10%"]))
        #expect(try holds("area in $low..$high", .object, ["low": "100", "high": "300"]))
        #expect(try holds("a.area in b.area..300", .named))
        let parsed = try Condition.parsed("a.area > 1 or not b.count = 2", at: nil, .named).get()
        #expect(parsed.references.map { "\($0.name).\($0.field)" } == ["a.area", "b.count"])
    }

    @Test(arguments: [
        ("", "'' ends where a value is expected", 0),
        ("area >", "'area >' ends where a value is expected", 5),
        (
            "aera > 1",
            "'aera' is not a field of an object; did you mean 'area'?; known: area, score, stability, label, n, x, y, w, h, detail, edge",
            0
        ),
        ("subject.area > 1", "'subject.area': only the fields of the object itself are known here, such as area", 0),
        ("area > 1 1", "'1' is one word too many", 9),
        ("area + 1 > 2", "'+' is not known in a condition", 5),
        ("(area > 1", "')' is expected at the end", 8),
        ("area > 'x", "a quote is not closed", 7),
        ("area in 1", "'..' is expected at the end", 8),
        ("area > $min", "'$min' is not a parameter", 7),
        ("area and true", "'area' is not a question; 'and', 'or' and 'not' join questions, such as area > 1%", 0),
        ("not label", "'label' is not a question; 'and', 'or' and 'not' join questions, such as area > 1%", 4),
        ("label > 3", "a text is compared with a number", 0),
        ("area = true", "a number is compared with yes or no", 0),
        ("< 3", "'<' stands where a value is expected", 0),
    ]) func problemsHavePlaces(_ text: String, _ message: String, _ offset: Int) {
        let mark = Mark(source: SourceText(name: "t", text: text), line: 1, column: 1, length: max(1, text.count))
        guard case .failure(let problem) = Condition.parsed(text, at: mark, .object) else {
            Issue.record("'\(text)' was taken")
            return
        }
        #expect(problem.message == message)
        #expect(problem.mark?.column == offset + 1)
    }

    @Test func hostileConditionsAreRefused() {
        for text in [
            String(repeating: "(", count: 100_000), String(repeating: "not ", count: 100_000) + "true",
            "true" + String(repeating: " or true", count: 100_000), String(repeating: "9", count: 100_000) + " > 1",
            "area > 1" + String(repeating: "0", count: 400),
        ] {
            guard case .failure = Condition.parsed(text, at: nil, .object) else {
                Issue.record("taken: \(text.prefix(20))…")
                continue
            }
        }
    }

    /// In the unit of the limit, for any picture: one of a single pixel too.
    @Test(arguments: [
        ("area > 30%", 200, 1000, "20%"), ("area > 300", 200, 1000, "200"), ("area in 30%..40%", 200, 1000, "20%"),
        ("area in 3..4", 200, 1000, "200"), ("50% < area", 200, 1000, "20%"), ("300 < area", 200, 1000, "200"),
        ("area < 2%", 1, 1, "100%"), ("area > 2", 1, 1, "1"), ("area > 1%", 1, 3, "33.33%"), ("area > 1%", 0, 1, "0%"),
        ("area > 3%", 3, 0, "300%"), ("area > n", 200, 1000, "200"),
    ]) func whatWasFoundIsInTheUnitOfTheLimit(_ text: String, _ value: Int, _ whole: Int, _ found: String) throws {
        let condition = try Condition.parsed(text, at: nil, .object).get()
        #expect(condition.found { _, _ in .number(Double(value), whole: Double(whole)) } == found)
    }

    @Test func whatWasFoundOfOtherKinds() throws {
        func found(_ text: String) throws -> String? {
            try Condition.parsed(text, at: nil, .object).get().found(answer)
        }
        #expect(try found("score > 0.95") == "0.9")
        #expect(try found("score > 95%") == "90%")
        #expect(try found("label = 'cup'") == "'red box'")
        #expect(try found("score > 0.95 and area > 1") == nil)
    }

    @Test func rangesStandAlone() throws {
        let (low, high) = try Condition.parsedRange("2%..$most", at: nil, variables: ["most": "95%"]).get()
        let area = try Condition.parsed("area", at: nil, .object).get()
        #expect(try area.between(low, high).holds(answer))
        #expect(try !area.above(high).holds(answer))
        #expect(try !area.below(low).holds(answer))
        #expect(!area.isQuestion)
    }
}
