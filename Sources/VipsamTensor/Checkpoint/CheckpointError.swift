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
        self.key = key.map(Self.printable)
        self.message = Self.printable(message)
    }

    /// Names come from files that nobody vouches for: control characters would reach the terminal, and a name of a
    /// million letters would bury the message.
    private static func printable(_ text: String) -> String {
        let limit = 1000
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: shown.append("?")
            default: shown.append(scalar)
            }
        }
        return String(shown) + (text.unicodeScalars.count > limit ? "…" : "")
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
