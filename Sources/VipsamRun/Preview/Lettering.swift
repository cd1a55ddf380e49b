internal import VipsamKit

/// Words as coverage, drawn by libvips' text (Pango). A machine without fonts gives none, and everything is drawn without.
struct Lettering {
    /// One byte a pixel, row by row: how much of it is ink.
    let coverage: [UInt8]
    let width: Int
    let height: Int

    /// Longer texts are cut: Pango lays out every character before anything can be measured.
    private static let mostCharacters = 600

    /// - Parameters:
    ///   - size: height of the font in pixels.
    ///   - wrap: lines are broken at this width in pixels; nil for one line that is as long as it gets.
    /// - Returns: nil where nothing can be drawn.
    init?(_ text: String, size: Int, wrap: Int? = nil) {
        let words = Self.markup(text)
        guard !words.isEmpty else { return nil }
        var inputs: [String: VipsValue] = [
            "text": .string(words), "font": .string("sans \(max(4, size))"), "dpi": .int(72),
        ]
        if let wrap {
            inputs["width"] = .int(max(1, wrap))
            inputs["wrap"] = .string("word-char")
        }
        guard let drawn = try? Pixels.image("text", inputs), drawn.bands == 1, let bytes = try? drawn.bytes() else {
            return nil
        }
        coverage = bytes
        width = drawn.width
        height = drawn.height
    }

    /// One line of at most that width in pixels: of what is longer the middle gives way to "…".
    init?(line text: String, size: Int, mostWidth: Int) {
        let fitted = MiddleCut.fitted(text) { (Lettering($0, size: size)?.width ?? 0) <= mostWidth }
        self.init(fitted, size: size)
    }

    /// Whether this machine has a font at all: without one Pango draws nothing, or an empty box 12 pixels high whatever
    /// size is asked for.
    static var isPossible: Bool { Lettering("I", size: 80).map { $0.height > 24 } ?? false }

    /// Pango reads markup; the text is none. Control characters, and those that turn the direction of writing, are
    /// drawn as spaces.
    private static func markup(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars.prefix(mostCharacters) {
            switch scalar {
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "&": out += "&amp;"
            case "\n": out += "\n"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out.trimmed
    }
}
