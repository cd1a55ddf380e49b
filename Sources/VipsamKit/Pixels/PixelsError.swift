/// Why pixels could not be made, read or written.
///
/// `message` is ours, in the style of every message: lower case, no full stop, the user's words in single quotes.
/// `note` is libvips' own text, kept for people only: libvips has one error buffer for all threads, so it may belong to
/// another thread, and nothing may be decided by it.
public struct PixelsError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Reason: Sendable, Equatable {
        /// The operation refused its arguments, before any pixel.
        case refused
        /// Pixels could not be computed: a late failure of some step, mostly a file that does not decode.
        case evaluation
        /// The system said no; the number is `errno`.
        case system(Int32)
        /// No loader or saver for this kind of file.
        case unknownFormat
        /// A file of a known kind whose content does not make sense.
        case damaged
        /// The header asks for more than the limits allow.
        case tooLarge
    }

    public let operation: String
    public let reason: Reason
    public let message: String
    public let note: String

    public init(operation: String, reason: Reason, message: String, note: String = "") {
        self.operation = operation
        self.reason = reason
        self.message = message
        self.note = note
    }

    public var description: String { note.isEmpty ? message : "\(message) (libvips: \(note))" }
}
