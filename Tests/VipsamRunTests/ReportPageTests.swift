import Foundation
import Testing
import VipsamKit
import VipsamRecipe
import VipsamRun

/// The page of a run, as text.
@Suite struct ReportPageTests {
    private static let recipe = """
        vipsam: 1
        about: "<b>All & sundry</b>"
        input: {files: "*.png"}
        steps:
          - write: {to: "{name}.txt"}
        """

    private func page(_ outcomes: [Outcome], root: String = "out", pictured: Int = 9) throws -> String {
        var registry = Registry()
        try registry.register(Write.self)
        let plan = try Planner(registry).plan(Recipe.read(Array(Self.recipe.utf8), path: "test.yaml"))
        let result = RunResult(outcomes: outcomes, seconds: 1)
        let report = Report(
            plan: plan, outputRoot: root, budget: Budget(cores: 1), result: result, exitCode: .done)
        return ReportPage(report).rendered(pictured: pictured)
    }

    @Test func wordsOfOthersAreNoMarkup() throws {
        let name = "<script>alert('1')</script>\"&\u{1}\u{202E}.png"
        var outcome = Outcome(input: name, status: .failed)
        outcome.diagnostics = [.error("'\(name)' is damaged")]
        outcome.notes = [name]
        outcome.reasons = [name]
        outcome.outputs = ["out/\(name)"]
        let page = try page([outcome])
        #expect(!page.contains("<script"))
        #expect(!page.contains("\u{1}") && !page.contains("\u{202E}"))
        #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;\u{FFFD}\u{FFFD}.png"))
        #expect(page.contains("href=\"../%3Cscript%3Ealert%28%271%27%29%3C/script%3E%22%26%01%E2%80%AE.png\""))
        #expect(page.contains("&lt;b&gt;All &amp; sundry&lt;/b&gt;"))
    }

    @Test func whatWentWrongComesFirstThenTheSlowest() {
        func outcome(_ name: String, _ status: Outcome.Status, _ milliseconds: Double) -> Outcome {
            var outcome = Outcome(input: name, status: status)
            outcome.milliseconds = milliseconds
            return outcome
        }
        let order = ReportPage.order([
            outcome("a", .ok, 5), outcome("b", .skipped, 0), outcome("c", .ok, 70), outcome("d", .review, 1),
            outcome("e", .failed, 2), outcome("f", .failed, 3), outcome("g", .ok, 70),
        ])
        #expect(order.map(\.input) == ["f", "e", "d", "c", "g", "a", "b"])
    }

    @Test func tinyPicturesAreEnlargedInSquares() throws {
        let scratch = try ScratchFolder()
        var outcomes: [Outcome] = []
        for (width, height) in [(1, 1), (40, 20)] {
            let path = scratch["\(width).png"]
            try ImageWriter.write(Pixels.black(width: width, height: height), to: path)
            outcomes.append(Outcome(input: path, status: .ok))
        }
        let page = try page(outcomes, root: scratch.path)
        #expect(page.components(separatedBy: "<img class=\"tiny\" ").count == 2)
        #expect(page.contains("<img class=\"tiny\" loading=\"lazy\" alt=\"before\" width=\"1\" height=\"1\""))
        #expect(page.contains("<img loading=\"lazy\" alt=\"before\" width=\"40\" height=\"20\""))
    }

    @Test func picturesLieInsideAndAreBounded() throws {
        let scratch = try ScratchFolder()
        var outcomes: [Outcome] = []
        for number in 0..<3 {
            let bytes = (0..<(800 * 500 * 4)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ number) }
            let path = scratch["p\(number).png"]
            try ImageWriter.write(Pixels.from(bytes: bytes, width: 800, height: 500, bands: 4), to: path)
            var outcome = Outcome(input: path, status: .ok)
            outcome.outputs = [scratch["gone.png"], path]
            outcomes.append(outcome)
        }
        let page = try page(outcomes, root: scratch.path, pictured: 2)
        #expect(page.components(separatedBy: "<img ").count - 1 == 4)
        #expect(page.contains("width=\"360\" height=\"225\"\n src=\"data:image/jpeg;base64,/9j/"))
        #expect(page.contains("<a href=\"../p2.png\">p2.png</a>"))
        #expect(page.contains("The last 1 are listed without small copies."))
        #expect(!page.contains("http"))
    }
}

/// Stands where a recipe needs a step that writes; nothing here runs it.
private struct Write: VipsamKit.Operation {
    static let name = "write"
    static let summary = "Writes the picture."
    let image: Slot
    let to: FileTemplate

    init(_ p: Parameters) throws {
        to = p.template("to", or: "{name}.txt", "The file.", main: true)
        image = p.slot("image", .image, "The picture.")
    }

    var result: Kind? { nil }

    func apply(_ context: Context) throws -> Value? { nil }
}
