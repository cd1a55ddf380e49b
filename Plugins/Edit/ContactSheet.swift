public import VipsamKit

/// Lays several pictures, or all objects of a picture, on one page.
///
/// Each is scaled to fit a cell and centred in it, row by row. Objects are cut out by their masks and cropped to
/// their boxes. Sizes are pixels of the output. The page has the number type and colours of its first picture.
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

    public init(_ p: Parameters) throws {
        images = p.slots("images", .image, "The pictures, in order; with objects, the one that they lie on.")
        objects = p.namedSlot("objects", .objects, "A cell for each of these objects.")
        columns = p.optionalInteger("columns", 1...ContactSheet.mostCells, "How many in a row; as many as rows if absent.")
        cell = p.numbers("cell", 8...8_000, count: 1...2, "[width, height] of a cell; one number for squares; 400 if absent.")
            ?? [400]
        gap = p.integer("gap", 0...1_000, or: 16, "Free room between and around cells.")
        color = p.color("color", or: .white, named: "white", "The page.")
    }

    public var result: Kind? { .image }

    public var access: Access { .random }

    public func apply(_ context: Context) throws -> Value? {
        let pictures = try self.pictures(context)
        guard let first = pictures.first else { throw Diagnostic.nothingToShow }
        guard pictures.count <= Self.mostCells else { throw Diagnostic.tooMany(pictures.count) }
        let across = columns ?? max(1, Int(Double(pictures.count).squareRoot().rounded(.up)))
        let width = Int((cell.first ?? 400).rounded()), height = Int((cell.last ?? 400).rounded())
        let model = try first.pixels.withoutAlpha()
        let ink = try model.ink(color)
        let cells = try pictures.map { try shown($0, model, ink, width, height) }
        let rows = (cells.count + across - 1) / across
        var page = try Pixels.constant(
            ink, width: min(across, cells.count) * (width + gap) + gap, height: rows * (height + gap) + gap,
            format: model.format, interpretation: model.interpretation)
        if let profile = model.blob(Pixels.Field.icc) { page = try page.with(field: Pixels.Field.icc, blob: profile) }
        // One by one: `arrayjoin` of a single picture was found to give other bytes from several threads.
        for (index, cell) in cells.enumerated() {
            page = try page.apply(
                "insert",
                [
                    "sub": .image(cell), "x": .int(gap + index % across * (width + gap)),
                    "y": .int(gap + index / across * (height + gap)),
                ], as: "main")
        }
        return .image(first.with(try page.relabelled(model.interpretation), onNewCanvas: "a contact sheet"))
    }

    private func pictures(_ context: Context) throws -> [Image] {
        let given = try images.map(context.image)
        guard let objects, let base = given.first else { return given }
        return try context.objects(objects).objects.compactMap { object in
            let raster = base.frame.toRaster(object.box)
            guard let area = PixelArea(raster, inWidth: base.width, height: base.height) else { return nil }
            let part = try base.framed(area)
            return part.with(try part.pixels.masked(by: object.mask.pixels(on: part)))
        }
    }

    private func shown(_ picture: Image, _ model: Pixels, _ ink: [Double], _ width: Int, _ height: Int) throws -> Pixels {
        let factor = min(Double(width) / Double(picture.width), Double(height) / Double(picture.height))
        let scaled = try picture.resized(
            width: min(width, PictureSize.side(Double(picture.width) * factor)),
            height: min(height, PictureSize.side(Double(picture.height) * factor)))
        var pixels = try model.conformed(scaled.pixels)
        if pixels.hasAlpha {
            pixels = try pixels.over(pixels.plain(ink + [pixels.fullScale])).withoutAlpha()
        }
        let place = Gravity.centre.place(pixels.width, pixels.height, inWidth: width, height: height)
        return try pixels.embed(
            x: place.x, y: place.y, width: width, height: height, extend: .background, background: ink)
    }
}

extension Diagnostic {
    fileprivate static var nothingToShow: Diagnostic { .error("contact-sheet has nothing to show: there are no objects") }

    fileprivate static func tooMany(_ count: Int) -> Diagnostic {
        .error("a contact sheet holds at most \(ContactSheet.mostCells) pictures, not \(count)")
    }
}
