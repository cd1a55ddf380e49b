import Foundation
import Testing

/// What the command says about itself.
@Suite struct WordsTests {
    @Test func aloneItSaysHowToStart() throws {
        let run = try Command.run([], in: Folder())
        #expect(run.code == 0)
        let lines = run.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 11)
        #expect(run.text.components(separatedBy: "\n  vipsam ").count == 4)
        #expect(run.errors == "")
    }

    @Test func helpAndVersion() throws {
        let folder = try Folder()
        #expect(try Command.run(["--version"], in: folder).text == "0.1.0\n")
        let verbs = ["run", "cutout", "segment", "check", "explain", "ops", "schema", "weights", "doctor", "bench", "eval"]
        let help = try Command.run(["--help"], in: folder).text
        for verb in verbs {
            #expect(help.contains("\n  \(verb)"), "\(verb)")
            let own = try Command.run([verb, "--help"], in: folder)
            #expect(own.code == 0, "\(verb)")
            #expect(own.text.contains("USAGE: vipsam \(verb)"), "\(verb)")
        }
        let completion = try Command.run(["--generate-completion-script", "bash"], in: folder)
        #expect(completion.code == 0)
        #expect(completion.text.contains("keep-existing"))
    }

    @Test func everyShippedRecipeIsFine() throws {
        let folder = try Folder()
        let recipes = try FileManager.default.contentsOfDirectory(atPath: Command.repository + "/recipes")
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
        #expect(!recipes.isEmpty)
        let check = try Command.run(["check"] + recipes, in: folder)
        #expect(check.code == 0, "\(check.errors)")
        for recipe in recipes {
            let explain = try Command.run(["explain", recipe], in: folder)
            #expect(explain.code == 0, "\(recipe): \(explain.errors)")
            #expect(!explain.text.isEmpty)
        }
    }

    @Test func operationsAndSchema() throws {
        let folder = try Folder()
        let list = try Command.run(["ops"], in: folder)
        #expect(list.code == 0)
        #expect(list.text.contains("segment-everything"))
        #expect(!list.text.contains("vips.gaussblur"))
        let prefix = try Command.run(["ops", "vips.gauss"], in: folder)
        #expect(prefix.text.contains("vips.gaussblur"))
        let unknown = try Command.run(["ops", "segment-everythng"], in: folder)
        #expect(unknown.code == 64)
        #expect(unknown.errors.hasPrefix("error: 'segment-everythng' is not an operation; did you mean 'segment-everything'?"))
        let schema = try Command.run(["schema"], in: folder)
        #expect(schema.json?["$schema"] != nil)
    }

    /// Everything that steps could want is there before: objects, masks, a picture.
    @Test func examplesCanBeRun() throws {
        let folder = try Folder()
        let list = try Command.run(["ops"], in: folder).text
        let lines = list.split(separator: "\n").filter { $0.hasPrefix("  ") }
        let names = lines.compactMap { $0.split(separator: " ").first }
        #expect(names.count > 30)
        for name in names {
            let page = try Command.run(["ops", String(name)], in: folder).text
            let example = try #require(page.split(separator: "\n").first { $0.hasPrefix("  - ") })
            #expect(example.hasPrefix("  - \(name):"))
            try folder.write(
                """
                vipsam: 1
                input: {files: "*.png"}
                steps:
                  - segment-everything:
                    as: things
                  - mask-from-boxes: [[10, 10, 20, 20]]
                    as: NAME
                  - mask-from-boxes: [[10, 10, 30, 30]]
                    as: subject
                \(example)
                  - save: {to: "done/things.png", labels: things}
                  - save: {to: "done/one.png", mask: NAME}
                  - save: {to: "done/other.png", mask: subject}

                """, to: "recipe.yaml")
            let check = try Command.run(["check", "recipe.yaml"], in: folder)
            #expect(check.code == 0, "\(example): \(check.errors)")
        }
        #expect(try Command.run(["ops", "overlay"], in: folder).text.contains("\n  - overlay: {text: "))
    }

    @Test func modelsAreListedAndLookedAt() throws {
        let folder = try Folder()
        let list = try Command.run(["weights", "list", "--json"], in: folder)
        #expect(list.code == 0, "\(list.errors)")
        let entries = try #require(try JSONSerialization.jsonObject(with: list.output) as? [[String: Any]])
        #expect(entries.contains { $0["default"] as? Bool == true && $0["file"] is String })
        let info = try Command.run(["weights", "info"], in: folder)
        #expect(info.code == 0, "\(info.errors)")
        #expect(info.text.contains("encoder"))
        let verify = try Command.run(["weights", "verify"], in: folder)
        #expect(verify.code == 0, "\(verify.errors)")
        #expect(verify.text.contains(": good ("))
        let unknown = try Command.run(["weights", "get", "vit_x"], in: folder)
        #expect(unknown.code == 69)
        #expect(unknown.errors.hasPrefix("error: there is no model 'vit_x'"))
    }

    @Test func theDoctorLooksAtEverything() throws {
        let folder = try Folder()
        let run = try Command.run(["doctor"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        for word in ["libvips", "OpenBLAS", "cores", "memory", "model", "plugins"] { #expect(run.text.contains(word)) }
        let homeless = try Command.run(["doctor"], in: folder, environment: ["HOME": ""])
        #expect(homeless.code == 0, "\(homeless.errors)")
    }

    @Test func thereAreNoColoursInAFile() throws {
        let folder = try Folder()
        let run = try Command.run(["check", "nowhere.yaml"], in: folder)
        #expect(run.code == 66)
        #expect(!run.errors.contains("\u{1B}"))
    }
}
