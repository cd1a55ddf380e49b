import Testing
import VipsamKit
import VipsamRecipe

@Suite struct ParameterValueTests {
    private static let recipe = """
        vipsam: 1
        params:
          strength: {type: number, default: 3, min: 1, max: 10}
          what:     {type: text, default: all, choices: [all, subject]}
          on:       {type: boolean, default: true}
          box:      {type: box, optional: true}
          sizes:    {type: list of integer, default: [10, 20]}
        steps:
          - segment-by-box: {box: $box}
            as: subject
          - blur: {radius: $strength, what: $what}
            when: $on
          - canvas: {size: $sizes}
          - cutout: {mask: subject}
          - save: "out/{name}.png"
        """

    @Test func declarations() throws {
        try check(
            """
            vipsam: 1
            params:
              1️⃣a: {type: number}
              b: {type: 2️⃣colour, default: white}
              c: {type: integer, default: 3️⃣900, max: 10}
              d: {type: text, default: 4️⃣blue, choices: [red, green]}
              e: {type: integer, default: 1, min: 5️⃣9, max: 3}
              f: {type: color, default: x}
              g: 6️⃣12
              7️⃣item: {type: text, default: x}
              h: {type: text, default: x, optional: 8️⃣true}
            steps:
              - save: "out/{name}.png"
            """.replacing("f: {type: color, default: x}", with: "f: {9️⃣defalt: x, type: text, optional: true}"),
            [
                ("1️⃣", "'a' needs a 'default', or 'optional: true'"),
                (
                    "2️⃣",
                    "'type' must be one of \(ParameterType.words.joined(separator: ", ")), not 'colour'; did you mean 'color'?"
                ),
                ("3️⃣", "'default' must be a whole number of at most 10, not '900'"),
                ("4️⃣", "'default' must be one of red, green, not 'blue'"),
                ("5️⃣", "'min' is greater than 'max'"), ("6️⃣", "'g' must be a map, not '12'"),
                ("7️⃣", "'item' has a meaning of its own; take another name"),
                ("8️⃣", "'h' has a 'default', so 'optional' says nothing"),
                ("9️⃣", "'defalt' is not known in 'f'; did you mean 'default'?"),
            ])
    }

    @Test func aCommentWhereAColourIsDue() throws {
        let found = try planned(
            """
            vipsam: 1
            params:
              paper:
                type: color
                default: #fff
            steps:
              - fill:
                  color: #000
              - save: "out/{name}.png"
            """
        ).diagnostics
        #expect(
            found.map(\.message) == [
                "'default' needs a colour, but nothing is here", "'color' needs a colour, but nothing is here",
            ])
        #expect(
            found.allSatisfy { $0.notes.contains { $0.message == "'#' starts a comment in YAML; quote it: \"#fff\"" } })
    }

    @Test func defaultsAndOverrides() throws {
        let plain = try goodPlan(Self.recipe)
        #expect(plain.parameters.map(\.text) == ["3", "all", "true", nil, "[10, 20]"])
        #expect(plain.parameters.allSatisfy { !$0.isOverridden })
        #expect(plain.allOperations[0].arguments == [])
        #expect(plain.allOperations[1].arguments.map(\.text) == ["3", "all"])

        let given = try goodPlan(
            Self.recipe, PlanRequest(overrides: ["strength=5", "strength=7", "box=10,20%,30,40", "sizes=5,6", "on=no"]))
        #expect(given.parameters.map(\.text) == ["7", "all", "no", "10,20%,30,40", "[5, 6]"])
        #expect(given.parameters.map(\.isOverridden) == [true, false, true, true, true])
        // Switched off by a parameter, the step is not in the plan at all.
        #expect(given.allOperations.map(\.name) == ["segment-by-box", "canvas", "cutout", "save"])
        #expect(given.allOperations[0].arguments.map(\.text) == ["10,20%,30,40"])
        #expect(given.allOperations[1].bindings["image"] == .input)
    }

    @Test(arguments: [
        ("strength=99", "-p:1:10", "'strength' must be a number between 1 and 10, not '99'"),
        ("strenght=3", "-p:1:1", "'strenght' is not a parameter of the recipe; did you mean 'strength'?"),
        ("what=subjekt", "-p:1:6", "'what' must be one of all, subject, not 'subjekt'; did you mean 'subject'?"),
        ("strength", "-p:1:1", "'strength' is not name=value"),
        ("on=maybe", "-p:1:4", "'on' must be true or false, not 'maybe'"),
        ("sizes=1,x", "-p:1:7", "'sizes' must be a list: each a whole number; its 2nd value is 'x'"),
        (
            "box=1,2,0,4", "-p:1:5",
            "'box' must be a box [x, y, width, height] in pixels or %; its width must be above 0, not '0'"
        ),
        ("box=", "-p:1:5", "'box' must be a box [x, y, width, height] in pixels or %, not ''"),
    ]) func wrongOverridesHaveTheirOwnPlace(_ text: String, _ place: String, _ message: String) throws {
        let found = try planned(Self.recipe, PlanRequest(overrides: [text])).diagnostics
        #expect(found.map(\.message) == [message])
        #expect(found.first?.mark?.description == place)
    }

    @Test func aValueThatAnOperationRefusesPointsBothWays() throws {
        let found = try planned(
            """
            vipsam: 1
            params: {strength: {type: number, default: 3}}
            steps:
              - blur: {radius: $strength}
              - save: "out/{name}.png"
            """, PlanRequest(overrides: ["strength=900"])
        ).diagnostics
        #expect(found.map(\.message) == ["'radius' must be a number between 0 and 256, not '900'"])
        #expect(found.first?.mark?.description == "-p:1:10")
        #expect(found.first?.notes.map(\.message) == ["'$strength' is used here"])
        #expect(found.first?.notes.first?.mark?.description == "r.yaml:4:20")
    }

    @Test func aMemberThatAnOperationRefusesPointsBothWays() throws {
        let found = try planned(
            """
            vipsam: 1
            params: {sizes: {type: list of integer, default: [10, 0]}}
            steps:
              - canvas: {size: $sizes}
              - save: "out/{name}.png"
            """
        ).diagnostics
        #expect(
            found.map(\.message) == ["'size' must be a list of 2: a number between 1 and 100000; its 2nd value is '0'"])
        #expect(found.first?.mark?.description == "r.yaml:2:55")
        #expect(found.first?.notes.first?.mark?.description == "r.yaml:4:20")
    }

    @Test func anAbsentParameterMakesItsKeyAbsent() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            params: {box: {type: box, optional: true}, side: {type: integer, optional: true}, on: {type: boolean, optional: true}}
            steps:
              - segment-by-box: $box
                as: subject
              - canvas: {size: [$side, 100], color: black}
                when: $on
              - cutout: {mask: subject}
              - save: "out/{name}.png"
            """)
        #expect(plan.allOperations.map(\.name) == ["segment-by-box", "canvas", "cutout", "save"])
        #expect(plan.allOperations[1].arguments.map(\.key) == ["color"])
    }

    @Test func absentParametersCannotBeAskedAbout() throws {
        try check(
            """
            vipsam: 1
            params: {least: {type: number, optional: true}}
            steps:
              - segment-everything: {}
              - filter: {where: 1️⃣area > $least}
                as: parts
              - save: {table: parts, to: "out/{name}.csv"}
            """, [("1️⃣", "'$least' has no value, so nothing can be asked about it")])
    }

    @Test func parametersInSectionsAndWholeConditions() throws {
        let text = """
            vipsam: 1
            model: $net
            params:
              net:   {type: text, default: vit_b}
              boxes: {type: file, optional: true}
              size:  {type: integer, default: 800}
              which: {type: text, default: "area > 1%"}
              on:    {type: text, default: "parts.count > 2"}
            input: {files: "a/*.jpg", prompts: $boxes, work-size: $size}
            steps:
              - segment-everything: {}
                as: parts
              - filter: $which
                as: good
              - blur: 3
                when: $on
              - save: "out/{name}.png"
              - save: {table: good, to: "out/{name}.csv"}
            """
        let plain = try goodPlan(text)
        #expect(plain.model?.name == "vit_b")
        #expect(plain.input.prompts == nil)
        #expect(plain.input.workSize == .shorterSide(800))
        #expect(plain.allOperations[1].arguments.map(\.text) == ["area > 1%"])
        #expect(plain.allOperations[2].when?.condition.text == "parts.count > 2")
        let given = try goodPlan(text, PlanRequest(overrides: ["boxes=b.csv", "net=vit_h"]))
        #expect(given.input.prompts == "b.csv")
        #expect(given.model?.name == "vit_h")
        let wrong = try planned(text, PlanRequest(overrides: ["size=7", "which=aera > 1"])).diagnostics
        #expect(wrong.map { $0.mark?.description } == ["-p:1:6", "-p:1:7"])
    }

    @Test func quotedDollarsAreText() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            steps:
              - segment-everything: {}
              - select-by-text: {keep: "$5 notes"}
              - save: {table: parts, to: "out/{name}.csv"}
            """.replacing("{keep: \"$5 notes\"}", with: "{keep: \"$5 notes\"}\n    as: parts"))
        #expect(plan.allOperations[1].arguments.map(\.text) == ["$5 notes"])
    }
}
