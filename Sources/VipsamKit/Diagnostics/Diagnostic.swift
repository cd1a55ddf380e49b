/// Something that the user should know: what is wrong, where, and what to do about it.
///
/// The message is lower case without a full stop; the user's own words stand in single quotes; it
/// says what was found *and* what is allowed. Operations throw one without a place; whoever knows
/// the place adds it with `at(_:)`.
public struct Diagnostic: Error, Sendable, Hashable {
    public enum Severity: String, Sendable, Hashable { case error, warning, note }

    /// Whose fault it is: this decides the exit code (docs/exit-codes in the README).
    public enum Cause: Sendable, Hashable {
        /// The recipe or the plan is wrong (65).
        case recipe
        /// No input, or the recipe file is missing (66).
        case noInput
        /// A model or plugin is missing, unreadable or misshapen (69).
        case model
        /// The output folder cannot be written (73).
        case output
        /// Reading or writing failed on the way: disk full, stale mount (74).
        case io
        /// One picture is broken or does not fit the recipe (1); the batch goes on.
        case item
        /// Wrong words on the command line (64).
        case usage
    }

    public var severity: Severity
    public var cause: Cause
    public var message: String
    public var mark: Mark?
    public var notes: [Diagnostic]

    public init(
        _ severity: Severity = .error, _ message: String, cause: Cause = .item, at mark: Mark? = nil,
        notes: [Diagnostic] = []
    ) {
        self.severity = severity
        self.cause = cause
        self.message = message
        self.mark = mark
        self.notes = notes
    }

    public static func error(_ message: String, cause: Cause = .item, at mark: Mark? = nil) -> Diagnostic {
        Diagnostic(.error, message, cause: cause, at: mark)
    }

    public static func warning(_ message: String, at mark: Mark? = nil) -> Diagnostic {
        Diagnostic(.warning, message, at: mark)
    }

    public static func note(_ message: String, at mark: Mark? = nil) -> Diagnostic {
        Diagnostic(.note, message, at: mark)
    }

    /// The same with a place, unless it has one already: the innermost place is the best one.
    public func at(_ mark: Mark?) -> Diagnostic {
        guard self.mark == nil else { return self }
        var copy = self
        copy.mark = mark
        return copy
    }

    public func noting(_ note: Diagnostic) -> Diagnostic {
        var copy = self
        copy.notes.append(note)
        return copy
    }

    public func noting(_ text: String, at mark: Mark? = nil) -> Diagnostic {
        noting(.note(text, at: mark))
    }

    public func caused(by cause: Cause) -> Diagnostic {
        var copy = self
        copy.cause = cause
        return copy
    }
}

/// Several problems found in one go. Never empty when thrown.
public struct Diagnostics: Error, Sendable {
    public var all: [Diagnostic]

    public init(_ all: [Diagnostic]) { self.all = all }

    public var hasErrors: Bool { all.contains { $0.severity == .error } }
}
