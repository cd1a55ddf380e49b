internal import VipsamKit
internal import VipsamRun
internal import VipsamSegment

/// `--zoom` and `--refine`, as words of the command line.
enum LookOptions {
    static func read(zoom: String, refine: String) throws -> (ZoomChoice, RefineChoice) {
        guard let zoomChoice = ZoomChoice(zoom) else {
            throw Failure("'--zoom' must be auto, off or a number between 1 and 10, not '\(zoom)'", .usage)
        }
        guard let refineChoice = RefineChoice(rawValue: refine) else {
            let words = RefineChoice.allCases.map(\.rawValue)
            throw Failure(
                "'--refine' must be one of \(words.joined(separator: ", ")), not '\(refine)'"
                    + Suggestion.clause(for: refine, among: words), .usage)
        }
        return (zoomChoice, refineChoice)
    }
}
