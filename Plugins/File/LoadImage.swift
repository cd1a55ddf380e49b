public import VipsamKit

/// Reads another picture: a background, a logo, a second exposure.
///
/// Upright by its EXIF orientation, first page only. It is a picture of its own: masks of the input do not fit it.
public struct LoadImage: Operation {
    public static let name = "load-image"
    public static let summary = "Reads another picture: a background, a logo, a second exposure."

    let file: FilePattern

    public init(_ p: Parameters) throws {
        file = p.pattern("file", "The file; facts may stand in it: \"backgrounds/{name}.jpg\".", main: true)
    }

    public var result: Kind? { .image }

    public func apply(_ context: Context) throws -> Value? {
        let path = file.path(for: context.facts)
        let opened = try ImageFile.open(path, access: .random)
        for note in opened.notes { context.note("\(path): \(note)") }
        let pixels = opened.pixels
        let scale = context.views.workSize.scale(width: pixels.width, height: pixels.height)
        let canvas = Canvas(name: path, width: pixels.width, height: pixels.height)
        return .image(Image(pixels: pixels, frame: Frame(canvas: canvas, workingScale: scale), path: path))
    }
}
