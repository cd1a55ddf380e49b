internal import ArgumentParser
internal import VipsamKit
internal import VipsamTensor

/// `--precision`, as a word of the command line.
struct PrecisionOption: ParsableArguments {
    @Option(
        name: .customLong("precision"),
        help: "How the image encoder multiplies: float32, or int8 (rounded to 8 bits, faster).", transform: Self.read)
    var value = Precision.float32

    private static func read(_ word: String) throws -> Precision {
        guard let precision = Precision(rawValue: word) else {
            let words = Precision.allCases.map(\.rawValue)
            throw ValidationError(
                "must be one of \(words.joined(separator: ", ")), not '\(word)'" + Suggestion.clause(for: word, among: words))
        }
        return precision
    }
}
