import Foundation
public import VipsamKit
import VipsamYAML

/// The checkpoints that the program knows by name: `weights/catalog.yaml`.
public struct WeightCatalog: Sendable {
    public struct Entry: Sendable, Hashable {
        public let name: String
        /// A bare file name; in the catalog's own folder for models that come with the program.
        public let file: String
        /// `vit_b`, `tiny_vit` and so on, for lists.
        public let encoder: String
        /// Side of the square input, in pixels.
        public let imageSize: Int
        /// In bytes.
        public let size: Int
        /// Of the whole file, 64 lower-case hexadecimal digits.
        public let sha256: String
        /// Where it comes from: an `https` address for models that can be fetched.
        public let source: String
        public let licence: String

        public var canBeFetched: Bool { source.hasPrefix("https://") }
    }

    public static let fileName = "catalog.yaml"

    /// The model that is used when nobody names one.
    public let defaultName: String
    /// In the file's order.
    public let entries: [Entry]

    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// - Throws: `Diagnostics` with a place for everything that is missing or malformed.
    public static func read(_ path: String) throws -> WeightCatalog {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Diagnostic.error("the catalog of models '\(path)' cannot be read", cause: .model)
        }
        return try WeightCatalog(YAML.read([UInt8](data), name: path))
    }

    public init(_ tree: Node) throws {
        var problems: [Diagnostic] = []
        var entries: [Entry] = []
        for entry in tree["checkpoints"]?.map ?? [] {
            let fields = EntryFields(entry)
            if let read = fields.entry { entries.append(read) }
            problems += fields.problems
        }
        if entries.isEmpty, problems.isEmpty {
            problems.append(.error("'checkpoints' must be a map of at least one model", cause: .model, at: tree.mark))
        }
        let name = tree["default"]?.text ?? ""
        if problems.isEmpty, !entries.contains(where: { $0.name == name }) {
            problems.append(
                .error(
                    "'default' must be one of \(entries.map(\.name).joined(separator: ", ")), not '\(name)'",
                    cause: .model, at: tree["default"]?.mark ?? tree.mark))
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        self.defaultName = name
        self.entries = entries
    }
}

/// Reads one entry and gathers what is wrong with it.
private struct EntryFields {
    private(set) var entry: WeightCatalog.Entry?
    private(set) var problems: [Diagnostic] = []

    init(_ node: Node.Entry) {
        let file = text("file", node), encoder = text("encoder", node)
        let side = number("image-size", 1...4096, node)
        let size = number("size", 1...(1 << 40), node)
        let digest = text("sha256", node), source = text("source", node), licence = text("licence", node)
        if let file, file.contains("/") || file.hasPrefix(".") {
            problem("'file' must be a bare file name, not '\(file)'", node.value["file"] ?? node.value)
        }
        if let digest, digest.count != 64 || !digest.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) {
            problem(
                "'sha256' must be 64 lower-case hexadecimal digits, not '\(digest)'",
                node.value["sha256"] ?? node.value)
        }
        guard problems.isEmpty, let file, let encoder, let side, let size, let digest, let source, let licence else {
            return
        }
        entry = WeightCatalog.Entry(
            name: node.key, file: file, encoder: encoder, imageSize: side, size: size, sha256: digest, source: source,
            licence: licence)
    }

    private mutating func text(_ key: String, _ node: Node.Entry) -> String? {
        guard let text = node.value[key]?.text, !text.isEmpty else {
            problem("'\(node.key)' needs a text for '\(key)'", node.value[key] ?? node.value)
            return nil
        }
        return text
    }

    private mutating func number(_ key: String, _ range: ClosedRange<Int>, _ node: Node.Entry) -> Int? {
        guard let number = node.value[key]?.text.flatMap(NumberText.integer), range.contains(number) else {
            problem(
                "'\(node.key)' needs a whole number between \(range.lowerBound) and \(range.upperBound) for '\(key)'",
                node.value[key] ?? node.value)
            return nil
        }
        return number
    }

    private mutating func problem(_ message: String, _ node: Node) {
        problems.append(.error(message, cause: .model, at: node.mark))
    }
}
