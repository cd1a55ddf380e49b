import Synchronization

/// A file of named tensors, opened for reading: safetensors, or what PyTorch saves, read without executing anything.
///
/// Opening reads the names and checks every shape against the file; numbers are read when they are asked for, as
/// float32 whatever the file holds. Tensor names are those of the official Segment Anything code: a `model` or
/// `state_dict` container and a `module.` prefix are taken off, Hugging Face names are translated.
public final class Checkpoint: Sendable {
    /// Path of the file as it was given.
    public let path: String
    /// Free-form notes of a safetensors file; empty for other formats.
    public let metadata: [String: String]
    /// Names of all tensors, sorted.
    public let keys: [String]

    private let tensors: [String: StoredTensor]
    private let file: MappedFile
    private let knownDigest = Mutex<String?>(nil)

    /// Opens a file. Throws when it cannot be read, is of no known format, or contradicts itself.
    public static func open(_ path: String) throws(CheckpointError) -> Checkpoint {
        try Checkpoint(path: path, file: MappedFile(path))
    }

    private init(path: String, file: MappedFile) throws(CheckpointError) {
        let content: CheckpointContent
        do {
            content = try CheckpointFormat.read(file.bytes)
        } catch {
            throw CheckpointError(file: path, key: error.key, error.message)
        }
        var tensors: [String: StoredTensor] = [:]
        for (name, tensor) in content.tensors { tensors[name] = tensor }
        self.path = path
        self.file = file
        self.tensors = tensors
        metadata = content.metadata
        keys = tensors.keys.sorted()
    }

    /// Shape of a tensor, outermost dimension first; nil when there is no such tensor.
    public func shape(of key: String) -> [Int]? { tensors[key]?.shape }

    /// A tensor as float32; nil when there is no such tensor. Floats that lie ready in the file are not copied: then
    /// the tensor keeps the file mapped.
    public func tensor(_ key: String) -> Tensor? {
        tensors[key]?.read(file)
    }

    /// SHA-256 of the whole file in lower-case hexadecimal; computed on first use.
    public var digest: String {
        knownDigest.withLock { known in
            if let known { return known }
            let computed = SHA256.hexadecimal(file.bytes)
            known = computed
            return computed
        }
    }
}
