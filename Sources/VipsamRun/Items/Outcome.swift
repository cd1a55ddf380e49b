public import VipsamKit
public import VipsamRecipe

/// One picture of a run, with what a prompt table says about it.
public struct RunItem: Sendable {
    public let file: InputFile
    /// Nil without a table.
    public let prompts: [Prompt]?
    /// Why it is left out before anything is read, such as no row in the prompt table.
    public let skipReason: String?

    public init(_ file: InputFile, prompts: [Prompt]? = nil, skipReason: String? = nil) {
        self.file = file
        self.prompts = prompts
        self.skipReason = skipReason
    }
}

/// What became of one picture. A broken picture is an outcome, not an error.
public struct Outcome: Sendable {
    public enum Status: String, Sendable, CaseIterable { case ok, failed, skipped, review }

    public let input: String
    public var status: Status
    /// Paths that were written, from the current folder.
    public var outputs: [String] = []
    /// Paths that were there and are kept (`--keep-existing`).
    public var kept: [String] = []
    public var milliseconds: Double = 0
    /// Why it was skipped, or needs review.
    public var reasons: [String] = []
    public var diagnostics: [Diagnostic] = []
    /// What steps and libraries remarked.
    public var notes: [String] = []
    /// The file is damaged and was read as far as it goes (`--lenient`).
    public var isDegraded = false

    public init(input: String, status: Status) {
        self.input = input
        self.status = status
    }

    /// Whether it failed for a reason that a later attempt may not meet.
    public var isRetryable: Bool { status == .failed && diagnostics.contains { $0.cause == .io } }
}
