public import VipsamKit

/// Many pictures on one sheet, to look at: small copies in a grid, captions below, a checkerboard
/// where they are transparent.
public struct ContactSheet: Sendable {
    public struct Cell: Sendable {
        /// Any picture file that libvips reads.
        public let path: String
        public let caption: String

        public init(path: String, caption: String) {
            self.path = path
            self.caption = caption
        }
    }

    /// Side of a cell's picture area, in pixels.
    public let side: Int
    public let columns: Int

    private static let gap = 10
    private static let captionHeight = 22
    private static let paper: [Double] = [246, 246, 244]
    private static let ink: [Double] = [40, 40, 44]

    /// Whether the machine has a font; without one a sheet has no captions.
    public static var hasWords: Bool { Lettering.isPossible }

    public init(side: Int = 280, columns: Int = 5) {
        self.side = side
        self.columns = columns
    }

    /// Draws the sheet. A file that cannot be read gets an empty cell that says so.
    ///
    /// - Returns: 8-bit sRGB.
    public func drawn(_ cells: [Cell]) throws -> Pixels {
        let across = max(1, min(columns, cells.count))
        let rows = max(1, (cells.count + across - 1) / across)
        let stepX = side + Self.gap, stepY = side + Self.captionHeight + Self.gap
        var sheet = try Pixels.constant(
            Self.paper, width: across * stepX + Self.gap, height: rows * stepY + Self.gap)
        for (index, cell) in cells.enumerated() {
            let x = Self.gap + index % across * stepX, y = Self.gap + index / across * stepY
            let drawn = try (try? SmallPicture.drawn(cell.path, side: side)) ?? unreadable()
            let left = x + (side - drawn.width) / 2, top = y + (side - drawn.height) / 2
            sheet = try sheet.apply("insert", ["sub": .image(drawn), "x": .int(left), "y": .int(top)], as: "main")
            // Without fonts on the machine a sheet is still worth looking at.
            if let words = try? caption(cell.caption) {
                sheet = try sheet.apply(
                    "insert",
                    ["sub": .image(words), "x": .int(x + (side - words.width) / 2), "y": .int(y + side + 4)], as: "main")
            }
        }
        return try sheet.copyMemory()
    }

    private func unreadable() throws -> Pixels {
        try Pixels.constant([225, 200, 200], width: side, height: side / 2)
    }

    private func caption(_ words: String) throws -> Pixels {
        let shortest = words.count > 38 ? "…" + words.suffix(37) : words
        let escaped = shortest.reduce(into: "") { $0 += ["&": "&amp;", "<": "&lt;", ">": "&gt;"][String($1)] ?? String($1) }
        let text = try Pixels.image(
            "text", ["text": .string(escaped), "font": .string("sans 9"), "dpi": .int(96)])
        let width = min(text.width, side), height = min(text.height, Self.captionHeight)
        let cover = try text.extractArea(left: 0, top: 0, width: width, height: height)
        let ink = try Pixels.constant(Self.ink, width: width, height: height)
        return try cover.ifthenelse(ink, Pixels.constant(Self.paper, width: width, height: height), blend: true)
    }
}
