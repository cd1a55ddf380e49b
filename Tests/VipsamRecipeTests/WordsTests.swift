import Foundation
import Testing
import VipsamKit
import VipsamRecipe

@Suite struct ExplanationTests {
    @Test func aRecipeInPlainEnglish() throws {
        let plan = try goodPlan(
            """
            vipsam: 1
            about: Cuts out every part.
            params: {margin: {type: length, default: 6%}}
            input: {files: "photos/*.jpg", exclude: "*_old.jpg"}
            steps:
              - segment-everything: {points-per-side: 16}
                as: parts
              - grow-mask: 3
                when: parts.area < 50%
              - each: parts
                do:
                  - cutout: {mask: object, margin: $margin}
                  - save: "out/{name}_{n}.png"
              - save: {table: parts, to: "out/{name}.csv"}
            """)
        #expect(
            Explanation.text(plan) == """
                Cuts out every part.

                The pictures are photos/*.jpg, without *_old.jpg.
                Objects are found by the default model, on a copy with a shorter side of at most 1500 pixels; what is saved \
                has the original's size.
                'margin' is 6%.

                For each picture:
                  1. segment-everything: Finds every object.
                     Takes the input picture. With points-per-side: 16. Gives objects, called 'parts'.
                  2. Only if parts.area < 50%: grow-mask: Makes a mask larger.
                     Takes 'parts' as mask. With 3. Gives a mask.
                  3. For each object of 'parts':
                     3.1. cutout: Cuts out.
                          Takes the input picture and the object as mask. With margin: 6%. Gives an image.
                     3.2. save: Writes a file.
                          Takes the image of step 3.1. With out/{name}_{n}.png.
                  4. save: Writes a file.
                     Takes the input picture and 'parts' as table. With to: out/{name}.csv.

                Each picture gives out/{name}_{n}.png (several) and out/{name}.csv.
                The pictures are streamed: even very large ones need little memory.

                """)
    }
}

@Suite struct OperationWordsTests {
    @Test func onePage() throws {
        let page = try #require(OperationWords.page("cutout", try FakeRegistry.make()))
        #expect(
            page == """
                cutout - Cuts out.

                  - cutout: {trim: false}

                  image    The picture.
                           the name of an image; the latest image
                  mask     What to keep.
                           the name of a mask; the latest mask or objects
                  trim     Whether to crop.
                           true or false; default false
                  margin   Around it.
                           a length in pixels or % between 0 and 1000; default 0
                  feather  Soft edge.
                           a length in pixels or % between 0 and 100; default 0

                Takes an image and a mask, returns an image.

                """)
    }

    @Test func listAndUnknownWords() throws {
        let registry = try FakeRegistry.make()
        let list = OperationWords.list(registry)
        #expect(list.hasPrefix("fake\n  blur                Blurs.\n"))
        #expect(registry.names.allSatisfy { list.contains("  \($0) ") })
        let save = try #require(OperationWords.page("save", registry))
        #expect(save.contains("the name of a mask; none\n"), "only where it is named")
        #expect(save.contains("the name of an image; the latest image, or none\n"))
        #expect(OperationWords.page("nobody", registry) == nil)
        #expect(
            OperationWords.unknown("blurr", registry).message == "'blurr' is not an operation; did you mean 'blur'?")
    }

    @Test func everyOperationIsInTheDocument() throws {
        var registry = try FakeRegistry.make()
        try registry.register(
            Registry.Entry(name: "vips.invert", family: "vips", summary: "Inverts.") { _ in Fake(.image) })
        let document = OperationWords.document(registry)
        for name in registry.names { #expect(document.contains("\n### \(name)\n") == !name.hasPrefix("vips.")) }
        #expect(document.contains("| `radius` *main* | a number between 0 and 256 | default 4 | The radius. |"))
        #expect(!document.contains("\n\n\n"))
    }
}

@Suite struct RecipeSchemaTests {
    private func schema() throws -> [String: Any] {
        let text = RecipeSchema.text(try FakeRegistry.make())
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func everyOperationHasItsArguments() throws {
        let registry = try FakeRegistry.make()
        let definitions = try #require(try schema()["$defs"] as? [String: [String: Any]])
        let step = try #require(definitions["step"]?["properties"] as? [String: Any])
        for name in registry.names {
            #expect(step[name] != nil)
            let operation = try #require(definitions[name])
            let map = operation["then"] as? [String: Any] ?? operation
            let properties = try #require(map["properties"] as? [String: Any])
            #expect(Set(properties.keys) == Set(registry.describe(name)?.fields.map(\.key) ?? []))
            #expect(map["additionalProperties"] as? Bool == false)
        }
        #expect(step["tiles"] == nil)
    }

    @Test func fieldsHaveTypesRangesAndDefaults() throws {
        let definitions = try #require(try schema()["$defs"] as? [String: [String: Any]])
        let blur = try #require(
            (definitions["blur"]?["then"] as? [String: Any])?["properties"] as? [String: [String: Any]])
        #expect(blur["radius"]?["minimum"] as? Double == 0)
        #expect(blur["radius"]?["maximum"] as? Double == 256)
        #expect(blur["radius"]?["default"] as? Double == 4)
        #expect(blur["radius"]?["description"] as? String == "The radius.")
        let words = (blur["what"]?["anyOf"] as? [[String: Any]])?.compactMap { $0["enum"] as? [String] }
        #expect(words == [["background", "subject", "all"]])
        #expect((definitions["save"]?["then"] as? [String: Any])?["required"] as? [String] == ["to"])
    }

    @Test func theGrammarIsThere() throws {
        let properties = try #require(try schema()["properties"] as? [String: [String: Any]])
        #expect(Set(properties.keys) == ["vipsam", "about", "model", "params", "input", "steps", "run"])
        let input = try #require(properties["input"]?["properties"] as? [String: Any])
        #expect(Set(input.keys) == ["files", "exclude", "prompts", "work-size", "orient"])
        let run = try #require(properties["run"]?["properties"] as? [String: Any])
        #expect(Set(run.keys) == ["memory", "jobs", "on-error", "time-limit"])
    }
}
