import Testing
import VipsamKit
import VipsamRecipe

/// Recipes that use other recipes.
@Suite struct UseTests {
    private static let shelf = Shelf(recipes: [
        "parts/clean.yaml": """
        vipsam: 1
        about: Cleans.
        params: {radius: {type: number, default: 2, max: 50}}
        steps:
          - segment-by-box: {}
          - grow-mask: $radius
          - cutout: {image: input}
        """,
        "loop.yaml": "vipsam: 1\nsteps:\n  - use: ./other.yaml\n",
        "other.yaml": "vipsam: 1\nsteps:\n  - use: loop.yaml\n",
        "bad.yaml": "vipsam: 1\ninput: {files: \"*.jpg\"}\nsteps:\n  - blurr: 3\n",
        "broken.yaml": "vipsam: 1\nsteps: [",
        "saves.yaml": "vipsam: 1\nsteps:\n  - save: \"out/{name}.png\"\n",
    ])

    @Test func oneStepWithItsOwnNames() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            steps:
              - blur: 3
              - use: ./parts/clean.yaml
                with: {radius: 9}
                as: clean
              - save: {image: clean, to: "out/{name}.png"}
            """, PlanRequest(), Self.shelf)
        guard case .use(let step) = plan.steps[1] else {
            Issue.record("no use")
            return
        }
        let blurred = plan.steps[0].result
        #expect(step.about == "Cleans.")
        #expect(step.steps.count == 3)
        #expect(step.steps[0].operations[0].bindings["image"] == blurred, "'input' is the latest image")
        #expect(step.steps[2].operations[0].bindings["image"] == blurred)
        #expect(step.steps[1].operations[0].arguments.map(\.text) == ["9"])
        #expect(step.from == step.steps[2].result)
        #expect(plan.allOperations.last?.bindings["image"] == step.result)
        #expect(plan.sources.map(\.name) == ["r.yaml", "parts/clean.yaml"])
    }

    @Test func namesInsideAreNotVisibleOutside() throws {
        try check(
            """
            vipsam: 1
            steps:
              - segment-by-box: {}
                as: subject
              - use: parts/clean.yaml
                with: {1️⃣radios: 3, radius: 2️⃣99}
              - save: {mask: subject, to: "out/{name}.png"}
              - save: {to: "out/{name}.jpg"}
            """,
            [
                ("1️⃣", "'radios' is not a parameter of the recipe; did you mean 'radius'?"),
                ("2️⃣", "'radius' must be a number of at most 50, not '99'"),
            ], PlanRequest(), Self.shelf)
    }

    @Test func recursionIsRefused() throws {
        let found = try planned(
            "vipsam: 1\nsteps:\n  - use: loop.yaml\n  - save: \"o/{name}.png\"", PlanRequest(), Self.shelf)
        #expect(
            found.diagnostics.map(\.message) == ["'loop.yaml' uses itself: r.yaml → loop.yaml → other.yaml → loop.yaml"]
        )
        #expect(found.diagnostics.first?.mark?.description == "other.yaml:3:10")
        let itself = try planned("vipsam: 1\nsteps:\n  - use: ./r.yaml\n", PlanRequest(), Self.shelf)
        #expect(itself.diagnostics.contains { $0.message == "'./r.yaml' uses itself: r.yaml → r.yaml" })
    }

    @Test func modelAndRunInsideDoNotCountAndSaySo() throws {
        var shelf = Self.shelf
        shelf.recipes["own.yaml"] = """
            vipsam: 1
            params: {net: {type: text, default: large}, jobs: {type: integer, default: 2}}
            model: $net
            steps:
              - segment-by-box: {}
              - cutout: {image: input}
            run: {jobs: $jobs}
            """
        let recipe = "vipsam: 1\nsteps:\n  - use: own.yaml\n  - save: \"o/{name}.png\""
        let found = try planned(recipe, PlanRequest(), shelf)
        #expect(found.plan != nil)
        #expect(found.diagnostics.map { $0.mark?.description } == ["own.yaml:3:8", "own.yaml:7:1"])
        #expect(
            found.diagnostics.map(\.message) == [
                "the 'model' of a recipe that is used does not count", "the 'run' of a recipe that is used does not count",
            ])
        #expect(found.diagnostics.allSatisfy { $0.severity == .warning })
        #expect(found.diagnostics.allSatisfy { $0.notes.contains { $0.mark?.description == "r.yaml:3:10" } })
        // The same model in both is nothing to tell.
        shelf.recipes["own.yaml"] = "vipsam: 1\nmodel: large\nsteps:\n  - segment-by-box: {}\n  - cutout: {image: input}\n"
        #expect(try planned(recipe.replacing("steps", with: "model: large\nsteps"), PlanRequest(), shelf).diagnostics == [])
        #expect(try planned(recipe, PlanRequest(), shelf).diagnostics.count == 1)
    }

    @Test func parametersOfAUsedRecipeThatNothingUses() throws {
        var shelf = Self.shelf
        shelf.recipes["own.yaml"] = """
            vipsam: 1
            params: {radius: {type: number, default: 2}, idle: {type: number, default: 2}}
            steps:
              - blur: $radius
            """
        // Twice used, once told.
        let found = try planned(
            "vipsam: 1\nsteps:\n  - use: own.yaml\n  - use: own.yaml\n  - save: \"o/{name}.png\"", PlanRequest(), shelf)
        #expect(found.diagnostics.map(\.message) == ["nothing uses the parameter 'idle'"])
        #expect(found.diagnostics.first?.mark?.description == "own.yaml:2:46")
    }

    @Test func problemsInsideNameBothPlaces() throws {
        let found = try planned(
            "vipsam: 1\nsteps:\n  - use: bad.yaml\n  - save: \"o/{name}.png\"", PlanRequest(), Self.shelf)
        #expect(found.diagnostics.map { $0.mark?.description } == ["bad.yaml:2:1", "bad.yaml:4:5"])
        #expect(
            found.diagnostics.map(\.message) == [
                "a recipe that is used has no 'input': it works on the latest image",
                "'blurr' is not an operation; did you mean 'blur'?",
            ])
        #expect(found.diagnostics.allSatisfy { $0.notes.contains { $0.mark?.description == "r.yaml:3:10" } })
    }

    @Test func missingAndBrokenFiles() throws {
        try check(
            "vipsam: 1\nsteps:\n  - use: 1️⃣nobody.yaml\n  - use: 2️⃣[a]\n  - save: \"o/{name}.png\"",
            [("1️⃣", "there is no recipe 'nobody.yaml'"), ("2️⃣", "'use' needs a recipe's file, not a list")],
            PlanRequest(),
            Self.shelf)
        let found = try planned(
            "vipsam: 1\nsteps:\n  - use: broken.yaml\n  - save: \"o/{name}.png\"", PlanRequest(), Self.shelf)
        #expect(found.diagnostics.first?.mark?.source.name == "broken.yaml")
    }

    @Test func twoUsesOfOneFileAreTwoWriters() throws {
        let found = try planned(
            "vipsam: 1\nsteps:\n  - use: saves.yaml\n  - use: saves.yaml", PlanRequest(), Self.shelf)
        #expect(found.diagnostics.map(\.message) == ["'out/{name}.png' is written twice"])
    }

    @Test func whenOnAUse() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            params: {clean: {type: boolean, default: false}}
            steps:
              - use: parts/clean.yaml
                when: $clean
              - segment-by-box: {}
                as: subject
              - use: parts/clean.yaml
                when: subject.area > 1%
              - save: "out/{name}.png"
            """, PlanRequest(), Self.shelf)
        #expect(plan.steps.count == 3)
        guard case .use(let step) = plan.steps[1] else {
            Issue.record("no use")
            return
        }
        #expect(step.handsOn == .input)
        #expect(step.when != nil)
    }

    @Test func anExplosionOfUsesEnds() throws {
        var recipes: [String: String] = [:]
        for n in 0..<20 {
            recipes["\(n).yaml"] = "vipsam: 1\nsteps:\n  - use: \(n + 1).yaml\n  - use: \(n + 1).yaml\n"
        }
        recipes["20.yaml"] = "vipsam: 1\nsteps:\n  - blur: 1\n"
        let found = try planned(
            "vipsam: 1\nsteps:\n  - use: 0.yaml\n  - save: \"o/{name}.png\"", PlanRequest(), Shelf(recipes: recipes))
        #expect(
            found.diagnostics.contains {
                $0.message == "the recipe has more than 10000 steps when its blocks are written out"
            })
    }
}
