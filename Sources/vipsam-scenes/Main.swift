import Foundation
import VipsamKit
import VipsamScenes

/// Writes the sample pictures: `vipsam-scenes FOLDER [--small]`.
///
/// A shelf of 24 megapixels, a product on a table and a mosaic of fields, each beside a label map
/// (16 bit, the number of the object in each pixel), and `boxes.csv` with the box of every object.
@main
enum Main {
    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let isSmall = arguments.contains("--small")
        arguments.removeAll { $0 == "--small" }
        guard arguments.count == 1, !arguments[0].hasPrefix("-") else {
            FileHandle.standardError.write(Data("usage: vipsam-scenes FOLDER [--small]\n".utf8))
            exit(64)
        }
        do {
            try write(to: URL(fileURLWithPath: arguments[0], isDirectory: true), part: isSmall ? 6 : 1)
        } catch {
            FileHandle.standardError.write(Data("vipsam-scenes: \(error)\n".utf8))
            exit(74)
        }
    }

    /// - Parameter part: sizes are divided by it.
    private static func write(to folder: URL, part: Int) throws {
        let scenes: [(Scene, String)] = [
            (.shelf(width: 6000 / part, height: 4000 / part), "jpg"),
            (.product(width: 2400 / part, height: 1800 / part), "jpg"),
            (.fields(width: 2048 / part, height: 2048 / part), "png"),
        ]
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var table = "file,x,y,w,h,label\n"
        for (scene, format) in scenes {
            let file = "\(scene.name).\(format)"
            let picture = try Pixels.from(bytes: scene.rgb, width: scene.width, height: scene.height, bands: 3)
            try ImageWriter.write(picture, to: folder.appendingPathComponent(file).path)
            let labels = try Pixels.from(
                words: scene.ids, width: scene.width, height: scene.height, bands: 1, interpretation: .grey16)
            let truth = folder.appendingPathComponent("truth", isDirectory: true)
            try FileManager.default.createDirectory(at: truth, withIntermediateDirectories: true)
            try ImageWriter.write(labels, to: truth.appendingPathComponent("\(scene.name).png").path)
            for thing in scene.things {
                table += "\(file),\(thing.x),\(thing.y),\(thing.width),\(thing.height),\(thing.label)\n"
            }
            print("\(file): \(scene.width)×\(scene.height), \(scene.things.count) objects")
        }
        try Data(table.utf8).write(to: folder.appendingPathComponent("boxes.csv"), options: .atomic)
    }
}
