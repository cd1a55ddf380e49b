public import VipsamKit

/// Fills what the mask covers with what is around it, as if it had never been there.
///
/// The mask is grown first: a rim left over is the usual flaw. Each hole is filled from its own
/// surroundings, at the resolution of the image: a rectangle that is larger than the hole's by six
/// tenths of its longer side on each side, at least by 48 and at most by 1200 pixels (`HoleFinder`).
/// So the time goes with the hole, not with the picture. 8 and 16 bit, up to four colour bands;
/// transparency stays as it is. For the methods see `ExemplarFill`, `TensionFill`, `NearestFill`.
public struct InpaintFill: Operation {
    public static let name = "inpaint-fill"
    public static let summary = "Fills what the mask covers with what is around it."

    public enum Method: String, CaseIterable, Sendable { case exemplar, smooth, nearest }

    let image: Slot
    let mask: Slot
    let method: Method
    let grow: Length
    let seed: Int

    public init(_ p: Parameters) throws {
        image = p.slot("image", .image, "The image to mend.")
        mask = p.slot("mask", .mask, "What to remove.")
        method = p.choice(
            "method", or: Method.exemplar,
            "exemplar: textures from patches around; smooth: for even ground such as sky, and for small holes; "
                + "nearest: the nearest pixel.")
        grow = p.length("grow", 0...200, or: .pixels(4), "Grow the mask first, in pixels of the working image.")
        seed = p.integer("seed", 0...1_000_000, or: 0, "Another number gives another, equally good fill (exemplar).")
    }

    public var result: Kind? { .image }
    public var access: Access { .random }

    /// What is held at once per pixel of a hole's surroundings, in bytes; asked for when the hole is found. Measured with
    /// holes in a picture of 200 megapixels: 127 and 57.
    private var bytesPerPixel: Double { method == .exemplar ? 135 : 60 }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        let colours = image.pixels.colourBands
        guard (1...4).contains(colours) else {
            throw Diagnostic.error("inpaint-fill takes images of 1 to 4 colour bands, not \(colours)")
        }
        let raster = try context.mask(mask).pixels(on: image)
        let radius = image.frame.pixels(grow, longerSide: image.longerSide)
        let finder = HoleFinder(width: image.width, height: image.height, reach: Int(radius.rounded(.up)) + 2)
        let cores = try finder.cores(of: raster)
        var pixels = image.pixels
        for core in cores {
            let window = finder.window(around: core)
            let bytes = Int(Double(window.width) * Double(window.height) * bytesPerPixel)
            let purpose = "a hole of \(core.width) × \(core.height) pixels with its surroundings"
            let patch = try context.holding(bytes, for: purpose) {
                try filled(image.pixels, raster, window, radius, context)
            }
            let piece = try patch.extractArea(
                left: core.left - window.left, top: core.top - window.top, width: core.width, height: core.height)
            pixels = try pixels.apply("insert", ["sub": .image(piece), "x": .int(core.left), "y": .int(core.top)], as: "main")
        }
        return .image(image.with(pixels))
    }

    private func filled(
        _ pixels: Pixels, _ mask: Pixels, _ window: PixelRect, _ radius: Double, _ context: Context
    ) throws -> Pixels {
        let bands = pixels.bands, colours = pixels.colourBands
        var values = try pixels.floats(left: window.left, top: window.top, width: window.width, height: window.height)
        let cover = try mask.bytes(left: window.left, top: window.top, width: window.width, height: window.height)
        let hole = HoleRegion.grown(cover.map { $0 >= 128 }, window.width, window.height, by: radius)
        guard hole.contains(false) else {
            throw Diagnostic.error("the mask, grown by 'grow', covers the whole image: nothing is left to fill it from")
        }
        let toByte = Float(255 / pixels.fullScale)
        var vectors = [SIMD4<Float>](repeating: .zero, count: hole.count)
        for i in hole.indices {
            for band in 0..<colours { vectors[i][band] = values[i * bands + band] * toByte }
        }
        var region = HoleRegion(width: window.width, height: window.height, pixels: vectors, hole: hole)
        switch method {
        case .exemplar:
            if !ExemplarFill.fill(&region, seed: UInt64(seed)) {
                context.note("inpaint-fill: too little is left around a hole for 'exemplar'; 'smooth' was used")
                TensionFill.fill(&region)
            }
        case .smooth: TensionFill.fill(&region)
        case .nearest: NearestFill.fill(&region)
        }
        let rounds = !pixels.format.isFloatingPoint
        for i in hole.indices where hole[i] {
            for band in 0..<colours {
                let value = region.pixels[i][band] / toByte
                values[i * bands + band] = rounds ? value.rounded() : value
            }
        }
        return try Pixels.from(
            floats: values, width: window.width, height: window.height, bands: bands, interpretation: pixels.interpretation
        ).cast(pixels.format)
    }
}
