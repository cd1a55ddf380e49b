import Testing
import VipsamKit
import VipsamRecipe

/// Names of files inside blocks: every pass of every block around has to get one of its own.
@Suite struct BlockNameTests {
    /// Problems of a save inside an outer and an inner block, each over objects or over a list.
    private func messages(_ name: String, outer: String, inner: String) throws -> [String] {
        try planned(
            """
            vipsam: 1
            steps:
              - segment-everything: {}
                as: parts
              - segment-everything: {}
                as: others
              - grow-mask: {mask: parts}
                as: one
              - grow-mask: {mask: others}
                as: two
              - cutout: {mask: one}
              - cutout: {mask: two}
              - each: \(outer)
                do:
                  - each: \(inner)
                    do:
                      - save: "\(name)"
            """
        ).diagnostics.map(\.message)
    }

    @Test(arguments: ["parts", "[1, 2]"], ["others", "[3, 4]"])
    func theNumberTellsAllPasses(_ outer: String, _ inner: String) throws {
        #expect(try messages("{n}.png", outer: outer, inner: inner) == [])
        #expect(try messages("{n:03}-{item}-{label}.png", outer: outer, inner: inner) == [])
        #expect(
            try messages("{name}.png", outer: outer, inner: inner)
                == ["every pass of the block would write '{name}.png'"])
    }

    @Test func ofNestedBlocksOfOneKindOnlyTheInnerIsSeen() throws {
        let untold = "every pass of the outer block would write "
        #expect(try messages("{item}.png", outer: "[1, 2]", inner: "[3, 4]") == [untold + "'{item}.png'"])
        #expect(try messages("{label}.png", outer: "parts", inner: "others") == [untold + "'{label}.png'"])
        #expect(try messages("{label}.png", outer: "[1, 2]", inner: "others") == [untold + "'{label}.png'"])
        #expect(try messages("{item}.png", outer: "parts", inner: "[3, 4]") == [untold + "'{item}.png'"])
        #expect(try messages("{item}-{label}.png", outer: "parts", inner: "[3, 4]") == [])
        #expect(try messages("{item}-{label}.png", outer: "[1, 2]", inner: "others") == [])
    }

    @Test func whatIsNotSeenInABlockTellsNothing() throws {
        let every = "every pass of the block would write "
        #expect(try messages("{label}.png", outer: "parts", inner: "[3, 4]") == [every + "'{label}.png'"])
        #expect(try messages("{item}.png", outer: "[1, 2]", inner: "others") == [every + "'{item}.png'"])
    }

    @Test func valuesThatAreAlikeInANameAreNotToldApart() throws {
        func messages(_ list: String, _ name: String) throws -> [String] {
            let recipe = "vipsam: 1\nsteps:\n  - each: \(list)\n    do:\n      - save: \"\(name)\""
            return try planned(recipe).diagnostics.map(\.message)
        }
        let alike = "two passes of the block would write '{item}.png': their values make one {item}"
        #expect(try messages("[a, b, a]", "{item}.png") == [alike])
        #expect(try messages("[\"a/b\", \"a:b\"]", "{item}.png") == [alike])
        #expect(try messages("[a, b, a]", "{item}-{n}.png") == [])
    }

    @Test func outputsKnowTheirPasses() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            steps:
              - segment-everything: {}
                as: parts
              - each: [400, 1600]
                do:
                  - save: "a/{item}.png"
                  - each: parts
                    do:
                      - cutout: {mask: object}
                      - save: "b/{item}-{n}.png"
              - save: "c/{name}.png"
            """)
        #expect(plan.outputs.map(\.passes) == [[1], [1, 1], [2], [2, 1], []])
        #expect(plan.outputs.map(\.item) == ["400", "400", "1600", "1600", nil])
        #expect(plan.outputs.map(\.isPerObject) == [false, true, false, true, false])
        #expect(plan.outputs.map(\.isInsideBlock) == [true, true, true, true, false])
    }

    @Test func aLineOfTheRecipeIsNotedOnce() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            steps:
              - each: [1, 2, 3]
                do:
                  - each: [4, 5, 6, 7]
                    do:
                      - turn: {image: input}
                      - save: "{n}.png"
            """)
        guard case .random(let reasons) = plan.access else {
            Issue.record("streamed")
            return
        }
        #expect(reasons.map(\.message) == ["turn reads the original's pixels in any order"])
        #expect(reasons.first?.mark?.line == 7)
    }
}
