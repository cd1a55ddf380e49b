import VipsamKit

/// Words drawn by Pango through libvips, as coverage: one band of 0…255.
enum Letters {
    /// For the documentation of what draws text.
    static let needs = "needs a font on the machine (Debian: fonts-dejavu-core)"

    /// - Parameter points: height of the font in pixels.
    /// - Throws: a diagnostic where visible characters leave no ink or there is no font: Pango says nothing then.
    static func drawn(_ text: String, font: String = "sans", points: Int) throws -> Pixels {
        guard isVisible(text) else { return try inked(text, font, points) }
        guard hasFont, let drawn = try? inked(text, font, points), try drawn.max() > 0 else {
            throw Diagnostic.noFont(text)
        }
        return drawn
    }

    private static func inked(_ text: String, _ font: String, _ points: Int) throws -> Pixels {
        try Pixels.image(
            "text", ["text": .string(escaped(text)), "font": .string("\(font) \(points)"), "dpi": .int(72)]
        ).copyMemory()
    }

    /// Without any font Pango draws nothing, or an empty box 12 pixels high whatever size is asked for.
    private static var hasFont: Bool { (try? inked("I", "sans", 80)).map { $0.height > 24 } ?? false }

    /// Whether anything of it leaves ink: blanks, control and format characters (joiners, marks of direction) do not.
    static func isVisible(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            let isUnseen = [.control, .format, .unassigned].contains(scalar.properties.generalCategory)
            return !isUnseen && !scalar.properties.isWhitespace
        }
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

extension Diagnostic {
    fileprivate static func noFont(_ text: String) -> Diagnostic {
        .error("'\(Node.shortened(text))' cannot be written: no font on this machine draws it")
            .noting("install one: in Debian fonts-dejavu-core, or fonts-noto-cjk for Chinese, Japanese and Korean")
    }
}
