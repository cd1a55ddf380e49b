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
            let drawn = try (try? picture(cell.path)) ?? unreadable()
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

    private func picture(_ path: String) throws -> Pixels {
        let whole = try ImageFile.open(path, access: .random, lenient: true).pixels
        let scale = min(1, Double(side) / Double(max(whole.width, whole.height)))
        let small = scale < 1 ? try whole.premultiplied { try $0.resize(scale) } : whole
        guard small.hasAlpha else { return try ImageFile.model(of: small).copyMemory() }
        let alpha = try small.extractBand(small.bands - 1).linear([255 / small.fullScale], [0]).cast(.uchar)
        let colours = try ImageFile.model(of: small.withoutAlpha())
        return try alpha.ifthenelse(colours, checkerboard(small.width, small.height), blend: true).copyMemory()
    }

    /// Squares of eight pixels in two light greys.
    private func checkerboard(_ width: Int, _ height: Int) throws -> Pixels {
        let tile: [UInt8] = (0..<256).flatMap { i in
            [UInt8](repeating: (i % 16 / 8 + i / 128) % 2 == 0 ? 232 : 204, count: 3)
        }
        let one = try Pixels.from(bytes: tile, width: 16, height: 16, bands: 3)
        return try one.replicate(across: width / 16 + 1, down: height / 16 + 1)
            .extractArea(left: 0, top: 0, width: width, height: height)
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

extension Pixels {
    /// Works on colours weighted by alpha, so that what cannot be seen does not bleed into edges.
    fileprivate func premultiplied(_ work: (Pixels) throws -> Pixels) throws -> Pixels {
        guard hasAlpha else { return try work(self) }
        let format = format
        return try work(premultiply()).unpremultiply().cast(format).relabelled(interpretation)
    }
}
