/// One thing that a step can do. Built-in operations and those of outside plugins are the same.
///
///     public struct InvertMask: Operation {
///         public static let name = "invert-mask"
///         public static let summary = "What was off the object is on it, and the other way round."
///         let mask: Slot
///
///         public init(_ p: Parameters) throws {
///             mask = p.slot("mask", .mask, "The mask to invert.")
///         }
///
///         public var result: Kind? { .mask }
///
///         public func apply(_ context: Context) throws -> Value? { … }
///     }
///
/// Operations are values without state of their own: one is used by all workers at once.
public protocol Operation: Sendable {
    /// As recipes spell it: lower case with hyphens.
    static var name: String { get }

    /// One sentence, for `vipsam ops`.
    static var summary: String { get }

    /// Arguments as a recipe spells them, for an example: `{box: [10, 20, 300, 400]}`. Nil where the arguments that are
    /// needed, or the first default, make one that runs.
    static var example: String? { get }

    /// Reads the arguments; this is also the schema (see `Parameters`).
    ///
    /// - Throws: a `Diagnostic` for arguments that do not go together.
    init(_ p: Parameters) throws

    /// The kind of the value it returns; nil when it returns none and hands on what it was given.
    var result: Kind? { get }

    /// How it reads the pixels of its images.
    var access: Access { get }

    /// What it holds in memory at once, beyond strips of pixels.
    var footprint: Footprint { get }

    /// - Returns: a value of the kind `result`, or nil.
    /// - Throws: `Diagnostic` without a place, `PixelsError`, or an `ItemSignal`.
    func apply(_ context: Context) throws -> Value?
}

/// How an operation reads the pixels of the images that it is given.
public enum Access: Sendable, Hashable {
    /// From top to bottom, in one pass or several, with looks up and down by no more than some hundred rows: the file
    /// can be streamed.
    case streamed
    /// In any order: the decoded file has to be kept, in memory or on disk.
    case random
}

/// Bytes that an operation holds while it works, for the estimate that lets a picture in or not.
public struct Footprint: Sendable, Hashable {
    /// Per pixel of the small view.
    public var perViewPixel: Double
    /// Per pixel of the picture.
    public var perPixel: Double

    public init(perViewPixel: Double = 0, perPixel: Double = 0) {
        self.perViewPixel = perViewPixel
        self.perPixel = perPixel
    }
}

extension Operation {
    public static var example: String? { nil }
    public var access: Access { .streamed }
    public var footprint: Footprint { Footprint() }
}

/// What ends an item early without being an error.
public enum ItemSignal: Error, Sendable {
    /// The item is left out, for this reason; nothing is written.
    case skip(String)
}
