import EditOperations
import FileOperations
import MaskOperations
import ObjectOperations
import Synchronization
import VipsOperations
import VipsamKit
import VipsamYAML

/// A place where one operation runs: arguments as a recipe would write them, values for its slots.
struct Bench {
    static let registry: Registry = {
        var registry = Registry()
        do {
            try registry.add(EditOperations.self)
            try registry.add(FileOperations.self)
            try registry.add(MaskOperations.self)
            try registry.add(ObjectOperations.self)
            try registry.add(VipsOperations.self)
        } catch {
            preconditionFailure("\(error)")
        }
        return registry
    }()

    /// The latest value of each kind.
    var latest: [Kind: Value] = [:]
    /// Values that the recipe names.
    var named: [String: Value] = [:]
    var prompts: [Prompt]?
    var facts = Facts(name: "photo", ext: "png")
    var outputs: any Outputs = Collector()
    /// What steps had to say.
    let notes = Notes()

    init(image: Image? = nil, mask: Mask? = nil, objects: ObjectSet? = nil) {
        if let image { latest[.image] = .image(image) }
        if let mask { latest[.mask] = .mask(mask) }
        if let objects { latest[.objects] = .objects(objects) }
    }

    /// Reads the arguments; throws all problems.
    static func make(_ name: String, _ arguments: String) throws -> (any Operation, [Slot]) {
        guard let entry = registry[name] else { throw Diagnostic.error("no operation '\(name)'") }
        let node = arguments.isEmpty ? nil : try YAML.read(text: "a: " + arguments, name: "test")["a"]
        let parameters = Parameters(name, reading: node, at: node?.mark)
        let operation = try entry.make(parameters)
        parameters.finish()
        if !parameters.problems.isEmpty { throw Diagnostics(parameters.problems) }
        return (operation, parameters.slots)
    }

    func context(for slots: [Slot]) -> Context {
        var bound: [String: Value] = [:]
        for slot in slots {
            if let name = slot.name {
                bound[slot.key] = named[name]
            } else {
                bound[slot.key] = slot.kind.latestOf.sorted { $0.rawValue < $1.rawValue }.compactMap { latest[$0] }.last
            }
        }
        return Context(
            facts: facts, prompts: prompts, outputs: outputs, views: WorkingViews(.standard), services: Services(),
            threads: 2, bound: bound, named: named, remark: { [notes] in notes.add($0) })
    }

    @discardableResult
    func run(_ name: String, _ arguments: String = "") throws -> Value? {
        let (operation, slots) = try Self.make(name, arguments)
        return try operation.apply(context(for: slots))
    }

    func image(_ name: String, _ arguments: String = "") throws -> Image {
        guard case .image(let image)? = try run(name, arguments) else { throw Diagnostic.error("\(name) gave no image") }
        return image
    }

    func mask(_ name: String, _ arguments: String = "") throws -> Mask {
        guard case .mask(let mask)? = try run(name, arguments) else { throw Diagnostic.error("\(name) gave no mask") }
        return mask
    }

    func objects(_ name: String, _ arguments: String = "") throws -> ObjectSet {
        guard case .objects(let set)? = try run(name, arguments) else { throw Diagnostic.error("\(name) gave no objects") }
        return set
    }
}

final class Notes: Sendable {
    private let texts = Mutex<[String]>([])

    func add(_ text: String) { texts.withLock { $0.append(text) } }
    var all: [String] { texts.withLock { $0 } }
}

/// Keeps what is written, and where.
final class Collector: Outputs {
    private let files = Mutex<[String: [UInt8]]>([:])
    private let folder = TemporaryFolder()

    func write(_ path: String, _ make: (_ path: String) throws -> Void) throws {
        let flat = folder.path + "/" + path.split(separator: "/").joined(separator: "_")
        try make(flat)
        let bytes = try folder.bytes(flat)
        files.withLock { $0[path] = bytes }
    }

    subscript(path: String) -> [UInt8]? { files.withLock { $0[path] } }
    var paths: [String] { files.withLock { $0.keys.sorted() } }
    func text(_ path: String) -> String { String(decoding: self[path] ?? [], as: UTF8.self) }
}
