/// Finds the table of tensors in what a pickle made.
struct StateDict {
    /// Containers nest at most so deep: `{"model": {"state_dict": …}}` is 2.
    static let maximumWrapping = 4
    /// Modules of a TorchScript archive nest at most so deep.
    static let maximumDepth = 64
    /// Attributes of a TorchScript archive; a hostile one can share objects so that walking never ends.
    static let maximumAttributes = 100_000
    /// Full dotted names are at most so long, in bytes.
    static let maximumName = 1000
    /// Names under which training code keeps the weights, in the order in which they are tried.
    static let containers = ["model", "state_dict", "model_state_dict"]

    private let heap: PickleHeap
    private var found: [(name: String, tensor: PickledTensor)] = []
    private var visited = 0

    /// Tensors by name, in the file's order where that is known.
    static func tensors(
        _ root: PickleValue, _ heap: PickleHeap
    ) throws(FormatError) -> [(name: String, tensor: PickledTensor)] {
        var state = StateDict(heap: heap)
        switch root {
        case .object(let index): try state.walk(index, prefix: "", depth: 0)
        default: try state.unwrap(root, depth: 0)
        }
        return state.found
    }

    private init(heap: PickleHeap) { self.heap = heap }

    private mutating func unwrap(_ value: PickleValue, depth: Int) throws(FormatError) {
        guard let entries = heap.entries(value) else {
            throw FormatError("the pickle holds no table of tensors")
        }
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            if case .tensor(let index) = entry { found.append((name, heap.tensors[index])) }
        }
        guard found.isEmpty else { return }
        for name in Self.containers where depth < Self.maximumWrapping {
            if let inner = entries[name], heap.entries(inner) != nil { return try unwrap(inner, depth: depth + 1) }
        }
        let names = entries.keys.sorted().prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        throw FormatError(
            "the pickle holds no table of tensors; found \(names.isEmpty ? "nothing" : names), and looked for tensors, "
                + "'model' and 'state_dict'")
    }

    private mutating func walk(_ object: Int, prefix: String, depth: Int) throws(FormatError) {
        guard depth < Self.maximumDepth else { throw FormatError("the archive's modules nest too deeply") }
        guard let table = heap.attributes[object] else { return }
        for (key, value) in heap.tables[table] {
            visited += 1
            guard visited <= Self.maximumAttributes else { throw FormatError("the archive has too many attributes") }
            guard case .string(let name) = key else { continue }
            guard prefix.utf8.count + name.utf8.count <= Self.maximumName else {
                throw FormatError("the archive has a name of more than \(Self.maximumName) bytes")
            }
            switch value {
            case .tensor(let index): found.append((prefix + name, heap.tensors[index]))
            case .object(let index): try walk(index, prefix: "\(prefix)\(name).", depth: depth + 1)
            default: break
            }
        }
    }
}
