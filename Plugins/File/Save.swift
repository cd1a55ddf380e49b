public import VipsamKit

/// Writes a picture, a mask, objects, a table, or a label map to a file.
///
/// The format goes by the name's ending. Without one, pictures are .png, objects and tables .json. Objects are
/// written in the form of COCO and SA-1B (`ObjectsDocument`), tables as CSV or JSON (`TableDocument`), labels as
/// numbers from 1 (`LabelMap`). Masks, labels and objects have the original's size, whatever became of the picture.
public struct Save: Operation {
    public static let name = "save"
    public static let summary = "Writes a picture, a mask, objects, a table, or a label map to a file."

    enum Scale: String, CaseIterable { case original, working }

    let to: FileTemplate
    let content: SavedContent
    let scale: Scale
    let options: SaveOptions

    public init(_ p: Parameters) throws {
        to = p.template("to", or: nil, "The file's name under the output folder: \"done/{dir}/{name}.png\".", main: true)
        content = SavedContent(p)
        scale = p.choice("scale", or: .original, "At the original's resolution, or at the working image's.")
        var options = SaveOptions()
        options.quality = p.optionalInteger("quality", 1...100, "Of lossy formats: 100 is best.")
        options.lossless = p.boolean("lossless", or: false, "WebP, AVIF, HEIC: keep every pixel as it is.")
        options.compression = p.integer("compression", 0...9, or: 6, "PNG: effort; 0 is fast, 9 is small.")
        options.tiffCompression = p.choice("tiff-compression", or: .deflate, "How TIFF files are packed.")
        options.progressive = p.boolean("progressive", or: false, "JPEG, PNG: appears coarse first.")
        options.keep = Set(p.choices("keep", of: SaveOptions.Keep.self, or: [.icc], "Metadata that is kept."))
        let background = p.color(
            "background", or: .white, named: "white", "What shows through where the format has no transparency: JPEG.")
        options.background = background
        self.options = options
        if !p.isProbe, p.has("to") { content.check(to, p) }
    }

    public var result: Kind? { nil }

    public func apply(_ context: Context) throws -> Value? {
        let path = content.completed(to.path(for: context.facts), to)
        switch content {
        case .image(let slot):
            let image = try scaled(context.image(slot))
            try writePicture(image, path, context)
        case .mask(let slot):
            let mask = try context.mask(slot)
            let (frame, width, height) = outputRaster(of: mask.frame)
            try writePicture(mask.source.pixels(in: frame, width: width, height: height), path, context)
        case .labels(let slot):
            let set = try context.objects(slot)
            let (frame, width, height) = outputRaster(of: set.frame)
            try writePicture(LabelMap(set).pixels(in: frame, width: width, height: height), path, context)
        case .objects(let slot):
            let document = try ObjectsDocument(context.objects(slot), file: context.facts)
            let text = try document.text()
            try context.outputs.write(path) { try AtomicFile.write(text, to: $0) }
        case .table(let slot):
            let table = try context.table(slot)
            let text = path.lowercased().hasSuffix(".csv") ? TableDocument.csv(table) : TableDocument.json(table)
            try context.outputs.write(path) { try AtomicFile.write(text, to: $0) }
        }
        return nil
    }

    private func writePicture(_ pixels: Pixels, _ path: String, _ context: Context) throws {
        // Says what is wrong with a name before anything is computed.
        _ = try PictureFormat(ofFile: path)
        try context.outputs.write(path) { try ImageWriter.write(pixels, to: $0, options: options) }
    }

    private func scaled(_ image: Image) throws -> Pixels {
        let factor = image.frame.pixelsPerWorkingPixel
        guard scale == .working, factor > 1 else { return image.pixels }
        func side(_ pixels: Int) -> Int { max(1, Int((Double(pixels) / factor).rounded())) }
        return try image.pixels.resized(width: side(image.width), height: side(image.height))
    }

    /// The original's raster, or the working image's.
    private func outputRaster(of frame: Frame) -> (Frame, width: Int, height: Int) {
        let canvas = frame.canvas
        let factor = scale == .working ? max(1, frame.workingScale) : 1
        let width = max(1, Int((Double(canvas.width) / factor).rounded()))
        let height = max(1, Int((Double(canvas.height) / factor).rounded()))
        let raster = Frame(
            canvas: canvas, scaleX: Double(width) / Double(canvas.width), scaleY: Double(height) / Double(canvas.height),
            workingScale: frame.workingScale)
        return (raster, width, height)
    }
}
