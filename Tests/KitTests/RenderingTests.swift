import Testing
import VipsamKit

@Suite struct RenderingTests {
    @Test func aDiagnosticIsShownWithItsLine() {
        let source = SourceText(name: "recipes/shelf.yaml", text: "steps:\n  - blur:\n      radius: 900\n")
        let problem = Diagnostic.error(
            "'radius' must be between 0 and 256, not 900", at: Mark(source: source, line: 3, column: 15, length: 3)
        ).noting("in step 'soften'", at: Mark(source: source, line: 2, column: 5, length: 4))
        #expect(
            problem.rendered() == """
                recipes/shelf.yaml:3:15: error: 'radius' must be between 0 and 256, not 900
                    3 |       radius: 900
                      |               ^~~
                recipes/shelf.yaml:2:5: note: in step 'soften'
                    2 |   - blur:
                      |     ^~~~

                """)
    }

    @Test func tabsAreKeptInTheRunUp() {
        let source = SourceText(name: "t", text: "\ta b")
        let problem = Diagnostic.error("x", at: Mark(source: source, line: 1, column: 4))
        #expect(problem.rendered() == "t:1:4: error: x\n    1 | \ta b\n      | \t  ^\n")
    }

    @Test func placesOutsideTheTextDoNotTrap() {
        let source = SourceText(name: "t", text: "ab")
        for (line, column) in [(1, 3), (1, 99), (9, 1), (0, 0)] {
            let text = Diagnostic.error("x", at: Mark(source: source, line: line, column: column, length: 99))
                .rendered()
            #expect(text.hasPrefix("t:\(line):\(column): error: x\n"))
        }
    }

    @Test func withoutAPlaceThereIsOnlyTheMessage() {
        #expect(Diagnostic.warning("odd").rendered() == "warning: odd\n")
    }
}
