/// What the command line adds to a recipe.
public struct PlanRequest: Sendable {
    /// `-p name=value`, in order; the last one for a name counts.
    public var overrides: [String]
    /// `--params file.yaml`, in order; `-p` goes first.
    public var parameterFiles: [String]
    /// Whether files on the command line replace `input.files`.
    public var replacesFiles: Bool
    /// `-o`, relative to the current directory.
    public var outputRoot: String

    public init(
        overrides: [String] = [], parameterFiles: [String] = [], replacesFiles: Bool = false, outputRoot: String = "."
    ) {
        self.overrides = overrides
        self.parameterFiles = parameterFiles
        self.replacesFiles = replacesFiles
        self.outputRoot = outputRoot
    }
}
