/// Texts without their middle, for places that are too narrow.
package enum MiddleCut {
    /// Characters that are tried at most: more fit nowhere.
    private static let most = 500

    /// A text, or as much of its start and its end around "…" as fits. The end gets two thirds: of a path that is the
    /// file's name with its extension.
    ///
    /// - Parameter fits: whether a text is short enough; what is shorter than one that fits is taken to fit too.
    package static func fitted(_ text: String, _ fits: (String) -> Bool) -> String {
        let characters = Array(text)
        if characters.count <= most, fits(text) { return text }
        func cut(_ kept: Int) -> String {
            let end = (2 * kept + 2) / 3
            return String(characters.prefix(kept - end)) + "…" + String(characters.suffix(end))
        }
        // At least one character less than there are, or nothing would be left out.
        var low = 0, high = max(0, min(characters.count - 1, most))
        while low < high {
            let middle = (low + high + 1) / 2
            if fits(cut(middle)) { low = middle } else { high = middle - 1 }
        }
        return cut(low)
    }
}
