import Foundation
import Testing
import VipsamKit

/// Shrinks pictures: no model is needed.
private let shrink = """
    vipsam: 1
    about: Make pictures smaller.
    input: {files: "photos/**/*.{png,jpg}"}
    steps:
      - resize: 50%
      - save: {to: "small/{dir}/{name}.png"}

    """

@Suite struct RunTests {
    @Test func picturesComeOut() throws {
        let folder = try Folder()
        try folder.write(shrink, to: "recipe.yaml")
        for name in ["photos/a.png", "photos/b/c.png"] { try folder.picture(name) }
        let run = try Command.run(["run", "recipe.yaml", "-o", "out"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.text == "")
        #expect(run.errors.hasSuffix("; report: out/vipsam-report/report.json\n"))
        #expect(folder.files("out") == ["small/a.png", "small/b/c.png"])
        let header = try ImageFile.probe(folder["out/small/b/c.png"])
        #expect(header.width == 32 && header.height == 24)
        let report = try #require(folder.json("out/vipsam-report/report.json"))
        #expect((report["totals"] as? [String: Int])?["ok"] == 2)
    }

    @Test func oneBrokenPictureAmongGoodOnes() throws {
        let folder = try Folder()
        try folder.write(shrink, to: "recipe.yaml")
        try folder.picture("photos/a.png")
        try folder.truncatedPicture("photos/b.png")
        try folder.picture("photos/c.png")
        let run = try Command.run(["run", "recipe.yaml", "-o", "out", "-j2", "--progress", "none"], in: folder)
        #expect(run.code == 1)
        #expect(run.errors.hasPrefix("error: 'photos/b.png' is damaged: its pixels cannot be decoded to the end\n"))
        #expect(run.errors.contains("2 done, 1 failed in "))
        #expect(folder.files("out") == ["small/a.png", "small/c.png"])
        let lenient = try Command.run(["run", "recipe.yaml", "-o", "out", "--lenient"], in: folder)
        #expect(lenient.code == 0, "\(lenient.errors)")
        let items = folder.json("out/vipsam-report/report.json")?["items"] as? [[String: Any]]
        #expect(items?.map { $0["degraded"] as? Bool } == [nil, true, nil])
    }

    @Test func picturesAreTurnedUprightUnlessTheRecipeSaysOtherwise() throws {
        let folder = try Folder()
        try folder.picture("plain.jpg")
        // One EXIF entry: orientation (0x112), a short, 6: turn it a quarter clockwise.
        let exif: [UInt8] =
            [0xFF, 0xE1, 0, 34] + Array("Exif\0\0II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0]
            + Array(repeating: 0, count: 6)
        var picture = try #require(folder.data("plain.jpg"))
        picture.insert(contentsOf: exif, at: picture.startIndex + 2)
        try picture.write(to: URL(fileURLWithPath: folder["turned.jpg"]))
        for (orient, width, height) in [(true, 24, 32), (false, 32, 24)] {
            try folder.write(
                shrink.replacingOccurrences(of: "input: {", with: "input: {orient: \(orient), "), to: "recipe.yaml")
            let run = try Command.run(["run", "recipe.yaml", "turned.jpg", "-o", "\(orient)"], in: folder)
            #expect(run.code == 0, "\(run.errors)")
            let header = try ImageFile.probe(folder["\(orient)/small/turned.png"])
            #expect(header.width == width && header.height == height && header.orientation == 1)
        }
    }

    @Test func aFolderOfItsNameHidesNoShippedRecipe() throws {
        let folder = try Folder()
        try folder.picture("privacy/a.png")
        let run = try Command.run(["explain", "privacy"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.text.hasPrefix("Pixelate faces and plates"))
    }

    @Test func workersDoNotChangeTheBytes() throws {
        let folder = try Folder()
        try folder.write(shrink, to: "recipe.yaml")
        for number in 0..<8 { try folder.picture("photos/\(number).png", width: 300, height: 200, seed: number) }
        for jobs in ["1", "4"] {
            let run = try Command.run(["run", "recipe.yaml", "-o", "out\(jobs)", "-j", jobs], in: folder)
            #expect(run.code == 0, "\(run.errors)")
        }
        for number in 0..<8 {
            let one = folder.data("out1/small/\(number).png")
            #expect(one != nil)
            #expect(one == folder.data("out4/small/\(number).png"))
        }
    }

    @Test func aWrongRecipeIsShownWithItsPlaces() throws {
        let folder = try Folder()
        try folder.write(
            """
            vipsam: 1
            input: {files: "*.png"}
            steps:
              - blurr: {radius: 4}
              - blur: {what: all, radius: 900000}
              - save: {to: "out/{nam}.png"}

            """, to: "wrong.yaml")
        let run = try Command.run(["run", "wrong.yaml"], in: folder)
        #expect(run.code == 65)
        #expect(run.text == "")
        #expect(run.errors.hasPrefix(
            """
            wrong.yaml:4:5: error: 'blurr' is not an operation; did you mean 'blur'?
                4 |   - blurr: {radius: 4}
                  |     ^~~~~

            """))
        #expect(run.errors.contains("wrong.yaml:5:31: error: 'radius' must be "))
        #expect(run.errors.contains("wrong.yaml:6:16: error: '{nam}' is not a fact"))
        #expect(run.errors.hasSuffix("3 errors\n"))
        let check = try Command.run(["check", "wrong.yaml"], in: folder)
        #expect(check.code == 65)
        #expect(check.errors == run.errors)
    }

    @Test func whatIsMissing() throws {
        let folder = try Folder()
        try folder.write(shrink, to: "recipe.yaml")
        let recipe = try Command.run(["run", "nowhere.yaml"], in: folder)
        #expect(recipe.code == 66)
        #expect(recipe.errors == "error: there is no recipe 'nowhere.yaml'\n")
        let shipped = try Command.run(["run", "background-blurr"], in: folder)
        #expect(shipped.code == 66)
        #expect(shipped.errors.hasPrefix("error: there is no recipe 'background-blurr'; did you mean 'background-blur'?\n"))
        let input = try Command.run(["run", "recipe.yaml", "nowhere.jpg"], in: folder)
        #expect(input.code == 66)
        #expect(input.errors == "error: there is no file or folder 'nowhere.jpg'\n")
        let none = try Command.run(["run", "recipe.yaml"], in: folder)
        #expect(none.code == 66)
    }

    @Test func theCommandLineIsChecked() throws {
        let folder = try Folder()
        for arguments in [["run"], ["run", "a.yaml", "--limit", "0"], ["bogus"], ["run", "a.yaml", "-q", "-v"]] {
            let run = try Command.run(arguments, in: folder)
            #expect(run.code == 64, "\(arguments)")
            #expect(run.text == "")
        }
        try folder.write(shrink, to: "recipe.yaml")
        let jobs = try Command.run(["run", "recipe.yaml", "-j", "many"], in: folder)
        #expect(jobs.code == 64)
        #expect(jobs.errors == "error: '--jobs' must be a whole number of at least 1, not 'many'\n")
    }

    @Test func inputsAreNotReplaced() throws {
        let folder = try Folder()
        try folder.write(shrink.replacingOccurrences(of: "small/{dir}/{name}.png", with: "{name}.png"), to: "recipe.yaml")
        try folder.picture("photos/a.png")
        let before = folder.data("photos/a.png")
        try FileManager.default.createSymbolicLink(atPath: folder["out"], withDestinationPath: folder["photos"])
        let run = try Command.run(["run", "recipe.yaml", "-o", "out"], in: folder)
        #expect(run.code == 65)
        #expect(run.errors.contains("the output 'out/a.png' is the same file as the input 'photos/a.png'"))
        #expect(folder.data("photos/a.png") == before)
        #expect(folder.files("photos") == ["a.png"])
    }

    @Test func collisionsAreFoundBeforeAnythingRuns() throws {
        let folder = try Folder()
        try folder.write(shrink.replacingOccurrences(of: "{dir}/", with: ""), to: "recipe.yaml")
        try folder.picture("photos/x/a.png")
        try folder.picture("photos/y/a.png")
        let run = try Command.run(["run", "recipe.yaml", "-o", "out"], in: folder)
        #expect(run.code == 65)
        #expect(
            run.errors.contains("error: 'photos/x/a.png' and 'photos/y/a.png' would both be written to 'out/small/a.png'\n"))
        #expect(folder.files("out") == [])
    }

    @Test func aFolderThatCannotBeWritten() throws {
        let folder = try Folder()
        try folder.write(shrink, to: "recipe.yaml")
        try folder.picture("photos/a.png")
        try folder.write("", to: "file")
        let run = try Command.run(["run", "recipe.yaml", "-o", "file/out"], in: folder)
        #expect(run.code == 73)
        #expect(
            run.errors == """
                error: 'file' is a file, but a folder is needed there
                note: choose another output folder with -o

                """)
    }

    @Test func aDryRunTouchesNothing() throws {
        let folder = try Folder()
        try folder.write(shrink, to: "recipe.yaml")
        try folder.picture("photos/a.png")
        let run = try Command.run(["run", "recipe.yaml", "-o", "out", "-n"], in: folder)
        #expect(run.code == 0)
        #expect(run.text == "photos/a.png → out/small/a.png\n")
        #expect(run.errors.hasPrefix("1 to do · 0 to skip · 1 at once"))
        #expect(run.errors.hasSuffix(" · no model\n"))
        #expect(folder.files("out") == [])
    }

    @Test func streams() throws {
        let folder = try Folder()
        try folder.write(shrink.replacingOccurrences(of: "{dir}/", with: ""), to: "recipe.yaml")
        try folder.picture("a.png")
        let through = try Command.run(["run", "recipe.yaml", "-", "-o", "-"], in: folder, input: folder.data("a.png"))
        #expect(through.code == 0, "\(through.errors)")
        #expect(through.output.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let list = try Command.run(
            ["run", "recipe.yaml", "--files-from", "-", "-0", "-o", "out", "-q"], in: folder, input: Data("a.png\0".utf8))
        #expect(list.code == 0, "\(list.errors)")
        #expect(list.errors == "")
        #expect(folder.data("out/small/a.png") == through.output)
    }

    @Test func theMachineLogIsOneObjectPerLine() throws {
        let folder = try Folder()
        try folder.write(shrink, to: "recipe.yaml")
        try folder.picture("photos/a.png")
        let run = try Command.run(["run", "recipe.yaml", "-o", "out", "--log", "json"], in: folder)
        let lines = try run.errors.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(lines.map { $0["event"] as? String } == ["start", "item", "end"])
        #expect(lines.allSatisfy { $0["v"] as? Int == 1 })
        #expect(lines[1]["status"] as? String == "ok")
        #expect(lines[1]["outputs"] as? [String] == ["out/small/a.png"])
    }

    @Test func settingsHaveAnOrder() throws {
        let folder = try Folder()
        try folder.write(shrink, to: "recipe.yaml")
        try folder.picture("photos/a.png")
        try folder.write("output: from-file\n", to: "vipsam.config.yaml")
        #expect(try Command.run(["run", "recipe.yaml"], in: folder).code == 0)
        #expect(folder.files("from-file") == ["small/a.png"])
        #expect(try Command.run(["run", "recipe.yaml"], in: folder, environment: ["VIPSAM_OUTPUT": "from-env"]).code == 0)
        #expect(folder.files("from-env") == ["small/a.png"])
        try folder.write("outptu: x\n", to: "vipsam.config.yaml")
        let wrong = try Command.run(["run", "recipe.yaml"], in: folder)
        #expect(wrong.code == 64)
        #expect(wrong.errors.hasPrefix("vipsam.config.yaml:1:1: error: 'outptu' is not a setting; did you mean 'output'?\n"))
    }
}
