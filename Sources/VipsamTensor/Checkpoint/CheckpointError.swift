/// What is wrong with a checkpoint file, in the user's words.
public struct CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Path of the file as the user gave it.
    public let file: String
    /// Full dotted name of the tensor at fault, when there is one.
    public let key: String?
    /// What was found and what is allowed: lower case, no full stop.
    public let message: String

    public init(file: String, key: String? = nil, _ message: String) {
        self.file = file
        self.key = key
        self.message = message
    }

    /// `FILE: MESSAGE`, or `FILE: tensor 'KEY' MESSAGE`.
    public var description: String {
        if let key { "\(file): tensor '\(key)' \(message)" } else { "\(file): \(message)" }
    }
}

/// A fault found by a reader that knows neither the file's name nor, often, the tensor: `Checkpoint` adds them.
struct FormatError: Error, Hashable {
    var key: String?
    var message: String

    init(key: String? = nil, _ message: String) {
        self.key = key
        self.message = message
    }
}
