/// What a reader found in a file: tensors by name, in the file's order, and free-form metadata.
struct CheckpointContent: Sendable {
    var metadata: [String: String] = [:]
    var tensors: [(name: String, tensor: StoredTensor)] = []
}
