import VipsamKit

/// Words drawn by Pango through libvips, as coverage: one band of 0…255.
enum Letters {
    /// - Parameter points: height of the font in pixels.
    static func drawn(_ text: String, font: String = "sans", points: Int) throws -> Pixels {
        try Pixels.image(
            "text", ["text": .string(escaped(text)), "font": .string("\(font) \(points)"), "dpi": .int(72)])
    }

    /// Pango reads markup; the user's text is none.
    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "<": "&lt;"
            case ">": "&gt;"
            case "&": "&amp;"
            default: String(character)
            }
        }.joined()
    }
}
