public import VipsamKit

/// What the process answers its caller; schedulers branch on it.
public enum ExitCode: Int32, Sendable {
    /// Everything done.
    case done = 0
    /// Finished; at least one item failed (see the report).
    case itemsFailed = 1
    /// Finished, nothing failed, some items need review; only with `--strict-review`.
    case review = 3
    /// Wrong words on the command line.
    case usage = 64
    /// The recipe or the plan is wrong.
    case recipe = 65
    /// No input, or the recipe file is missing.
    case noInput = 66
    /// A model or plugin is missing, unreadable or misshapen.
    case model = 69
    /// A mistake of ours.
    case internalError = 70
    /// The output folder cannot be written.
    case output = 73
    /// Reading or writing failed on the way: disk full, stale mount. A retry may help.
    case io = 74
    /// Stopped early with work left. Run again.
    case stopped = 75

    public init(_ cause: Diagnostic.Cause) {
        switch cause {
        case .recipe: self = .recipe
        case .noInput: self = .noInput
        case .model: self = .model
        case .output: self = .output
        case .io: self = .io
        case .item: self = .itemsFailed
        case .usage: self = .usage
        }
    }

    /// Of several problems found before anything ran, the gravest: a missing file explains more than
    /// what follows from it.
    public init(_ diagnostics: [Diagnostic]) {
        let codes = Set(diagnostics.filter { $0.severity == .error }.map { ExitCode($0.cause) })
        let order: [ExitCode] = [.usage, .noInput, .recipe, .model, .output, .io, .itemsFailed]
        self = order.first { codes.contains($0) } ?? .done
    }
}
