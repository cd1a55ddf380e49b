import Foundation
public import VipsamKit

/// Pictures with true masks: a folder with `manifest.csv`, one row per object.
///
/// Columns that are read: `set`, `image` and `mask` (files relative to the folder), `instance_id` (the value of the
/// object's pixels in the mask), `x0,y0,x1,y1` (the box; x1 and y1 just outside).
public struct EvaluationManifest: Sendable {
    public struct Instance: Sendable {
        public let id: Int
        public let box: Box
    }

    /// One picture and the objects whose masks are known.
    public struct Photo: Sendable {
        public let set: String
        public let image: String
        public let mask: String
        public var instances: [Instance]
    }

    public static let fileName = "manifest.csv"

    public let folder: String
    /// In the manifest's order.
    public let photos: [Photo]

    /// - Throws: a diagnostic (cause: noInput) when the manifest is missing or a row of it makes no sense.
    public init(folder: String) throws {
        let path = folder + "/" + Self.fileName
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(data: data, encoding: .utf8)
        else {
            throw Diagnostic.error("'\(path)' cannot be read", cause: .noInput)
        }
        try self.init(folder: folder, text: text)
    }

    public init(folder: String, text: String) throws {
        let table = CommaSeparated(text)
        var photos: [Photo] = []
        var index: [String: Int] = [:]
        for row in 0..<table.count {
            func problem(_ what: String) -> Diagnostic {
                .error("\(Self.fileName): row \(row + 2) \(what)", cause: .noInput)
            }
            func text(_ name: String) throws -> String {
                guard let text = table.field(name, row: row), !text.isEmpty else { throw problem("has no '\(name)'") }
                return text
            }
            func whole(_ name: String) throws -> Int {
                let field = try text(name)
                guard let number = NumberText.integer(field), (0...1_000_000).contains(number) else {
                    throw problem("has '\(field)' as '\(name)' where a whole number belongs")
                }
                return number
            }
            let (x0, y0, x1, y1) = (try whole("x0"), try whole("y0"), try whole("x1"), try whole("y1"))
            guard x1 > x0, y1 > y0 else { throw problem("has a box without area") }
            let instance = Instance(
                id: try whole("instance_id"),
                box: Box(x: Double(x0), y: Double(y0), width: Double(x1 - x0), height: Double(y1 - y0)))
            let image = try text("image")
            if let known = index[image] {
                photos[known].instances.append(instance)
            } else {
                index[image] = photos.count
                photos.append(Photo(set: try text("set"), image: image, mask: try text("mask"), instances: [instance]))
            }
        }
        guard !photos.isEmpty else {
            throw Diagnostic.error("\(Self.fileName) in '\(folder)' has no rows", cause: .noInput)
        }
        self.folder = folder
        self.photos = photos
    }
}
