import Testing
import VipsamKit
import VipsamRecipe

/// What a plan says: which value goes where.
@Suite struct PlanTests {
    @Test func unnamedSlotsTakeTheLatestOfTheirKind() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            steps:
              - segment-by-box: {}
              - grow-mask: 3
              - blur: 3
              - cutout: {}
              - cutout: {image: input}
              - save: "out/{name}.png"
            """.replacing("      - cutout: {}\n", with: ""))
        let steps = plan.allOperations
        #expect(steps[0].bindings == ["image": .input])
        #expect(steps[1].bindings["mask"] == steps[0].result)
        #expect(steps[2].bindings["image"] == .input)
        #expect(steps[4].bindings["mask"] == steps[1].result)
        #expect(steps[4].bindings["image"] == .input)
        #expect(steps[5].bindings["image"] == steps[4].result)
        #expect(plan.kinds == [.image, .objects, .mask, .image, .image, .image].prefix(plan.kinds.count).map { $0 })
        #expect(steps.map(\.index) == Array(1...steps.count))
    }

    @Test func objectsMadeLaterFillAMaskSlot() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            steps:
              - segment-by-box: {}
              - grow-mask: 3
                as: grown
              - segment-everything: {}
              - cutout: {}
              - save: "out/{name}.png"
              - save: {mask: grown, to: "out/{name}.mask.png"}
            """)
        #expect(plan.allOperations[3].bindings["mask"] == plan.allOperations[2].result)
    }

    @Test func blocksOverObjects() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            steps:
              - segment-everything: {}
                as: parts
              - each: parts
                do:
                  - filter: area > 1%
                  - cutout: {mask: object}
                  - save: "out/{name}/{n:03}.png"
                  - filter: {objects: object, where: score > 0.5}
                as: good
              - save: {table: good, to: "out/{name}.csv"}
            """.replacing("      - filter: area > 1%\n", with: ""))
        guard case .eachObject(let block) = plan.steps[1] else {
            Issue.record("no block")
            return
        }
        #expect(block.objects == plan.steps[0].result)
        #expect(block.steps.count == 3)
        #expect(block.steps[0].operations[0].bindings["mask"] == block.object)
        #expect(block.collected?.from == block.steps[2].result)
        #expect(block.collected?.kind == .objects)
        #expect(plan.kinds[block.object.index] == .objects)
        #expect(plan.allOperations.last?.bindings["table"] == block.collected?.into)
        #expect(plan.outputs.map(\.isInsideBlock) == [true, false])
    }

    @Test func blocksOverValuesAreWrittenOut() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            params: {sizes: {type: list of number, default: [1, 2.5]}}
            steps:
              - each: $sizes
                do:
                  - blur: {radius: $item}
                  - save: "out/{name}_{item}.png"
            """)
        guard case .eachValue(let block) = plan.steps[0] else {
            Issue.record("no block")
            return
        }
        #expect(block.passes.map(\.text) == ["1", "2.5"])
        #expect(block.passes.map { $0.steps[0].operations[0].arguments.map(\.text) } == [["1"], ["2.5"]])
        #expect(Set(plan.allOperations.compactMap(\.result)).count == 2)
        #expect(block.passes.allSatisfy { $0.steps[0].operations[0].bindings["image"] == .input })
    }

    @Test func problemsInsideAreReportedOnce() throws {
        try check(
            """
            vipsam: 1
            steps:
              - each: [1, 2, 3]
                do:
                  - blur: {1️⃣radios: $item}
                  - save: 2️⃣"out/{name}.png"
            """,
            [
                ("1️⃣", "'radios' is not an argument of blur; did you mean 'radius'?"),
                ("2️⃣", "every pass of the block would write 'out/{name}.png'"),
            ])
    }

    @Test func whenAsksAboutValues() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            steps:
              - segment-by-box: {}
                as: subject
              - blur: 3
              - overlay: {with: input}
                when: subject.area > 2% and subject.score > 0.5
              - grow-mask: 3
                when: subject.area < 50%
              - cutout: {}
              - save: "out/{name}.png"
            """)
        let steps = plan.allOperations
        #expect(steps[2].when?.named == ["subject": steps[0].result ?? .input])
        #expect(steps[2].handsOn == steps[1].result, "the image, though 'with' is declared first")
        #expect(steps[3].handsOn == steps[0].result)
        #expect(steps[3].result != steps[3].handsOn)
        #expect(steps[4].when == nil)
    }

    @Test func switchedOffStepsHandOnTheirName() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            params: {grow: {type: boolean, default: false}}
            steps:
              - segment-by-box: {}
                as: subject
              - grow-mask: 3
                as: grown
                when: $grow
              - cutout: {mask: grown}
              - save: "out/{name}.png"
            """)
        #expect(plan.allOperations.map(\.name) == ["segment-by-box", "cutout", "save"])
        #expect(plan.allOperations[1].bindings["mask"] == plan.allOperations[0].result)
    }

    @Test func conditionsOfOperationsNameTheirValues() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            params: {least: {type: length, default: 5%}}
            steps:
              - segment-everything: {}
                as: parts
              - require: {that: parts.count > 2 and parts.area > $least, else: review}
              - save: {table: parts, to: "out/{name}.csv"}
            """)
        #expect(plan.allOperations[1].named == ["parts": plan.allOperations[0].result ?? .input])
    }

    @Test func models() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            model: vit_b
            steps:
              - segment-everything: {model: vit_h}
                as: a
              - segment-by-box: {}
              - cutout: {}
              - save: "out/{name}.png"
              - save: {table: a, to: "out/{name}.csv"}
            """)
        #expect(plan.models.map(\.name) == ["vit_h", nil])
        #expect(plan.models.compactMap(\.mark?.line) == [4, 6])
        #expect(plan.needsModel && plan.model?.name == "vit_b")
    }

    @Test func whatReadsFromTheTopIsStreamed() throws {
        func access(_ steps: String) throws -> PlannedAccess {
            try goodPlan("vipsam: 1\nsteps:\n" + steps).access
        }
        #expect(try access("  - blur: 3\n  - save: \"o/{name}.png\"").isStreamed)
        #expect(try access("  - segment-by-box:\n  - cutout:\n  - save: \"o/{name}.png\"").isStreamed)
        #expect(try !access("  - turn:\n  - save: \"o/{name}.png\"").isStreamed)
        #expect(try access("  - save: \"o/{name}.png\"\n  - save: \"o/{name}.jpg\"").isStreamed)
        #expect(try access("  - blur: 3\n  - overlay: {with: input}\n  - save: \"o/{name}.png\"").isStreamed)
        #expect(try access("  - blur: 3\n  - segment-by-box:\n  - cutout:\n  - save: \"o/{name}.png\"").isStreamed)
        #expect(
            try access(
                """
                  - segment-everything:
                    as: p
                  - each: p
                    do:
                      - cutout: {mask: object}
                      - save: "o/{n}.png"
                """
            ).isStreamed)
        guard case .random(let reasons) = try access("  - turn:\n  - save: \"o/{name}.png\"") else {
            Issue.record("streamed")
            return
        }
        #expect(reasons.map(\.message) == ["turn reads the original's pixels in any order"])
        #expect(reasons.first?.mark?.line == 3)
    }

    @Test func plansDoNotGrowWithoutEnd() throws {
        var steps = "      - blur: $item\n      - save: \"o/{name}_{item}.png\""
        for depth in 1...4 {
            let indent = String(repeating: "  ", count: depth * 2)
            steps =
                "- each: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]\n  do:\n"
                + steps.split(separator: "\n").map { indent.prefix(4) + $0 }.joined(separator: "\n")
        }
        let found = try planned(
            "vipsam: 1\nsteps:\n" + steps.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
        #expect(
            found.diagnostics.contains {
                $0.message == "the recipe has more than 10000 steps when its blocks are written out"
            })
    }
}
