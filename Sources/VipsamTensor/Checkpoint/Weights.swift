/// A place in a checkpoint from which a network takes its tensors, and the ledger of what has been taken.
///
/// Every read states the shape it expects and strikes the name off. `finish` then finds what nobody asked for, so that
/// a missing, misshapen or unread tensor each fails while loading. Scopes share one ledger; not for several threads.
public struct Weights {
    /// Dotted name of this place: `image_encoder.blocks.0`; empty at the top.
    public let path: String
    /// How the linear layers that are read here compute.
    public let precision: Precision
    private let ledger: Ledger

    /// The top of a checkpoint, with nothing taken yet.
    public init(_ checkpoint: Checkpoint) {
        path = ""
        precision = .float32
        ledger = Ledger(checkpoint)
    }

    private init(path: String, precision: Precision, ledger: Ledger) {
        self.path = path
        self.precision = precision
        self.ledger = ledger
    }

    /// The file that the tensors come from.
    public var checkpoint: Checkpoint { ledger.checkpoint }

    /// A place below this one; `name` may have dots.
    public func scope(_ name: String) -> Weights { Weights(path: full(name), precision: precision, ledger: ledger) }

    /// This place, for layers that compute in another precision.
    public func computed(in precision: Precision) -> Weights {
        Weights(path: path, precision: precision, ledger: ledger)
    }

    /// A place below this one: `weights["blocks", 0]` is `weights.scope("blocks.0")`.
    public subscript(_ parts: any CustomStringConvertible...) -> Weights {
        scope(parts.map(\.description).joined(separator: "."))
    }

    /// True when this place has a tensor of that name.
    public func has(_ key: String) -> Bool { checkpoint.shape(of: full(key)) != nil }

    /// Shape of a tensor in this place, outermost dimension first; nil when there is none. Does not strike it off.
    public func shape(_ key: String) -> [Int]? { checkpoint.shape(of: full(key)) }

    /// Shape of a tensor that must be there, with so many dimensions. Does not strike it off.
    public func shape(_ key: String, rank: Int) throws(CheckpointError) -> [Int] {
        guard let found = shape(key) else { throw missing(full(key)) }
        guard found.count == rank else {
            throw error(full(key), "has the shape \(found.dimensions); \(rank) dimensions are needed")
        }
        return found
    }

    /// Reads a tensor and strikes it off. Throws when it is missing or has another shape.
    public func tensor(_ key: String, _ shape: Int...) throws(CheckpointError) -> Tensor {
        try tensor(key, shape)
    }

    /// Reads a tensor and strikes it off. Throws when it is missing or has another shape.
    public func tensor(_ key: String, _ shape: [Int]) throws(CheckpointError) -> Tensor {
        let name = full(key)
        guard let found = checkpoint.shape(of: name), let tensor = checkpoint.tensor(name) else { throw missing(name) }
        guard found == shape else {
            throw error(name, "has the shape \(found.dimensions), not \(shape.dimensions)")
        }
        ledger.unread.remove(name)
        return tensor
    }

    /// Strikes off a tensor that the network knows but does not use, if it is there.
    public func skip(_ key: String) { ledger.unread.remove(full(key)) }

    /// Throws when the checkpoint has tensors that nobody took, other than those whose names begin with a prefix.
    public func finish(ignoring prefixes: [String] = []) throws(CheckpointError) {
        let left = ledger.unread.filter { name in !prefixes.contains { name.hasPrefix($0) } }.sorted()
        guard !left.isEmpty else { return }
        let names = left.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        let more = left.count > 5 ? " and \(left.count - 5) more" : ""
        throw CheckpointError(
            file: checkpoint.path,
            "\(left.count) tensor\(left.count == 1 ? "" : "s") not known to this network: \(names)\(more)")
    }

    /// An error about a tensor of this place that reading cannot find out, such as widths that do not divide.
    public func fault(_ key: String, _ message: String) -> CheckpointError { error(full(key), message) }

    private func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func error(_ name: String, _ message: String) -> CheckpointError {
        CheckpointError(file: checkpoint.path, key: name, message)
    }

    private func missing(_ name: String) -> CheckpointError { error(name, "is missing") }

    private final class Ledger {
        let checkpoint: Checkpoint
        var unread: Set<String>

        init(_ checkpoint: Checkpoint) {
            self.checkpoint = checkpoint
            unread = Set(checkpoint.keys)
        }
    }
}
