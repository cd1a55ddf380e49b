/// The model's view: 8-bit RGB.
///
/// - 8-bit RGB is taken as it is stored; an embedded profile is not applied (the original code does not either, and the
///   result stays bit for bit the file's).
/// - 8-bit grey stands in all three bands. 16 bits: the upper 8.
/// - CMYK goes to sRGB by its profile, or by a standard one; Lab, scRGB and the like by their definition.
/// - Alpha: the picture lies on white, as it does in a JPEG that is saved from it.
/// - Other numbers (32-bit, signed, floating point not in scRGB): the range from smallest to largest becomes 0 to 255.
/// - More than four bands: the first three.
extension ImageFile {
    /// Converts pixels of any kind at their own size. Lazy, but for a look at the range of numbers without a known one.
    public static func model(of image: Pixels) throws(PixelsError) -> Pixels {
        let bytes = try eightBit(image)
        let opaque = try bytes.flatten(background: Array(repeating: 255, count: bytes.colourBands))
        switch opaque.bands {
        case 3: return try opaque.relabelled(.srgb)
        case 1, 2:
            let grey = try opaque.extractBand(0)
            return try Pixels.bandjoin([grey, grey, grey]).relabelled(.srgb)
        default: return try opaque.extractBand(0, count: 3).relabelled(.srgb)
        }
    }

    /// Reads a picture at the working size: 8-bit sRGB, three bands, in memory; upright unless told otherwise.
    ///
    /// The shorter side becomes at most `shorterSide` and the whole at most `maxPixels`; it is never enlarged. Where the
    /// format can, it is decoded small; else it is streamed. Memory stays bounded by strips of the picture, except for
    /// formats that decode as a whole (see `ImageHeader.streams`).
    public static func working(
        _ path: String, shorterSide: Int = 1500, maxPixels: Double = 16_000_000, upright: Bool = true,
        lenient: Bool = false, limits: Limits = Limits()
    ) throws(PixelsError) -> Pixels {
        let loader = try recognise(path, limits)
        let first = try load(path, loader, sequential: true, lenient: lenient, shrink: 1, scale: 0)
        let stated = try header(of: first, loader, path, limits)
        let header = upright ? stated : stated.asStored
        let factor = max(
            1, Double(min(header.width, header.height)) / Double(max(1, shorterSide)),
            (Double(header.width) * Double(header.height) / max(1, maxPixels)).squareRoot())
        var source = first
        if header.kind == "jpeg" && factor >= 4 {
            // A factor of two is left for the better filter.
            let shrink = factor >= 16 ? 8 : factor >= 8 ? 4 : 2
            source = try load(path, loader, sequential: true, lenient: lenient, shrink: shrink, scale: 0)
        }
        let small = try source.resized(
            width: scaled(header.storedWidth, factor), height: scaled(header.storedHeight, factor))
        let still: Pixels
        do throws(PixelsError) {
            still = try small.copyMemory()
        } catch {
            throw error.decoding(path, lenient: lenient)
        }
        return try model(of: header.orientation > 1 ? still.autorot() : still).copyMemory()
    }

    private static func scaled(_ side: Int, _ factor: Double) -> Int {
        max(1, Int((Double(side) / factor).rounded()))
    }

    /// Colour as sRGB, grey, or unlabelled bands, in 8 bits.
    private static func eightBit(_ image: Pixels) throws(PixelsError) -> Pixels {
        if image.isPacked { return try eightBit(image.colourspace(image.interpretation == .labq ? .srgb : .scrgb)) }
        if image.format.isComplex { return try eightBit(image.apply("abs")) }
        switch image.interpretation {
        case .cmyk: return try image.iccTransform(to: "srgb", fallback: "cmyk")
        case .lab, .labs, .xyz, .yxy, .lch, .cmc, .scrgb, .hsv: return try image.colourspace(.srgb)
        default: break
        }
        switch image.format {
        case .uchar: return image
        case .ushort:
            let labelled = try image.relabelled(image.bands < 3 ? .grey16 : .rgb16)
            return try labelled.colourspace(image.bands < 3 ? .blackAndWhite : .srgb)
        default: return try stretched(image)
        }
    }

    private static func stretched(_ image: Pixels) throws(PixelsError) -> Pixels {
        let colours = try image.withoutAlpha()
        let low = try colours.min()
        let high = try colours.max()
        let factor = high > low && (high - low).isFinite ? 255 / (high - low) : 0
        return try colours.linear([factor], [factor == 0 ? 0 : -low * factor], asBytes: true)
    }
}
