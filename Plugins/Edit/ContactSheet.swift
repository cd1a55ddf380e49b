public import VipsamKit

/// Lays several pictures, or all objects of a picture, on one page.
///
/// Each is scaled to fit a cell and centred in it, row by row. Objects are cut out by their masks and cropped to
/// their boxes. Sizes are pixels of the output. The page has the number type and colours of its first picture; a grey
/// one is taken for a colour picture where the page's colour is not neutral, or another picture has colours. Labels are
/// drawn by Pango through libvips and need a font on the machine (in Debian: fonts-dejavu-core); without one they are
/// left out, with a note.
public struct ContactSheet: Operation {
    public static let name = "contact-sheet"
    public static let summary = "Lays several pictures, or all objects of a picture, on one page."

    static let mostCells = 2_000

    let images: [Slot]
    let objects: Slot?
    let columns: Int?
    let cell: [Double]
    let gap: Int
    let color: Color
    let labels: Bool

    public init(_ p: Parameters) throws {
        images = p.slots("images", .image, "The pictures, in order; with objects, the one that they lie on.")
        objects = p.namedSlot("objects", .objects, "A cell for each of these objects.")
        columns = p.optionalInteger("columns", 1...ContactSheet.mostCells, "How many in a row; as many as rows if absent.")
        cell = p.numbers("cell", 8...8_000, count: 1...2, "[width, height] of a cell; one number for squares; 400 if absent.")
            ?? [400]
        gap = p.integer("gap", 0...1_000, or: 16, "Free room between and around cells.")
        color = p.color("color", or: .white, named: "white", "The page.")
        labels = p.boolean(
            "labels", or: false,
            "Below each cell the object's label; its number where it has none. It \(Letters.needs).")
    }

    public var result: Kind? { .image }

    public var access: Access { .random }

    public func apply(_ context: Context) throws -> Value? {
        let shown = try self.pictures(context)
        let pictures = shown.map(\.picture)
        guard let first = pictures.first else { throw Diagnostic.nothingToShow }
        guard pictures.count <= Self.mostCells else { throw Diagnostic.tooMany(pictures.count) }
        let across = columns ?? max(1, Int(Double(pictures.count).squareRoot().rounded(.up)))
        let width = Int((cell.first ?? 400).rounded()), height = Int((cell.last ?? 400).rounded())
        let model = try first.pixels.withoutAlpha().inColour(for: [color]).inColour(beside: pictures.map(\.pixels))
        let ink = try model.ink(color)
        let cells = try pictures.map { try fitted($0, model, ink, width, height) }
        let rows = (cells.count + across - 1) / across
        let line = labels ? max(12, height / 12) : 0
        var page = try Pixels.constant(
            ink, width: min(across, cells.count) * (width + gap) + gap, height: rows * (height + line + gap) + gap,
            format: model.format, interpretation: model.interpretation)
        if let profile = model.blob(Pixels.Field.icc) { page = try page.with(field: Pixels.Field.icc, blob: profile) }
        var unwritten: Diagnostic?
        // One by one: `arrayjoin` of a single picture was found to give other bytes from several threads.
        for (index, cell) in cells.enumerated() {
            let x = gap + index % across * (width + gap), y = gap + index / across * (height + line + gap)
            page = try page.with(cell, x: x, y: y)
            guard labels else { continue }
            do {
                let words = try written(shown[index].label, on: model, ink, width, line)
                page = try page.with(words, x: x + (width - words.width) / 2, y: y + height + (line - words.height) / 2)
            } catch let problem as Diagnostic {
                unwritten = unwritten ?? problem
            }
        }
        // The pictures are worth looking at without their labels.
        if let unwritten {
            let words = [unwritten.message] + unwritten.notes.map(\.message)
            context.note("contact-sheet: " + words.joined(separator: "; "))
        }
        return .image(first.with(try page.relabelled(model.interpretation), onNewCanvas: "a contact sheet"))
    }

    private func pictures(_ context: Context) throws -> [(picture: Image, label: String)] {
        let given = try images.map(context.image)
        guard let objects, let base = given.first else { return given.enumerated().map { ($1, "\($0 + 1)") } }
        return try context.objects(objects).objects.enumerated().compactMap { index, object in
            let raster = base.frame.toRaster(object.box)
            guard let area = PixelArea(raster, inWidth: base.width, height: base.height) else { return nil }
            let part = try base.framed(area)
            let cut = part.with(try part.pixels.masked(by: object.mask.pixels(on: part)))
            // Pango draws nothing of blanks, and libvips fails then
            return (cut, Letters.isVisible(object.label) ? object.label : "\(index + 1)")
        }
    }

    /// A label in black or white, whichever stands out, on the page's colour; at most a cell wide and a line high.
    private func written(
        _ text: String, on model: Pixels, _ ink: [Double], _ width: Int, _ line: Int
    ) throws -> Pixels {
        let drawn = try Letters.drawn(text, points: max(8, line * 2 / 3))
        let cover = try drawn.extractArea(
            left: 0, top: 0, width: min(drawn.width, width), height: min(drawn.height, line)).copyMemory()
        // Rec. 709 luma.
        let isDark = 0.2126 * color.red + 0.7152 * color.green + 0.0722 * color.blue < 128
        func plain(_ values: [Double]) throws -> Pixels {
            try Pixels.constant(
                values, width: cover.width, height: cover.height, format: model.format,
                interpretation: model.interpretation)
        }
        return try plain(ink).mixed(with: plain(model.ink(isDark ? .white : .black)), by: cover)
    }

    private func fitted(_ picture: Image, _ model: Pixels, _ ink: [Double], _ width: Int, _ height: Int) throws -> Pixels {
        let factor = min(Double(width) / Double(picture.width), Double(height) / Double(picture.height))
        let scaled = try picture.resized(
            width: min(width, PictureSize.side(Double(picture.width) * factor)),
            height: min(height, PictureSize.side(Double(picture.height) * factor)))
        var pixels = try model.conformed(scaled.pixels.inColour(beside: [model]))
        if pixels.hasAlpha {
            pixels = try pixels.over(pixels.plain(ink + [pixels.fullScale])).withoutAlpha()
        }
        let place = Gravity.centre.place(pixels.width, pixels.height, inWidth: width, height: height)
        return try pixels.embed(
            x: place.x, y: place.y, width: width, height: height, extend: .background, background: ink)
    }
}

extension Pixels {
    fileprivate func with(_ part: Pixels, x: Int, y: Int) throws -> Pixels {
        try apply("insert", ["sub": .image(part), "x": .int(x), "y": .int(y)], as: "main")
    }
}

extension Diagnostic {
    fileprivate static var nothingToShow: Diagnostic { .error("contact-sheet has nothing to show: there are no objects") }

    fileprivate static func tooMany(_ count: Int) -> Diagnostic {
        .error("a contact sheet holds at most \(ContactSheet.mostCells) pictures, not \(count)")
    }
}
