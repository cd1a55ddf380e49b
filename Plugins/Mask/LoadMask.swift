public import VipsamKit

/// Reads a mask from a picture file: white is on it, black is off it.
///
/// The file's transparency is the mask where it has an alpha band (`channel: auto`), else its lightness. 16-bit
/// greys and transparencies are divided by 257; of 16-bit colours the upper 8 bits count. It belongs to the whole
/// picture: a file of another size with the same proportions is scaled.
public struct LoadMask: Operation {
    public static let name = "load-mask"
    public static let summary = "Reads a mask from a picture file: white is on it, black is off it."

    enum Channel: String, CaseIterable { case auto, alpha, lightness }

    let file: FilePattern
    let channel: Channel
    let image: Slot

    public init(_ p: Parameters) throws {
        file = p.pattern("file", "The file; facts may stand in it: \"masks/{dir}/{name}.png\".", main: true)
        channel = p.choice("channel", or: .auto, "What to take: transparency, lightness, or what there is.")
        image = p.slot("image", .image, "The picture that the mask belongs to.")
    }

    public var result: Kind? { .mask }

    public func apply(_ context: Context) throws -> Value? {
        let canvas = try context.image(image).frame.canvas
        let workingScale = try context.image(image).frame.workingScale
        let path = file.path(for: context.facts)
        let opened = try ImageFile.open(path, access: .random).pixels
        guard Self.haveSameProportions(opened, canvas) else { throw Diagnostic.otherShape(path, opened, canvas) }
        let mask = try drawn(opened, path)
        let frame = Frame(
            canvas: canvas, scaleX: Double(mask.width) / Double(canvas.width),
            scaleY: Double(mask.height) / Double(canvas.height), workingScale: workingScale)
        return .mask(Mask(mask, frame: frame))
    }

    private func drawn(_ picture: Pixels, _ path: String) throws -> Pixels {
        let band: Pixels
        switch channel {
        case .alpha:
            guard let alpha = try picture.alpha() else { throw Diagnostic.noAlpha(path) }
            band = alpha
        case .auto where picture.hasAlpha: band = try picture.alpha() ?? picture
        case .auto, .lightness:
            let opaque = try picture.withoutAlpha()
            band = opaque.bands == 1 ? opaque : try ImageFile.model(of: opaque).colourspace(.blackAndWhite).extractBand(0)
        }
        if band.format == .uchar { return try band.relabelled(.blackAndWhite) }
        let full = band.format == .ushort ? 65535 : picture.fullScale
        return try band.linear([255 / full], [0.5]).cast(.uchar).relabelled(.blackAndWhite)
    }

    /// Within one pixel of the smaller of the two.
    private static func haveSameProportions(_ pixels: Pixels, _ canvas: Canvas) -> Bool {
        let x = Double(pixels.width) / Double(canvas.width), y = Double(pixels.height) / Double(canvas.height)
        let width = y * Double(canvas.width), height = x * Double(canvas.height)
        return abs(width - Double(pixels.width)) <= max(1, x) || abs(height - Double(pixels.height)) <= max(1, y)
    }
}

extension Diagnostic {
    fileprivate static func otherShape(_ path: String, _ pixels: Pixels, _ canvas: Canvas) -> Diagnostic {
        .error(
            "the mask '\(path)' has \(pixels.width)×\(pixels.height) pixels, which does not fit the picture's "
                + "\(canvas.width)×\(canvas.height)")
    }

    fileprivate static func noAlpha(_ path: String) -> Diagnostic {
        .error("'\(path)' has no transparency").noting("take its lightness: channel: lightness")
    }
}
