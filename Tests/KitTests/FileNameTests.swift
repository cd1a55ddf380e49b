import Testing
import VipsamKit

@Suite struct FileNameTests {
    static func path(_ template: String, _ facts: Facts) throws -> String {
        try FileTemplate.parsed(template, at: nil).get().path(for: facts)
    }

    @Test func factsArePutIn() throws {
        let facts = Facts(dir: "a/b", name: "0417", ext: "JPG", n: 7, label: "red box", score: 0.987, item: "512")
        #expect(
            try Self.path("out/{dir}/{name}_{n:03}_{label}_{score}_{item}.{ext}", facts)
                == "out/a/b/0417_007_red box_0.99_512.JPG")
        #expect(try Self.path("{n}", facts) == "7")
        #expect(try Self.path("{n:02}", Facts(name: "x", n: 1234)) == "1234")
    }

    @Test func emptyFactsLeaveNoTrace() throws {
        #expect(try Self.path("out/{dir}/{name}.png", Facts(name: "a")) == "out/a.png")
        #expect(try Self.path("{label}.png", Facts(name: "a")) == "object.png")
    }

    @Test(arguments: [
        ("a/b\\c:d", "a_b_c_d"), (".hidden", "_hidden"), ("..", "_."), ("  spaces  ", "spaces"),
        ("new\nline", "new_line"),
        ("\u{0}", "_"), ("what?*", "what__"), ("", "object"), ("   ", "_"), ("Grüße 👋", "Grüße 👋"),
    ]) func labelsAreSafe(_ label: String, _ expected: String) throws {
        #expect(try Self.path("{label}", Facts(name: "x", label: label)) == expected)
    }

    @Test func longLabelsAreCutAtACharacter() throws {
        let cut = try Self.path("{label}", Facts(name: "x", label: String(repeating: "é", count: 500)))
        #expect(cut == String(repeating: "é", count: 90))
    }

    @Test func strangeScoresAreNumbers() throws {
        for (score, text) in [
            (Double.nan, "0.00"), (.infinity, "0.00"), (-0.05, "-0.05"), (1e300, "1000000.00"), (0.005, "0.01"),
        ] {
            #expect(try Self.path("{score}", Facts(name: "x", score: score)) == text)
        }
    }

    @Test(arguments: [
        ("", "a file name is empty"),
        ("/etc/x.png", "'/etc/x.png' is absolute; outputs are relative to the output folder (-o)"),
        ("../x.png", "'../x.png' leaves the output folder; '..' is not allowed"),
        ("a/../../x.png", "'a/../../x.png' leaves the output folder; '..' is not allowed"),
        ("out/", "'out/' is a folder; a file name is missing after it"),
        (
            "{nam}.png",
            "'{nam}' is not a fact; known: {dir} {name} {ext} {n} {label} {score} {item}; did you mean 'name'?"
        ),
        ("{name.png", "'{' is not closed in '{name.png'"),
        ("{n:0}", "'{n:0}': after ':' comes a number of digits between 1 and 12, such as {n:03}"),
        ("{n:x}", "'{n:x}': after ':' comes a number of digits between 1 and 12, such as {n:03}"),
        ("{name:3}", "'{name:3}': only {n} takes a number of digits, such as {n:03}"),
    ]) func badTemplatesSayWhy(_ template: String, _ message: String) {
        guard case .failure(let problem) = FileTemplate.parsed(template, at: nil) else {
            Issue.record("'\(template)' was taken")
            return
        }
        #expect(problem.message == message)
    }

    @Test func templatesKnowTheirExtension() throws {
        let expected: [(String, String?)] = [
            ("a.PNG", "png"), ("{name}.jpg", "jpg"), ("{name}", nil), ("{name}.{ext}", nil), ("a.b/{name}", nil),
            ("v1.2/x", nil),
            ("{name}.mask.tif", "tif"),
        ]
        for (text, ext) in expected {
            #expect(try FileTemplate.parsed(text, at: nil).get().fixedExtension == ext, "\(text)")
        }
    }

    @Test func nestedPassesAreNumbersInARow() throws {
        let facts = Facts(name: "x", n: 3, item: "90", outer: [12, 1])
        #expect(try Self.path("{n}", facts) == "12-1-3")
        #expect(try Self.path("{n:02}_{item}.png", facts) == "12-01-03_90.png")
    }
}
