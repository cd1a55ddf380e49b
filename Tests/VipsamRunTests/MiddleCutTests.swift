import Testing
import VipsamRun

@Suite struct MiddleCutTests {
    @Test(arguments: [
        ("short.png", 9, "short.png"), ("out/long-name-1.png", 12, "out…me-1.png"),
        ("out/long-name-1.png", 5, "o…png"), ("out/long-name-1.png", 2, "…g"), ("out/long-name-1.png", 1, "…"),
        ("out/long-name-1.png", 0, "…"), ("", 0, ""),
        ("out/a name of 👋 and 👩‍👩‍👧.png", 8, "ou…👩‍👩‍👧.png"),
    ]) func theEndStays(_ text: String, _ room: Int, _ expected: String) {
        #expect(MiddleCut.fitted(text) { $0.count <= room } == expected)
    }

    /// As much as fits is kept, and neither a text nor a question grows without end.
    @Test func longTexts() {
        for count in [499, 500, 501, 100_000] {
            let text = String(repeating: "x", count: count)
            for room in [10, 333, 10_000] {
                var asked = 0
                let cut = MiddleCut.fitted(text) {
                    asked += 1
                    return $0.count <= room
                }
                #expect(cut.count == min(count <= 500 && room >= count ? count : 501, room, count))
                #expect(asked <= 12)
            }
        }
    }
}
