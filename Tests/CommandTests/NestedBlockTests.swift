import Foundation
import Testing
import VipsamKit

/// Blocks inside blocks; no model is needed.
@Suite struct NestedBlockTests {
    private static let recipe = """
        vipsam: 1
        steps:
          - each: [20, 40]
            do:
              - resize: {to: $item, image: input}
              - each: [0, 90, 180]
                do:
                  - vips.rotate: {angle: $item}
                  - save: {to: "rot/{n}-{item}.png"}

        """

    private static let names = ["1-1-0", "1-2-90", "1-3-180", "2-1-0", "2-2-90", "2-3-180"].map { "rot/\($0).png" }

    @Test func everyPassHasAFileOfItsOwn() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        try folder.picture("a.png", width: 64, height: 48)
        let run = try Command.run(["run", "recipe.yaml", "a.png", "-o", "out"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(folder.files("out") == Self.names)
        let small = try ImageFile.probe(folder["out/rot/1-1-0.png"])
        let large = try ImageFile.probe(folder["out/rot/2-1-0.png"])
        #expect(large.width > small.width && large.height > small.height)
    }

    @Test func theDryRunKnowsTheNames() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        try folder.picture("a.png")
        let run = try Command.run(["run", "recipe.yaml", "a.png", "-n"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.text.hasPrefix("a.png → \(Self.names.joined(separator: ", "))\n"), "\(run.text)")
    }

    @Test func aNoteStandsOnce() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        let run = try Command.run(["check", "recipe.yaml"], in: folder)
        #expect(run.code == 0)
        let note = "reads the original's pixels in any order"
        #expect(run.errors.components(separatedBy: note).count == 2, "\(run.errors)")
    }

    @Test func whatWouldClashIsFoundBeforeAnythingRuns() throws {
        let folder = try Folder()
        try folder.write(Self.recipe.replacingOccurrences(of: "{n}-{item}", with: "{item}"), to: "recipe.yaml")
        try folder.picture("a.png")
        for verb in [["check", "recipe.yaml"], ["run", "recipe.yaml", "a.png", "-o", "out"]] {
            let run = try Command.run(verb, in: folder)
            #expect(run.code == 65)
            let message = "recipe.yaml:9:24: error: every pass of the outer block would write 'rot/{item}.png'\n"
            #expect(run.errors.hasPrefix(message), "\(run.errors)")
            #expect(run.errors.contains("note: put {n} into the name: in nested blocks"))
        }
        #expect(folder.files("out") == [])
    }
}
