import Foundation
import Testing
import VipsamKit
import VipsamScenes

/// Every shipped recipe, run with the default model on rendered scenes, and on photos where a package index can be had.
@Suite struct RecipeTests {
    /// A recipe's arguments and files for a picture of a product, a shelf or a photo; a star stands for any name.
    struct Case: CustomTestStringConvertible, Sendable {
        let recipe: String
        let picture: String
        var arguments: [String] = []
        let outputs: [String]

        var testDescription: String { "\(recipe) on \(picture)" }
    }

    static let onScenes = [
        Case(recipe: "background-removal", picture: "product.png", arguments: ["box=BOX", "side=300"],
            outputs: ["done/product.jpg", "done/product.mask.png"]),
        Case(recipe: "background-blur", picture: "product.png", arguments: ["box=BOX"], outputs: ["blurred/product.jpg"]),
        Case(recipe: "colour-variants", picture: "product.png", arguments: ["box=BOX", "colours=[red, \"#00aa00\"]"],
            outputs: ["variants/product-*.jpg", "variants/product-red.jpg"]),
        Case(recipe: "box-cutouts", picture: "shelf.png",
            outputs: ["cutouts/shelf.json", "cutouts/shelf/001_*.png", "cutouts/shelf/002_*.png", "cutouts/shelf/003_*.png"]),
        Case(recipe: "catalogue-page", picture: "shelf.png", arguments: ["columns=3", "cell=80"],
            outputs: ["catalogue/shelf.jpg"]),
        Case(recipe: "object-removal", picture: "shelf.png", outputs: ["removed/shelf.png"]),
        Case(recipe: "privacy", picture: "shelf.png", outputs: ["private/shelf.jpg"]),
        Case(recipe: "shelf-cutouts", picture: "shelf.png", arguments: ["points=6"],
            outputs: ["cutouts/shelf.csv", "cutouts/shelf.labels.png"]),
    ]

    /// Boxes of the photos, as the demo has them.
    static let onPhotos = [
        Case(recipe: "background-removal", picture: "astronaut.png", arguments: ["box=16,6,421,506", "side=400"],
            outputs: ["done/astronaut.jpg", "done/astronaut.mask.png"]),
        Case(recipe: "background-blur", picture: "astronaut.png", arguments: ["box=16,6,421,506"],
            outputs: ["blurred/astronaut.jpg"]),
        Case(recipe: "colour-variants", picture: "coffee.png", arguments: ["box=97,37,452,333"],
            outputs: ["variants/coffee-gold.jpg", "variants/coffee-maroon.jpg", "variants/coffee-teal.jpg"]),
        Case(recipe: "box-cutouts", picture: "cat.png", outputs: ["cutouts/cat.json", "cutouts/cat/001_cat.png"]),
        Case(recipe: "catalogue-page", picture: "coffee.png", outputs: ["catalogue/coffee.jpg"]),
        Case(recipe: "object-removal", picture: "rocket.jpg", outputs: ["removed/rocket.png"]),
        Case(recipe: "privacy", picture: "astronaut.png", outputs: ["private/astronaut.jpg"]),
        Case(recipe: "shelf-cutouts", picture: "coffee.png", arguments: ["points=6"],
            outputs: ["cutouts/coffee.csv", "cutouts/coffee.labels.png"]),
    ]

    static let photoBoxes = """
        file,x,y,w,h,label
        astronaut.png,175,60,105,125,face
        cat.png,113,0,325,298,cat
        coffee.png,97,37,452,333,cup
        rocket.jpg,302,52,58,293,rocket

        """

    @Test func everyShippedRecipeIsTried() throws {
        let shipped = try FileManager.default.contentsOfDirectory(atPath: Command.repository + "/recipes")
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
        #expect(Set(shipped) == Set(Self.onScenes.map(\.recipe)) && Set(shipped) == Set(Self.onPhotos.map(\.recipe)))
    }

    @Test(arguments: onScenes) func runsOnAScene(_ tried: Case) throws {
        let folder = try Folder()
        let isShelf = tried.picture == "shelf.png"
        let scene = isShelf ? Scene.shelf(width: 480, height: 320) : Scene.product(width: 400, height: 300)
        try ImageWriter.write(
            Pixels.from(bytes: scene.rgb, width: scene.width, height: scene.height, bands: 3), to: folder[tried.picture])
        let things = scene.things.sorted { $0.area > $1.area }.prefix(3)
        let first = try #require(things.first)
        let rows = things.map { "\(tried.picture),\($0.x),\($0.y),\($0.width),\($0.height),\($0.label)\n" }
        try folder.write("file,x,y,w,h,label\n" + rows.joined(), to: "boxes.csv")
        let box = "\(first.x),\(first.y),\(first.width),\(first.height)"
        try Self.run(tried, box, in: folder)
    }

    @Test(.enabled(if: photosCanBeHad, "the photos need a package index")) func runOnPhotos() throws {
        let folder = try Folder()
        #expect(try Self.fetchPhotos(into: folder) == 0)
        try folder.write(Self.photoBoxes, to: "boxes.csv")
        for tried in Self.onPhotos { try Self.run(tried, "", in: folder) }
    }

    /// False only where the script says that there is no package index; any other failure is the test's to report.
    private static var photosCanBeHad: Bool {
        guard let folder = try? Folder() else { return true }
        return (try? fetchPhotos(into: folder)) != 69
    }

    private static func fetchPhotos(into folder: Folder) throws -> Int32 {
        let script = Process()
        script.executableURL = URL(fileURLWithPath: Command.repository + "/scripts/sample-photos")
        script.arguments = [folder.path]
        try script.run()
        script.waitUntilExit()
        return script.terminationStatus
    }

    private static func run(_ tried: Case, _ box: String, in folder: Folder) throws {
        let parameters = tried.arguments.flatMap { ["-p", $0.replacingOccurrences(of: "BOX", with: box)] }
        let output = "out-\(tried.recipe)"
        let run = try Command.run(["run", tried.recipe, tried.picture, "-o", output, "-q", "--no-cache"] + parameters, in: folder)
        #expect(run.code == 0, "\(tried): \(run.errors)")
        let files = folder.files(output)
        for expected in tried.outputs {
            let pattern = expected.components(separatedBy: "*")
            let found = files.filter { $0.hasPrefix(pattern[0]) && $0.hasSuffix(pattern[pattern.count - 1]) }
            #expect(!found.isEmpty, "\(tried): no \(expected) among \(files)")
        }
        // A picture that nothing was done to, or a page of paper, would be a recipe that does not work.
        for file in files where !file.hasSuffix(".json") && !file.hasSuffix(".csv") && !file.contains("labels") {
            let pixels = try ImageFile.open(folder[output] + "/" + file, access: .random).pixels
            #expect(try pixels.extractBand(0).deviate() > 0, "\(tried): \(file) is of one colour")
        }
    }
}
