import Testing
import VipsamKit
import VipsamRecipe

@Suite struct GrammarTests {
    @Test func wordsAtTheTop() throws {
        try check("1️⃣steps:\n  - save: \"out/{name}.png\"", [("1️⃣", "a recipe starts with 'vipsam: 1'")])
        try check("vipsam: 1️⃣2\nsteps:\n  - save: \"out/{name}.png\"", [("1️⃣", "'vipsam' must be 1, not '2'")])
        try check("1️⃣vipsam: 1", [("1️⃣", "the recipe has no 'steps'")])
        try check("1️⃣", [("1️⃣", "the recipe is empty; it starts with 'vipsam: 1'")])
        try check(
            "1️⃣- save: x", [("1️⃣", "a recipe is a map of vipsam, about, model, params, input, steps, run, not a list")])
        try check(
            "vipsam: 1\n1️⃣stpes: []\nsteps:\n  - save: \"out/{name}.png\"",
            [
                ("1️⃣", "'stpes' is not known in a recipe; did you mean 'steps'?")
            ])
        try check(
            "vipsam: 1\nabout: 1️⃣[a]\nsteps: 2️⃣[]",
            [
                ("1️⃣", "'about' must be a text, not a list"),
                ("2️⃣", "'steps' must be a list of steps, not an empty list"),
            ])
    }

    @Test func shapesOfSteps() throws {
        try check(
            """
            vipsam: 1
            steps:
              - 1️⃣invert-mask
              - 2️⃣[a]
              - 3️⃣as: name
              - blur: 3
                4️⃣save: "out/{name}.png"
              - blur:
                5️⃣radius: 3
              - blur: 3
                6️⃣wehn: true
              - 7️⃣each: parts
              - 8️⃣do:
                  - blur: 3
              - save: "out/{name}.png"
            """,
            [
                ("1️⃣", "a step is an operation with its arguments, such as blur: {radius: 4}, not 'invert-mask'"),
                ("2️⃣", "a step is an operation with its arguments, such as blur: {radius: 4}, not a list"),
                ("3️⃣", "a step needs an operation, such as blur: {radius: 4}"),
                ("4️⃣", "a step has one operation; 'save' is a second one"),
                ("5️⃣", "'radius' is an argument of blur and has to be indented under it"),
                ("6️⃣", "'wehn' is not known in a step with blur; did you mean 'when'?"),
                ("7️⃣", "'each' needs 'do': the steps to do every time"),
                ("8️⃣", "a step needs an operation, such as blur: {radius: 4}"),
            ])
    }

    @Test func blocksHaveNoWhen() throws {
        try check(
            """
            vipsam: 1
            steps:
              - segment-everything: {}
                as: parts
              - each: parts
                1️⃣when: true
                2️⃣blur: 3
                do:
                  - save: "out/{n}.png"
            """,
            [
                ("1️⃣", "'when' is not known in a block; its steps can have it"), ("2️⃣", "'blur' is not known in a block"),
            ])
    }

    @Test func sections() throws {
        try check(
            """
            vipsam: 1
            input: {files: ["a/*.jpg", 1️⃣""], 2️⃣bands: [1, 2, 3], work-size: 3️⃣small, orient: 4️⃣perhaps}
            steps:
              - save: "out/{name}.png"
            run: {memory: 5️⃣lots, jobs: 6️⃣0, on-error: 7️⃣go-on, time-limit: 8️⃣soon}
            """.replacing("[\"a/*.jpg\", 1️⃣\"\"]", with: "1️⃣\"{dir}/*.jpg\""),
            [
                ("1️⃣", "'{dir}' is for the names of outputs, not for the pictures that go in"),
                ("2️⃣", "'bands' is not known in 'input'"),
                ("3️⃣", "'work-size' must be a whole number between 64 and 20000, or 'original', not 'small'"),
                ("4️⃣", "'orient' must be true or false, not 'perhaps'"),
                ("5️⃣", "'memory' must be an amount such as 6GB, not 'lots'"),
                ("6️⃣", "'jobs' must be a whole number between 1 and 1024, not '0'"),
                ("7️⃣", "'on-error' must be one of continue, stop, not 'go-on'"),
                ("8️⃣", "'time-limit' must be a time such as 55m or 2h, not 'soon'"),
            ])
    }

    @Test func sectionsAreRead() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            about: All of it.
            model: vit_b
            input:
              files: ["a/*.jpg", "b/*.png"]
              exclude: "*_mask.png"
              prompts: boxes.csv
              work-size: original
              orient: no
            steps:
              - save: "out/{name}.png"
            run: {memory: 6GB, jobs: 3, on-error: stop, time-limit: 55m}
            """)
        #expect(plan.about == "All of it.")
        #expect(plan.model?.name == "vit_b")
        #expect(plan.input.files == ["a/*.jpg", "b/*.png"])
        #expect(plan.input.exclude == ["*_mask.png"])
        #expect(plan.input.prompts == "boxes.csv" && plan.usesPrompts)
        #expect(plan.input.workSize == .original)
        #expect(!plan.input.orient)
        #expect(plan.run == RunDefaults(memory: 6 << 30, jobs: 3, onError: .stop, timeLimit: 3300))
        #expect(!plan.needsModel)
    }

    @Test(arguments: [
        ("6GB", 6 << 30), ("6G", 6 << 30), ("512MiB", 512 << 20), ("1.5k", 1536), ("1000", 1000), ("2 TB", 2 << 40),
    ]) func memory(_ text: String, _ bytes: Int) {
        #expect(Quantity.bytes(text) == bytes)
    }

    @Test(arguments: ["", "0", "-1G", "G", "6XB", "9999999999999TB", "1e30", "nan"]) func notMemory(_ text: String) {
        #expect(Quantity.bytes(text) == nil)
    }

    @Test(arguments: [("90", 90.0), ("90s", 90), ("55m", 3300), ("2h", 7200), ("1h30m", 5400), ("1d", 86_400)])
    func time(_ text: String, _ seconds: Double) {
        #expect(Quantity.seconds(text) == seconds)
    }

    @Test(arguments: ["", "0", "m", "5x", "1h30", "-5m", "1e400s"]) func notTime(_ text: String) {
        #expect(Quantity.seconds(text) == nil)
    }
}
