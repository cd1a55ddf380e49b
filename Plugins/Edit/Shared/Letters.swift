import VipsamKit

/// Words drawn by Pango through libvips, as coverage: one band of 0…255.
enum Letters {
    /// For the documentation of what draws text.
    static let needs = "needs a font on the machine (Debian: fonts-dejavu-core)"

    /// Letters of this height, in pixels, tell how large all that is written becomes.
    private static let measured = 32
    /// Cairo draws lines of up to 32,767 pixels; a letter is about as wide as it is high at most.
    private static let longestLine = 30_000

    /// - Parameter points: height of the font in pixels.
    /// - Throws: a diagnostic where visible characters leave no ink or there is no font: Pango says nothing then.
    static func drawn(_ text: String, font: String = "sans", points: Int) throws -> Pixels {
        guard isVisible(text) else { return try inked(text, font, points) }
        guard hasFont, let drawn = try? inked(text, font, points), try drawn.max() > 0 else {
            throw Diagnostic.noFont(text)
        }
        return drawn
    }

    /// As `drawn`, in letters small enough for so many pixels.
    ///
    /// - Returns: the words, and how high the font is that they have now, in pixels.
    static func fitted(
        _ text: String, font: String, points: Int, inWidth width: Int, height: Int
    ) throws -> (words: Pixels, points: Double) {
        func share(_ words: Pixels) -> Double {
            min(Double(width) / Double(words.width), Double(height) / Double(words.height))
        }
        // Measured on small letters: a line that is far too long is never drawn in large ones.
        let longest = text.split(whereSeparator: \.isNewline).map(\.count).max() ?? 1
        var size = min(points, measured, max(1, longestLine / max(1, longest)))
        var words = try drawn(text, font: font, points: size)
        let largest = Double(size) * share(words)
        if size < points, largest > Double(size) {
            // Widths do not quite follow the size: what fits is found from letters that are about as large.
            size = min(points, Int(1.2 * largest) + 1)
            words = try drawn(text, font: font, points: size)
            let fitting = Int(Double(size) * share(words))
            if fitting >= measured, fitting < size {
                size = fitting
                words = try drawn(text, font: font, points: size)
            }
        }
        let rest = share(words)
        guard rest < 1 else { return (words, Double(size)) }
        let scaled = try words.resized(
            width: max(1, Int(Double(words.width) * rest)), height: max(1, Int(Double(words.height) * rest)))
        return (scaled, Double(size) * rest)
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
