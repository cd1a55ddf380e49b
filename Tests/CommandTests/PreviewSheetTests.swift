import Foundation
import Testing
import VipsamKit

/// One sheet with what every step does; no model is needed.
@Suite struct PreviewSheetTests {
    private static let recipe = """
        vipsam: 1
        steps:
          - mask-from-boxes: [[100, 60, 200, 120]]
            as: region
          - fill: {what: subject, mask: region, color: red}
          - save: {to: "out/{name}.png"}

        """
    private static let side = 200, gap = 16, title = 24, line = 18

    private static func preview(_ folder: Folder, _ more: [String], environment: [String: String] = [:]) throws -> Command {
        try Command.run(["preview", "recipe.yaml", "a.png", "--side", "\(side)"] + more, in: folder, environment: environment)
    }

    /// Bytes of a picture, three a pixel.
    private static func read(_ folder: Folder, _ name: String) throws -> (width: Int, height: Int, bytes: [UInt8]) {
        let pixels = try ImageFile.open(folder[name], access: .random).pixels
        return (pixels.width, pixels.height, try pixels.bytes())
    }

    @Test func everyStepHasItsCell() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        try folder.picture("a.png", width: 400, height: 300)
        let run = try Self.preview(folder, ["--columns", "3"])
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.text == "" && run.errors.hasSuffix("preview: preview-recipe-a.png\n"))
        // The recipe's own file is not written, nor is anything left behind.
        #expect(folder.files() == ["a.png", "preview-recipe-a.png", "recipe.yaml"])

        let (width, height, bytes) = try Self.read(folder, "preview-recipe-a.png")
        let step = Self.side + Self.gap
        #expect(width == 3 * step + Self.gap)
        // One row: a title, a picture of 200 × 150, and at most two lines: the size, and what would be saved.
        #expect(height == Self.gap + Self.title + 150 + 2 * Self.line + Self.gap)
        func pixel(_ cell: Int, _ x: Int, _ y: Int) -> [Int] {
            let at = 3 * ((Self.gap + Self.title + y) * width + Self.gap + cell * step + x)
            return bytes[at..<at + 3].map(Int.init)
        }
        let glass = [213, 94, 0]
        for (x, y) in [(20, 20), (30, 140), (190, 10), (170, 100)] {
            #expect(pixel(1, x, y) == pixel(0, x, y), "beside the mask")
        }
        for (x, y) in [(60, 40), (100, 60), (140, 80)] {
            let mixed = zip(pixel(0, x, y), glass).map { ($0 * (255 - 112) + $1 * 112 + 127) / 255 }
            #expect(pixel(1, x, y) == mixed, "on the mask")
            #expect(pixel(2, x, y) == [255, 0, 0])
        }
        for y in 32..<88 { #expect(pixel(1, 50, y) == glass && pixel(1, 149, y) == glass, "its contour") }
    }

    @Test func theSameBytesEveryTime() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        try folder.picture("a.png", width: 400, height: 300)
        for name in ["one.png", "two.png"] { #expect(try Self.preview(folder, ["-o", name]).code == 0) }
        #expect(folder.data("one.png") != nil && folder.data("one.png") == folder.data("two.png"))
    }

    @Test func aStepThatFailsIsOnTheSheetAndInTheExitCode() throws {
        let folder = try Folder()
        try folder.write(
            Self.recipe.replacingOccurrences(of: "  - fill", with: "  - require: region.area > 90%\n  - fill"), to: "recipe.yaml")
        try folder.picture("a.png", width: 400, height: 300)
        let run = try Self.preview(folder, ["-o", "sheet.png"])
        #expect(run.code == 1)
        #expect(run.errors.contains("recipe.yaml:5:5: error: 'region.area > 90%' does not hold"))
        let (width, height, bytes) = try Self.read(folder, "sheet.png")
        // The third cell is the failure's; there is no fourth.
        #expect(width == 3 * (Self.side + Self.gap) + Self.gap)
        let y = Self.gap + Self.title + 90, x = Self.gap + 2 * (Self.side + Self.gap) + 4
        #expect(height > y && Array(bytes[3 * (y * width + x)..<3 * (y * width + x) + 3]) == [252, 225, 222])
    }

    @Test func firstPassesOfABlock() throws {
        let folder = try Folder()
        try folder.write(
            """
            vipsam: 1
            steps:
              - each: [red, green, blue, white, black]
                do:
                  - fill: {what: all, color: $item, image: input}
                  - save: {to: "out/{name}-{item}.png"}

            """, to: "recipe.yaml")
        try folder.picture("a.png", width: 400, height: 300)
        let run = try Self.preview(folder, ["--columns", "1", "-o", "sheet.png"])
        #expect(run.code == 0, "\(run.errors)")
        let (width, _, bytes) = try Self.read(folder, "sheet.png")
        // The input with its two lines, then three passes with a size and a name each.
        let cell = Self.title + 150 + 2 * Self.line + Self.gap
        let (_, height, _) = try Self.read(folder, "sheet.png")
        #expect(height == Self.gap + 4 * cell)
        for (number, colour) in [[255, 0, 0], [0, 128, 0], [0, 0, 255]].enumerated() {
            let at = 3 * ((Self.gap + (number + 1) * cell + Self.title + 75) * width + Self.gap + 100)
            #expect(bytes[at..<at + 3].map(Int.init) == colour)
        }
    }

    @Test func anInputIsNeverReplaced() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        try folder.picture("a.png", width: 40, height: 30)
        let before = folder.data("a.png")
        try FileManager.default.createSymbolicLink(atPath: folder["b.png"], withDestinationPath: folder["a.png"])
        for name in ["a.png", "./a.png", "b.png"] {
            let run = try Self.preview(folder, ["-o", name])
            #expect(run.code == 64 && run.errors.contains("inputs are never replaced"), "\(name): \(run.errors)")
            #expect(folder.data("a.png") == before)
        }
        #expect(try Self.preview(folder, ["-o", "sheet.txt"]).code == 64)
    }

    /// Of names that are too long for a cell the end is there: what differs only in its ending looks different.
    @Test func longNamesKeepTheirEnd() throws {
        let folder = try Folder()
        try folder.picture("a.png", width: 400, height: 300)
        let long = "out/" + String(repeating: "a-long-name-", count: 12)
        for ending in ["png", "tif"] {
            let recipe = Self.recipe.replacingOccurrences(of: "out/{name}.png", with: "\(long).\(ending)")
            try folder.write(recipe, to: "recipe.yaml")
            let run = try Self.preview(folder, ["-o", ending + ".png"])
            #expect(run.code == 0, "\(run.errors)")
            if run.errors.contains("no font was found") { return }
        }
        #expect(folder.data("png.png") != folder.data("tif.png"))
    }

    @Test func withoutAFontTheSheetHasNoWords() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        try folder.picture("a.png", width: 400, height: 300)
        try folder.write("<?xml version=\"1.0\"?><fontconfig></fontconfig>", to: "none.conf")
        let run = try Self.preview(folder, ["-o", "sheet.png"], environment: ["FONTCONFIG_FILE": folder["none.conf"]])
        #expect(run.code == 0, "\(run.errors)")
        #expect(try Self.read(folder, "sheet.png").width == 3 * (Self.side + Self.gap) + Self.gap)
    }

    @Test func oddPictures() throws {
        let folder = try Folder()
        try folder.write(
            """
            vipsam: 1
            steps:
              - mask-from-boxes: [[0%, 0%, 60%, 60%]]
                as: region
              - blur: {what: background, mask: region, radius: 2}
              - cutout: {mask: region}
              - save: {to: "out/{name}.png"}

            """, to: "recipe.yaml")
        try folder.picture("colour.png", width: 60, height: 40)
        let colour = try ImageFile.open(folder["colour.png"], access: .random).pixels
        let grey = try colour.colourspace(.blackAndWhite)
        let pictures: [(String, Pixels)] = [
            ("dot.png", try colour.extractArea(left: 0, top: 0, width: 1, height: 1)),
            ("line.png", try colour.resized(width: 9000, height: 2)),
            ("grey.png", grey), ("alpha.png", try colour.withAlpha()),
            ("sixteen.png", try colour.linear([257], [0]).cast(.ushort).relabelled(.rgb16)),
            ("cmyk.tif", try colour.iccTransform(to: "cmyk", fallback: "srgb")),
            ("float.tif", try colour.cast(.float)),
        ]
        for (name, pixels) in pictures {
            try ImageWriter.write(pixels, to: folder[name])
            let run = try Command.run(["preview", "recipe.yaml", name, "-o", "sheet.png"], in: folder)
            #expect(run.code == 0, "\(name): \(run.errors)")
            #expect(try Self.read(folder, "sheet.png").width == 4 * 416 + 16)
        }
        try folder.truncatedPicture("cut.png")
        let broken = try Command.run(["preview", "recipe.yaml", "cut.png", "-o", "sheet.png"], in: folder)
        #expect(broken.code == 1 && broken.errors.contains("'cut.png' is damaged"), "\(broken.errors)")
    }
}
