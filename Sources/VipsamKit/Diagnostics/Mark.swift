/// A text that was read from a file or given on the command line, kept for its excerpts.
public final class SourceText: Sendable, Hashable {
    /// The name as the user would write it: a path, or `-p` for a value of the command line.
    public let name: String

    /// The lines without their line ends.
    public let lines: [String]

    public init(name: String, text: String) {
        self.name = name
        self.lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    }

    public static func == (a: SourceText, b: SourceText) -> Bool { a === b }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A place in a text: where a key or a value of a recipe stands. Never dropped on the way.
public struct Mark: Sendable, Hashable {
    public let source: SourceText

    /// Counted from 1.
    public let line: Int

    /// Counted from 1, in characters (not bytes), so that a caret stands under what it means.
    public let column: Int

    /// How many characters are meant; at least 1.
    public let length: Int

    public init(source: SourceText, line: Int, column: Int, length: Int = 1) {
        self.source = source
        self.line = line
        self.column = column
        self.length = max(1, length)
    }

    /// A place inside this one, counted from its first character.
    public func part(from offset: Int, length: Int) -> Mark {
        Mark(source: source, line: line, column: column + offset, length: length)
    }
}

extension Mark: CustomStringConvertible {
    /// `recipes/shelf.yaml:12:15`
    public var description: String { "\(source.name):\(line):\(column)" }
}
