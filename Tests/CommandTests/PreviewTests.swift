import Foundation
import Testing
import VipsamKit

/// `vipsam preview RECIPE IMAGE`
@Suite struct PreviewTests {
    private static let recipe = """
        vipsam: 1
        steps:
          - mask-from-boxes: {boxes: [[10, 8, 40, 30]]}
            as: part
          - pixelate: {what: subject, mask: part}
          - resize: 50%
          - save: {to: "small/{name}.png"}

        """

    @Test func everyStepIsOnTheSheetAndNothingElseIsWritten() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        try folder.picture("a.png", width: 200, height: 150)
        let run = try Command.run(["preview", "recipe.yaml", "a.png"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.errors.hasSuffix("preview: preview-recipe-a.png\n"))
        #expect(folder.files() == ["a.png", "preview-recipe-a.png", "recipe.yaml"])
        let sheet = try ImageFile.open(folder["preview-recipe-a.png"], access: .random).pixels
        // The input, the mask, and two pictures, side by side.
        #expect(sheet.width == 4 * 416 + 16)

        let again = try Command.run(["preview", "recipe.yaml", "a.png", "-o", "b.png", "-q"], in: folder)
        #expect(again.code == 0 && again.errors == "")
        #expect(folder.data("b.png") == folder.data("preview-recipe-a.png"))
    }

    @Test func aStepThatFailsIsShownAndTheExitCodeTells() throws {
        let folder = try Folder()
        try folder.write(
            Self.recipe.replacingOccurrences(of: "resize: 50%", with: "load-image: {file: none.png}"), to: "recipe.yaml")
        try folder.picture("a.png")
        let run = try Command.run(["preview", "recipe.yaml", "a.png", "-o", "sheet.png"], in: folder)
        #expect(run.code == 1)
        #expect(run.errors.contains("none.png"))
        #expect(folder.files() == ["a.png", "recipe.yaml", "sheet.png"])
    }

    @Test func aPictureThatIsNotThereAndOneThatIsTheSheet() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        try folder.picture("a.png")
        let before = folder.data("a.png")
        #expect(try Command.run(["preview", "recipe.yaml", "no.png"], in: folder).code == 66)
        let onto = try Command.run(["preview", "recipe.yaml", "a.png", "-o", "a.png"], in: folder)
        #expect(onto.code == 64)
        #expect(onto.errors.hasPrefix("error: the output 'a.png' is an input; inputs are never replaced\n"))
        #expect(folder.data("a.png") == before)
    }
}
