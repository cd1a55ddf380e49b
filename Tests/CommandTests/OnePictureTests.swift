import Foundation
import Testing
import VipsamKit

/// `segment` and `cutout`, with the model that is in the repository.
@Suite struct OnePictureTests {
    /// A bright disc on a dark ground.
    private func disc(_ name: String, in folder: Folder) throws {
        let width = 160, height = 120
        var bytes: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let isOn = (x - 80) * (x - 80) + (y - 60) * (y - 60) < 35 * 35
                bytes += isOn ? [240, 200, 60] : [20, 30, 60]
            }
        }
        try ImageWriter.write(Pixels.from(bytes: bytes, width: width, height: height, bands: 3), to: folder[name])
    }

    @Test func segmentWritesMasksAndSaysWhatTheyAre() throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        let run = try Command.run(
            ["segment", "disc.png", "--box", "40,20,80,80", "--point", "80,60", "--candidates", "3", "-o", "masks", "--json"],
            in: folder)
        #expect(run.code == 0, "\(run.errors)")
        let answer = try #require(run.json)
        #expect(answer["image"] as? String == "disc.png")
        #expect(answer["width"] as? Int == 160)
        #expect(answer["height"] as? Int == 120)
        let results = try #require(answer["results"] as? [[String: Any]])
        #expect(results.count == 1)
        let prompt = try #require(results[0]["prompt"] as? [String: Any])
        #expect(prompt["box"] as? [Double] == [40, 20, 80, 80])
        #expect(prompt["points"] as? [[Double]] == [[80, 60, 1]])
        let candidates = try #require(results[0]["candidates"] as? [[String: Any]])
        #expect(candidates.map { $0["mask"] as? String } == ["disc_1_1.png", "disc_1_2.png", "disc_1_3.png"])
        #expect(folder.files("masks") == ["disc_1_1.png", "disc_1_2.png", "disc_1_3.png"])
        for candidate in candidates {
            let name = try #require(candidate["mask"] as? String)
            let pixels = try ImageFile.open(folder["masks/" + name], access: .random).pixels
            #expect(pixels.width == 160 && pixels.height == 120 && pixels.bands == 1)
            let bytes = try pixels.bytes()
            #expect(Set(bytes).isSubset(of: [0, 255]))
            #expect(bytes.count { $0 == 255 } == candidate["area"] as? Int)
            #expect(candidate["predicted_iou"] is Double)
            #expect((candidate["box"] as? [Int])?.count == 4)
        }
    }

    @Test func masksInEightBitsAreNearlyTheSame() throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        var masks: [[UInt8]] = []
        for precision in ["float32", "int8"] {
            let run = try Command.run(
                ["segment", "disc.png", "--box", "45,25,70,70", "--precision", precision, "-o", precision], in: folder)
            #expect(run.code == 0, "\(run.errors)")
            masks.append(try ImageFile.open(folder[precision + "/disc_1_1.png"], access: .random).pixels.bytes())
        }
        let both = zip(masks[0], masks[1]).count { $0 == 255 && $1 == 255 }
        let either = zip(masks[0], masks[1]).count { $0 == 255 || $1 == 255 }
        #expect(either > 0 && Double(both) > 0.9 * Double(either))
        let wrong = try Command.run(["segment", "disc.png", "--everything", "--precision", "int9"], in: folder)
        #expect(wrong.code == 64 && wrong.errors.contains("must be one of float32, int8, not 'int9'; did you mean 'int8'?"))
    }

    /// Both precisions in one recipe: two models in memory, and the cache of embeddings keeps them apart.
    @Test func aRecipeNamesThePrecision() throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        let recipe = """
            vipsam: 1
            params: {precision: {type: text, default: int8}}
            steps:
              - segment-by-box: {box: [45, 25, 70, 70], precision: $precision}
                as: rounded
              - segment-by-box: {box: [45, 25, 70, 70]}
                as: exact
              - save: {objects: rounded, to: "rounded.json"}
              - save: {objects: exact, to: "exact.json"}

            """
        try folder.write(recipe, to: "recipe.yaml")
        var scores: [[Double?]] = []
        for out in ["first", "second"] {
            let run = try Command.run(["run", "recipe.yaml", "disc.png", "-o", out], in: folder)
            #expect(run.code == 0, "\(run.errors)")
            scores.append(
                ["rounded", "exact"].map { name in
                    let entries = folder.json("\(out)/\(name).json")?["annotations"] as? [[String: Any]]
                    return entries?.first?["predicted_iou"] as? Double
                })
        }
        #expect(scores[0] == scores[1] && scores[0][0] != nil && scores[0][0] != scores[0][1])
        let models = folder.json("first/vipsam-report/report.json")?["model"] as? [[String: Any]]
        #expect(models?.map { $0["precision"] as? String } == ["int8", "float32"])
        let wrong = try Command.run(["run", "recipe.yaml", "disc.png", "-o", "wrong", "-p", "precision=int9"], in: folder)
        #expect(wrong.code == 65 && wrong.errors.hasPrefix("-p:1:11: error: 'precision' must be one of float32, int8"))
    }

    @Test func aTableWithoutJSON() throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        let run = try Command.run(["segment", "disc.png", "--point", "80,60", "-o", "masks"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.text.hasPrefix("mask"))
        #expect(run.text.contains("disc_1_1.png"))
        #expect(folder.files("masks") == ["disc_1_1.png"])
    }

    @Test func cutoutMakesATransparentPicture() throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        let run = try Command.run(["cutout", "disc.png", "--box", "44,24,72,72", "-o", "new/out.png"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(folder.files("new") == ["out.png"])
        let pixels = try ImageFile.open(folder["new/out.png"], access: .random).pixels
        #expect(pixels.width == 160 && pixels.height == 120 && pixels.hasAlpha)
        #expect(try pixels.getpoint(x: 2, y: 2).last == 0)
        let stream = try Command.run(["cutout", "-", "--box", "44,24,72,72", "-o", "-"], in: folder, input: folder.data("disc.png"))
        #expect(stream.code == 0, "\(stream.errors)")
        #expect(stream.output == folder.data("new/out.png"))
    }

    /// A mistake of the command line: there is no recipe that the user could look into.
    @Test func thePictureIsNeverReplaced() throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        try FileManager.default.createSymbolicLink(atPath: folder["link.png"], withDestinationPath: folder["disc.png"])
        let before = folder.data("disc.png")
        let expected = ["disc.png": "is an input", "link.png": "is the same file as the input 'disc.png'"]
        for (name, what) in expected {
            let message = "error: the output '\(name)' \(what); inputs are never replaced\n"
            for verb in ["cutout", "contact-sheet"] {
                let run = try Command.run([verb, "disc.png", "-o", name], in: folder)
                #expect(run.code == 64, "\(verb) \(name)")
                #expect(run.errors == message + "note: give another name with -o\n", "\(verb)")
            }
        }
        #expect(folder.data("disc.png") == before && folder.files() == ["disc.png", "link.png"])
    }

    /// With a model's ending, a name is a file's of the current directory; no `./` is needed.
    @Test func aModelIsAFileOfTheCurrentDirectory() throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        let shipped = Command.repository + "/weights/vipsam-small.safetensors"
        try FileManager.default.createSymbolicLink(atPath: folder["full.safetensors"], withDestinationPath: shipped)
        try FileManager.default.createDirectory(atPath: folder["models"], withIntermediateDirectories: true)
        let cut = ["cutout", "disc.png", "--box", "44,24,72,72", "-o", "out.png", "--model"]
        let run = try Command.run(cut + ["full.safetensors"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        let missing = try Command.run(cut + ["ful.safetensors"], in: folder)
        #expect(missing.code == 69 && missing.errors.hasPrefix("error: there is no file 'ful.safetensors'\n"))
        let directory = try Command.run(cut + ["models"], in: folder)
        #expect(directory.code == 69 && directory.errors.hasPrefix("error: 'models' is a folder; a model is one file"))
        let recipe = """
            vipsam: 1
            model: full.safetensors
            steps:
              - segment-by-box: {box: [44, 24, 72, 72]}
                as: subject
              - segment-by-box: {box: [44, 24, 72, 72], model: full.safetensors}
                as: again
              - save: {objects: subject, to: "one.json"}
              - save: {objects: again, to: "two.json"}

            """
        try folder.write(recipe, to: "recipe.yaml")
        let named = try Command.run(["run", "recipe.yaml", "disc.png", "-o", "out"], in: folder)
        #expect(named.code == 0, "\(named.errors)")
        #expect(folder.data("out/one.json") == folder.data("out/two.json"))
        try folder.write(
            recipe.replacingOccurrences(of: "72], model: full", with: "72], model: ful"), to: "recipe.yaml")
        let wrong = try Command.run(["run", "recipe.yaml", "disc.png", "-o", "out"], in: folder)
        #expect(wrong.code == 69)
        #expect(wrong.errors.contains("recipe.yaml:6:52: error: there is no file 'ful.safetensors'\n"), "\(wrong.errors)")
    }

    @Test func whatDoesNotFitInMemoryIsRefused() throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        let run = try Command.run(["cutout", "disc.png", "--memory", "10M", "-o", "out.png", "-q"], in: folder)
        #expect(run.code == 1)
        #expect(run.errors.contains("'disc.png' needs about "), "\(run.errors)")
        #expect(run.errors.contains(" of memory, but 10 MB are allowed"))
        #expect(folder.files() == ["disc.png"])
        #expect(try Command.run(["cutout", "disc.png", "--memory", "much", "-o", "out.png"], in: folder).code == 64)
    }

    @Test func promptsLieOnThePicture() throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        for verb in [["segment", "disc.png", "-o", "out"], ["cutout", "disc.png", "-o", "out/a.png"]] {
            for prompt in [["--point", "160,60"], ["--point", "-1,5"], ["--box", "200,10,20,20"]] {
                let run = try Command.run(verb + [prompt[0] + "=" + prompt[1]], in: folder)
                #expect(run.code == 64, "\(verb) \(prompt)")
                #expect(run.errors.contains("lies outside the picture, which has 160 × 120 pixels"))
            }
        }
        #expect(folder.files("out") == [])
    }

    @Test(arguments: [
        ["segment", "disc.png"], ["segment", "disc.png", "--box", "1,2,3"], ["segment", "disc.png", "--point", "a,b"],
        ["segment", "disc.png", "--point", "1,2,7"], ["segment", "disc.png", "--everything", "--point", "1,2"],
        ["segment", "disc.png", "--box", "1,2,0,5"], ["cutout", "disc.png"], ["cutout", "disc.png", "-o", "a.pgn"],
        ["segment", "disc.png", "--point", "5,5", "--candidates", "2"],
    ])
    func wrongWords(arguments: [String]) throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        let run = try Command.run(arguments, in: folder)
        #expect(run.code == 64)
        #expect(folder.files() == ["disc.png"])
    }

    @Test func whatIsMissingOrBroken() throws {
        let folder = try Folder()
        try disc("disc.png", in: folder)
        try folder.truncatedPicture("half.png")
        try folder.write("this is no picture", to: "text.png")
        for verb in [["segment", "-o", "out", "--point", "5,5"], ["cutout", "-o", "out/a.png"]] {
            #expect(try Command.run(verb + ["nowhere.png"], in: folder).code == 66)
            for broken in ["half.png", "text.png"] {
                let run = try Command.run(verb + [broken], in: folder)
                #expect(run.code == 1, "\(verb) \(broken): \(run.errors)")
                #expect(run.errors.contains("'\(broken)'"))
            }
            let model = try Command.run(verb + ["disc.png", "--model", "vipsam-smal"], in: folder)
            #expect(model.code == 69)
            #expect(model.errors.hasPrefix("error: there is no model 'vipsam-smal'; did you mean 'vipsam-small'?\n"))
            try folder.write("not a checkpoint", to: "wrong.safetensors")
            #expect(try Command.run(verb + ["disc.png", "--model", "./wrong.safetensors"], in: folder).code == 69)
        }
        #expect(folder.files("out") == [])
    }
}
