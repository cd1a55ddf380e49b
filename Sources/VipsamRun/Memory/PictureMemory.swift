public import VipsamKit
public import VipsamRecipe

/// How much memory one picture will need, estimated from its header and the plan before anything is decoded.
///
/// The numbers stand for what was measured with libvips 8.14 on pictures of 200 megapixels (`scripts/measure-streaming` does so), with
/// some room. What all pictures share, the program and its model, is not in it.
public struct PictureMemory: Sendable {
    /// A column of all the strips that a chain of steps has in work, per thread and once, in bytes.
    private static let columnPerThread = 2_000
    private static let column = 3_000
    /// Pictures that are read in any order are decoded into memory up to this size, else into a file (libvips' own limit).
    private static let decodedInMemory = 100 << 20
    /// Bytes per pixel of the view: the view itself, and what a model or a mask takes of it.
    private static let viewPixel = 16.0

    /// Bytes at once.
    public let bytes: Int
    /// Bytes of a temporary file.
    public let onDisk: Int
    /// Why it is more than strips: words for messages; nil for a streamed picture.
    public let reason: String?

    /// - Parameters:
    ///   - path: the file of the header.
    ///   - threads: that libvips uses for one picture.
    ///   - model: bytes that a model needs while it looks at a picture.
    public init(_ header: ImageHeader, of path: String, plan: Plan, threads: Int, model: Int) {
        let turned = plan.input.orient ? header : header.asStored
        let pixels = Double(header.storedWidth) * Double(header.storedHeight)
        let decoded = Double(header.decodedBytes)
        let isRandom = !plan.access.isStreamed || turned.orientation > 2
        let inCoder = Self.decoder(header, decoded)
        // TIFF files are mapped, and a strip may be the whole picture: what is mapped counts as resident.
        let mapped = header.kind == "tiff" ? min(decoded, Double(Paths.size(path) ?? 0)) : 0
        let scale = plan.input.workSize.scale(width: turned.width, height: turned.height)
        let steps = plan.allOperations.map(\.operation.footprint)
        let step = steps.map { $0.perViewPixel * pixels / (scale * scale) + $0.perPixel * pixels }.max() ?? 0
        let isSpilled = isRandom && decoded > Double(Self.decodedInMemory)
        let kept = isRandom ? (isSpilled ? 0 : decoded) : min(decoded, Double(ImageFile.keptBytes))
        let columns = Double(max(header.width, header.storedWidth)) * Double(Self.column + Self.columnPerThread * threads)
        let strips = min(columns, decoded * 16)
        bytes = Self.whole(inCoder + mapped + kept + strips + step + Self.viewPixel * pixels / (scale * scale)) + model
        onDisk = isSpilled ? Self.whole(decoded) : 0
        if inCoder > 0 {
            reason = "it is \(Self.name(header)), which is decoded as a whole"
        } else if isRandom {
            reason = turned.orientation > 2 ? "it has to be turned upright" : "its pixels are read in any order"
        } else {
            reason = nil
        }
    }

    /// What a decoder holds besides its output.
    private static func decoder(_ header: ImageHeader, _ decoded: Double) -> Double {
        guard !header.streams else { return 0 }
        switch header.kind {
        // Coefficients of two bytes; colour in a quarter of the places (4:2:0) or in all.
        case "jpeg": return header.hasReducedColour ? decoded : decoded * 2
        case "png": return decoded
        // Planes of the codec beside the pixels.
        default: return decoded * 2
        }
    }

    private static func name(_ header: ImageHeader) -> String {
        switch header.kind {
        case "jpeg": "a progressive JPEG"
        case "png": "an interlaced PNG"
        case "heif": "a HEIF or AVIF picture"
        case "webp": "a WebP picture"
        case "gif": "a GIF"
        default: "a \(header.kind) picture"
        }
    }

    private static func whole(_ bytes: Double) -> Int { bytes < 1e18 ? Int(bytes) : Int(1e18) }
}
