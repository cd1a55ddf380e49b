public import VipsamKit

/// What goes in.
public struct PlannedInput: Sendable {
    /// Globs, relative to the current directory; empty when the recipe has none, so that the files
    /// have to come from the command line.
    public var files: [String] = []
    /// Globs of what is left out.
    public var exclude: [String] = []
    /// Where `files` stands, for messages.
    public var filesMark: Mark?
    /// A table of prompts (CSV, or COCO JSON), relative to the current directory.
    public var prompts: String?
    public var promptsMark: Mark?
    public var workSize: WorkSize = .standard
    /// Whether EXIF orientation is applied. If not, places are in pixels as stored; the tag is dropped either way.
    public var orient = true

    /// - Parameters:
    ///   - files: globs, relative to the current directory.
    ///   - exclude: globs of what is left out.
    public init(files: [String] = [], exclude: [String] = []) {
        self.files = files
        self.exclude = exclude
    }
}

/// What the recipe says about the run; the command line goes first.
public struct RunDefaults: Sendable, Hashable {
    /// In bytes.
    public var memory: Int?
    /// Pictures at once.
    public var jobs: Int?
    public var onError: OnError?
    /// In seconds.
    public var timeLimit: Double?

    public init(memory: Int? = nil, jobs: Int? = nil, onError: OnError? = nil, timeLimit: Double? = nil) {
        self.memory = memory
        self.jobs = jobs
        self.onError = onError
        self.timeLimit = timeLimit
    }

    public enum OnError: String, Sendable, Hashable, CaseIterable {
        /// A broken picture is one failed item; the batch goes on.
        case `continue`
        /// The first failed item ends the batch.
        case stop
    }
}
