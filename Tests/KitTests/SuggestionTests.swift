import Testing
import VipsamKit

@Suite struct SuggestionTests {
    let words = ["blur", "cutout", "radius", "save", "as"]

    @Test(arguments: [
        ("blurr", "blur"), ("bulr", "blur"), ("Cutout", "cutout"), ("radous", "radius"), ("saev", "save"),
        ("cotuot", "cutout"),
    ]) func nearWordsAreFound(_ word: String, _ expected: String) {
        #expect(Suggestion.nearest(to: word, among: words) == expected)
    }

    @Test(arguments: ["gaussian", "", "rad", "x", "cutoutcutout"]) func farWordsAreNot(_ word: String) {
        #expect(Suggestion.nearest(to: word, among: words) == nil)
    }

    @Test func shortWordsAreNearOnlyByOneLetter() {
        #expect(Suggestion.nearest(to: "is", among: words) == "as")
        #expect(Suggestion.nearest(to: "xy", among: words) == nil)
    }

    @Test func clauseIsReadyForAMessage() {
        #expect(Suggestion.clause(for: "blurr", among: words) == "; did you mean 'blur'?")
        #expect(Suggestion.clause(for: "zzzzz", among: words) == "")
    }
}
