import Foundation
import Testing
import VipsamKit

/// A machine without a font: text fails or is missed aloud, it is never lost.
@Suite struct FontTests {
    private static func run(_ steps: String, in folder: Folder, _ more: [String] = []) throws -> Command {
        try folder.write("vipsam: 1\nsteps:\n\(steps)  - save: {to: \"{name}.png\"}\n", to: "recipe.yaml")
        try folder.picture("a.png", width: 200, height: 150)
        try folder.write("<?xml version=\"1.0\"?><fontconfig></fontconfig>", to: "none.conf")
        return try Command.run(
            ["run", "recipe.yaml", "a.png", "-o", "out", "--report"] + more, in: folder,
            environment: ["FONTCONFIG_FILE": folder["none.conf"]])
    }

    @Test func textThatCannotBeWrittenFailsThePicture() throws {
        let folder = try Folder()
        let run = try Self.run("  - overlay: {text: \"© Studio\"}\n", in: folder)
        #expect(run.code == 1)
        #expect(run.errors.contains("recipe.yaml:3:5: error: '© Studio' cannot be written: no font"), "\(run.errors)")
        #expect(run.errors.contains("fonts-dejavu-core"))
        #expect(folder.files("out") == [])
    }

    @Test func aContactSheetGoesOnWithANote() throws {
        let folder = try Folder()
        let run = try Self.run("  - contact-sheet: {images: [input, input], labels: true, cell: 60}\n", in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(folder.files("out") == ["a.png"])
        let page = String(decoding: folder.data("out/vipsam-report/report.html") ?? Data(), as: UTF8.self)
        #expect(page.contains("contact-sheet: &#39;1&#39; cannot be written") && page.contains("fonts-dejavu-core"))

        let sheet = try Command.run(
            ["contact-sheet", "a.png", "-o", "sheet.png"], in: folder,
            environment: ["FONTCONFIG_FILE": folder["none.conf"]])
        #expect(sheet.code == 0)
        #expect(sheet.errors.contains("fonts-dejavu-core"))
    }
}
