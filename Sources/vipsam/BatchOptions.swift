internal import ArgumentParser
internal import VipsamRecipe
internal import VipsamRun

/// How a batch goes: workers, limits, what is shown.
struct BatchOptions: ParsableArguments {
    enum ProgressStyle: String, ExpressibleByArgument, CaseIterable { case bar, lines, none }
    enum LogStyle: String, ExpressibleByArgument, CaseIterable { case text, json }
    enum ErrorRule: String, ExpressibleByArgument, CaseIterable { case `continue`, stop }

    @Option(name: [.customShort("j", allowingJoined: true), .long], help: "Pictures at once (default: as many as cores and memory allow).") var jobs: String?
    @Option(help: "Memory that may be used, such as 6G; a picture that needs more is refused (default: 70 % of what there is).") var memory: String?
    @Option(help: "Take only so many pictures.") var limit: Int?
    @Option(help: "Take no more pictures after this time, such as 55m.") var timeLimit: String?
    @Option(help: "How long pictures in work may go on after a stop (default: 20s).") var grace: String?
    @Option(help: "After a failed picture: continue or stop (default: continue).") var onError: ErrorRule?
    @Flag(help: "Leave out pictures whose outputs are there already.") var keepExisting = false
    @Flag(help: "Read damaged pictures as far as they go, and mark them 'degraded' in the report.") var lenient = false
    @Flag(help: "Exit with 3 when a picture needs review.") var strictReview = false
    @Flag(help: "Exit with 1 when a row of the prompt table has no picture.") var strictPrompts = false
    @Option(help: "bar, lines or none (default: bar on a terminal, else lines).") var progress: ProgressStyle?
    @Option(help: "text or json: one JSON object per line on standard error.") var log: LogStyle = .text
    @Flag(help: "Print the report on standard output.") var json = false
    @Flag(help: "Also write vipsam-report/report.html: every picture before and after, to look at.") var report = false
    @Flag(name: .shortAndLong, help: "Only errors.") var quiet = false
    @Flag(name: .shortAndLong, help: "Every picture, and what libraries say.") var verbose = false

    func validate() throws {
        if quiet && verbose { throw ValidationError("'--quiet' and '--verbose' exclude each other") }
        if let limit, limit < 1 { throw ValidationError("'--limit' must be at least 1, not '\(limit)'") }
    }

    /// The options with what configuration files add, read.
    func manner(_ configuration: Configuration) throws -> BatchManner {
        var manner = BatchManner()
        manner.jobs = try Amount.count(jobs ?? configuration["jobs"], "--jobs")
        manner.memory = try Amount.bytes(memory ?? configuration["memory"], "--memory")
        manner.timeLimit = try Amount.seconds(timeLimit ?? configuration["time-limit"], "--time-limit")
        manner.grace = try Amount.seconds(grace ?? configuration["grace"], "--grace")
        manner.limit = limit
        manner.onError = onError.flatMap { RunDefaults.OnError(rawValue: $0.rawValue) }
        manner.keepsExisting = keepExisting
        manner.isLenient = lenient
        manner.strictReview = strictReview
        manner.strictPrompts = strictPrompts
        manner.progress = progress
        if progress == nil, let word = configuration["progress"] {
            manner.progress = ProgressStyle(rawValue: word)
            if manner.progress == nil { throw Failure("'progress' must be one of bar, lines, none, not '\(word)'", .usage) }
        }
        manner.logsJSON = log == .json
        manner.printsReport = json
        manner.writesPage = report
        manner.quiet = quiet
        manner.verbose = verbose
        return manner
    }
}

/// How a batch goes, as plain values: what `run` was told, or what `cutout` decides.
struct BatchManner {
    var jobs: Int?
    var memory: Int?
    var timeLimit: Double?
    var grace: Double?
    var limit: Int?
    var onError: RunDefaults.OnError?
    var keepsExisting = false
    var isLenient = false
    var strictReview = false
    var strictPrompts = false
    var progress: BatchOptions.ProgressStyle?
    var logsJSON = false
    var printsReport = false
    var writesPage = false
    var quiet = false
    var verbose = false

    func limited(_ items: [RunItem]) -> [RunItem] { limit.map { Array(items.prefix($0)) } ?? items }
}

/// Pictures that are named in a list.
struct FileListOptions: ParsableArguments {
    @Option(help: "A file with one picture per line; '-' is standard input.") var filesFrom: String?
    @Flag(name: .customShort("0"), help: "Names in the list end with a null character.") var nullSeparated = false

    func validate() throws {
        if nullSeparated && filesFrom == nil { throw ValidationError("'-0' needs '--files-from'") }
    }
}
