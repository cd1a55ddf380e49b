import Testing
import VipsamKit
import VipsamRecipe
import VipsamTestKit

/// Every static check of the recipe language, each with the place of its problem.
@Suite struct StaticCheckTests {
    @Test func unknownOperation() throws {
        try check(
            """
            vipsam: 1
            steps:
              - 1️⃣blurr: 3
              - save: "out/{name}.png"
            """, [("1️⃣", "'blurr' is not an operation; did you mean 'blur'?")])
    }

    @Test func unknownArgument() throws {
        try check(
            """
            vipsam: 1
            steps:
              - blur: {1️⃣radios: 3, radius: 2️⃣900}
              - save: "out/{name}.png"
            """,
            [
                ("1️⃣", "'radios' is not an argument of blur; did you mean 'radius'?"),
                ("2️⃣", "'radius' must be a number between 0 and 256, not '900'"),
            ])
    }

    @Test func unknownParameter() throws {
        try check(
            """
            vipsam: 1
            params: {strength: {type: number, default: 3}}
            steps:
              - blur: {radius: 1️⃣$strenght}
              - blur: {what: 2️⃣${strength}x}
              - save: "out/{name}.png"
            """.replacing("2️⃣${strength}x", with: "2️⃣$stren"),
            [
                ("1️⃣", "'$strenght' is not a parameter; did you mean 'strength'?"),
                ("2️⃣", "'$stren' is not a parameter"),
            ])
    }

    @Test func kindsThatDoNotFit() throws {
        try check(
            """
            vipsam: 1
            steps:
              - stats: {}
                as: numbers
              - cutout: {mask: 1️⃣numbers}
              - grow-mask: {mask: 2️⃣input}
                as: grown
              - each: 3️⃣grown
                do:
                  - save: "out/{n}.png"
            """,
            [
                ("1️⃣", "'mask' needs a mask, but 'numbers' is a table"),
                ("2️⃣", "'mask' needs a mask, but 'input' is an image"),
                ("3️⃣", "'each' goes over objects, but 'grown' is a mask"),
            ])
    }

    @Test func nameBeforeItsDefinition() throws {
        try check(
            """
            vipsam: 1
            steps:
              - cutout: {mask: 1️⃣subject}
              - segment-by-box: {}
                as: subject
              - cutout: {mask: 2️⃣sujbect}
              - save: "out/{name}.png"
            """,
            [
                ("1️⃣", "'subject' is not made yet"), ("2️⃣", "'sujbect' is not a name here; did you mean 'subject'?"),
            ])
    }

    @Test func namedResultThatNothingUses() throws {
        try check(
            """
            vipsam: 1
            steps:
              - segment-by-box: {}
                as: 1️⃣subject
              - save: "out/{name}.png"
            """, [("1️⃣", "nothing uses 'subject'")])
        try check(
            """
            vipsam: 1
            steps:
              - 1️⃣segment-by-box: {}
              - save: "out/{name}.png"
              - 2️⃣blur: 3
            """,
            [
                ("1️⃣", "warning: nothing uses what segment-by-box makes here"),
                ("2️⃣", "warning: nothing uses what blur makes here"),
            ])
    }

    @Test func parameterThatNothingUses() throws {
        let recipe = """
            vipsam: 1
            params:
              1️⃣idle: {type: integer, default: 3}
              2️⃣text: {type: text, default: "no"}
              files: {type: text, default: "x/*.jpg"}
              jobs: {type: integer, default: 2}
              box: {type: box, optional: true}
              wide: {type: integer, optional: true}
              high: {type: integer, optional: true}
              on: {type: boolean, default: true}
              off: {type: boolean, default: false}
              absent: {type: boolean, optional: true}
              sizes: {type: list of integer, default: [1, 2]}
              least: {type: number, default: 3}
              question: {type: text, default: "area > $least"}
              with: {type: number, default: 3}
            input: {files: $files}
            steps:
              - segment-by-box: $box
              - filter: {where: $question}
              - filter: {where: "area > $with"}
                when: $on
              - grow-mask: 3
                as: mask
              - cutout: {mask: mask}
              - blur: 3
                when: $absent
              - canvas: {size: [$wide, $high]}
                when: $off
              - fill: {color: red}
              - each: $sizes
                do:
                  - save: "out/{name}-{item}.png"
            run: {jobs: $jobs}
            """
        let unused = "warning: nothing uses the parameter"
        try check(recipe, [("1️⃣", "\(unused) 'idle'"), ("2️⃣", "\(unused) 'text'")])
        // Where a step is not understood, it may be the one that uses them.
        let broken = try planned(MarkedText(recipe.replacing("- blur", with: "- blurr")).text)
        #expect(broken.diagnostics.map(\.message) == ["'blurr' is not an operation; did you mean 'blur'?"])
    }

    @Test func aFileNameThatIsAMapIsToldOnce() throws {
        try check(
            """
            vipsam: 1
            steps:
              - blur: 3
              - save: {to: 1️⃣{name}}
              - 2️⃣save: {3️⃣name}
              - save: {to: 4️⃣{n:03}}
            """,
            [
                ("1️⃣", "'to' must be a file name, such as \"out/{name}.png\", not a map"),
                ("2️⃣", "save needs 'to': a file name, such as \"out/{name}.png\""),
                ("3️⃣", "'name' is not an argument of save"),
                ("4️⃣", "'to' must be a file name, such as \"out/{name}.png\", not a map"),
            ])
        let found = try planned("vipsam: 1\nsteps:\n  - blur: 3\n  - save: {name}").diagnostics
        #expect(found.last?.notes.map(\.message) == [
            "braces make a map in YAML; a file name with facts needs quotes: \"{name}\"",
        ])
    }

    @Test func neededValueThatNothingMakes() throws {
        try check(
            """
            vipsam: 1
            steps:
              - 1️⃣cutout: {}
              - save: "out/{name}.png"
            """, [("1️⃣", "cutout needs a mask, but no step before it makes one")])
    }

    @Test func noSaveAtAll() throws {
        try check(
            """
            vipsam: 1
            1️⃣steps:
              - 2️⃣blur: 3
            """, [("1️⃣", "nothing is saved"), ("2️⃣", "warning: nothing uses what blur makes here")])
    }

    @Test func aSaveWithAMistakeIsNotCalledMissing() throws {
        try check(
            """
            vipsam: 1
            steps:
              - blur: 3
              - save: 1️⃣"{name}_{index}.png"
            """, [("1️⃣", "'{index}' is not a fact; known: {dir} {name} {ext} {n} {label} {score} {item}")])
    }

    @Test func saveInsideEachNeedsANumber() throws {
        try check(
            """
            vipsam: 1
            steps:
              - segment-everything: {}
                as: parts
              - each: parts
                do:
                  - cutout: {mask: object}
                  - save: {to: 1️⃣"out/{name}.png"}
                  - save: {to: "out/{name}_{label}.png"}
                  - save: {to: "out/{name}_{n:03}.png"}
            """, [("1️⃣", "every pass of the block would write 'out/{name}.png'")])
    }

    @Test func oneNameForTwoOutputs() throws {
        try check(
            """
            vipsam: 1
            steps:
              - save: {to: "out/{name}.png"}
              - blur: 3
              - save: {to: 1️⃣"./out/{name}.png"}
            """, [("1️⃣", "'./out/{name}.png' is written twice")])
    }

    @Test func outputThatIsTheNextInput() throws {
        let marked = """
            vipsam: 1
            input: {files: "photos/**/*.{jpg,png}"}
            steps:
              - blur: 3
              - save: {to: 1️⃣"photos/{dir}/{name}_blurred.png"}
            """
        try check(
            marked,
            [
                (
                    "1️⃣",
                    "'photos/{dir}/{name}_blurred.png' would be taken as an input the next time: 'photos/**/*.{jpg,png}' matches it"
                )
            ])
        try check(marked.replacing("1️⃣", with: ""), [], PlanRequest(outputRoot: "out"))
        try check(marked.replacing("1️⃣", with: ""), [], PlanRequest(replacesFiles: true))
        try check(marked.replacing("1️⃣", with: "").replacing("}\"}", with: "}\", exclude: \"*_blurred.png\"}"), [])
    }

    @Test func whenOnlyWhereTheInputCanBeHandedOn() throws {
        try check(
            """
            vipsam: 1
            params: {on: {type: boolean, default: true}}
            steps:
              - segment-by-box: {}
                when: 1️⃣$on
                as: subject
              - blur: 3
                when: $on
              - grow-mask: 3
                when: subject.area > 1%
              - cutout: {}
                when: 2️⃣subject.aera > 1%
              - save: "out/{name}.png"
                when: $on
              - save: "out/{name}.jpg"
                when: 3️⃣subject.area
              - save: "out/{name}.tif"
                when: input.4️⃣area > 3
            """.replacing("input.4️⃣area", with: "4️⃣input.area"),
            [
                ("1️⃣", "'when' is not allowed on segment-by-box: switched off, it could not hand on objects"),
                ("2️⃣", "'aera' is not a field; did you mean 'area'?; known: \(Self.fields)"),
                ("3️⃣", "'when' needs a question that yes or no answers, not 'subject.area'"),
                ("4️⃣", "an image such as 'input' has no 'area'"),
            ])
    }

    private static let fields = "area, score, stability, label, count, x, y, w, h, width, height"

    @Test func namesThatAreTaken() throws {
        try check(
            """
            vipsam: 1
            steps:
              - blur: 3
                as: soft
              - blur: 4
                as: 1️⃣soft
              - blur: 5
                as: 2️⃣input
              - save: "out/{name}.png"
                as: 3️⃣file
            """,
            [
                ("1️⃣", "'soft' is a name already; take another one"),
                ("2️⃣", "'input' is always there; take another name"),
                ("3️⃣", "save returns nothing to name"), ("1️⃣", "nothing uses 'soft'"),
            ].filter { $0.1 != "nothing uses 'soft'" })
    }

    @Test func nothingFromInsideABlockIsVisibleAfterIt() throws {
        try check(
            """
            vipsam: 1
            steps:
              - segment-everything: {}
                as: parts
              - each: parts
                do:
                  - cutout: {mask: object}
                    as: piece
                  - save: {image: piece, to: "out/{n}.png"}
              - save: {image: 1️⃣piece, to: "out/{name}.png"}
              - cutout: {mask: 2️⃣object}
              - save: "out/{name}.jpg"
            """,
            [
                ("1️⃣", "'piece' is not a name here"), ("2️⃣", "'object' is not a name here"),
            ])
    }

    @Test func blocksCollectObjectsAndTablesOnly() throws {
        try check(
            """
            vipsam: 1
            steps:
              - segment-everything: {}
                as: parts
              - each: parts
                do:
                  - cutout: {mask: object}
                as: 1️⃣pieces
              - each: parts
                do:
                  - save: "out/{n}.png"
                as: 2️⃣nothing
            """,
            [
                ("1️⃣", "'as' of a block collects objects or tables, but the last result is an image"),
                ("2️⃣", "'as' collects the last results inside, but no step inside has one"),
            ])
    }

    @Test func tilesAreAnUnknownWord() throws {
        try check(
            """
            vipsam: 1
            steps:
              - 1️⃣tiles: {size: 1024}
                do:
                  - segment-everything: {}
              - save: "out/{name}.png"
            """, [("1️⃣", "'tiles' is not an operation")])
    }

    @Test func problemsOfEverySortAtOnceInTheirOrder() throws {
        let found = try planned(
            """
            vipsam: 2
            abuot: x
            params: {a: {type: colour, default: white}}
            input: {files: "x/*.jpg", exclud: y}
            steps:
              - blurr: 1
              - blur: {radius: x}
              - cutout: {mask: nobody}
              - save: {to: "{nam}.png"}
            run: {jobs: 0}
            """
        ).diagnostics
        let lines = found.compactMap(\.mark?.line)
        #expect(lines == [1, 2, 3, 4, 6, 7, 8, 9, 10])
    }
}
