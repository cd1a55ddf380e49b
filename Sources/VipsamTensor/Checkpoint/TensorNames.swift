/// Turns the names found in a file into those of the official Segment Anything code.
enum TensorNames {
    /// What `DataParallel` puts in front of every name.
    static let parallelPrefix = "module."

    /// Strips a prefix that all names share and translates Hugging Face names.
    ///
    /// Throws when two names become one, except for the positional matrix, which Hugging Face files hold twice.
    static func official(_ content: CheckpointContent) throws(FormatError) -> CheckpointContent {
        var content = content
        let isParallel =
            !content.tensors.isEmpty && content.tensors.allSatisfy { $0.name.hasPrefix(parallelPrefix) }
        if isParallel {
            content.tensors = content.tensors.map { (String($0.name.dropFirst(parallelPrefix.count)), $0.tensor) }
        }
        guard content.tensors.contains(where: { HuggingFaceNames.recognises($0.name) }) else { return content }

        var seen: Set<String> = []
        var tensors: [(name: String, tensor: StoredTensor)] = []
        for (name, tensor) in content.tensors {
            let official = HuggingFaceNames.official(name)
            if seen.insert(official).inserted {
                tensors.append((official, tensor))
            } else if official != HuggingFaceNames.positionalMatrix {
                throw FormatError(key: name, "means '\(official)', which the file holds already")
            }
        }
        content.tensors = tensors
        return content
    }
}
