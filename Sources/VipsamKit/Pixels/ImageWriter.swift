import CVipsShim

/// Writing pictures to files: atomic, the same bytes every time, metadata only as asked for.
public enum ImageWriter {
    /// Evaluates the picture and writes it, in the format that the name ends with.
    ///
    /// - 16-bit pictures stay 16-bit where the format can (12 bits in AVIF and HEIC), else the upper 8 are written.
    /// - Floating-point results of steps are rounded to the depth of the picture that they came from; in TIFF,
    ///   pictures that are not labelled as 8 or 16 bit keep their number type.
    /// - CMYK stays in JPEG and TIFF and becomes sRGB elsewhere.
    /// - Alpha is laid on `options.background` in JPEG; before a background that is not neutral, grey becomes sRGB.
    ///
    /// Throws when pixels cannot be computed (a damaged input surfaces here), when the name or the size does not suit
    /// the format, and with `.system` for a full disk and the like. Nothing is left behind then.
    public static func write(
        _ image: Pixels, to path: String, options: SaveOptions = SaveOptions()
    ) throws(PixelsError) {
        let format = try PictureFormat(ofFile: path)
        guard max(image.width, image.height) <= format.longestSide else { throw .tooLong(image, format) }
        let ready = try format.suited(image, options).keeping(options.keep)
        try AtomicFile.write(
            to: path,
            check: { (temporary) throws(PixelsError) in try check(temporary, ready, path) }
        ) { (descriptor) throws(PixelsError) in
            try save(ready, format, options, descriptor, path)
        }
    }

    private static func save(
        _ image: Pixels, _ format: PictureFormat, _ options: SaveOptions, _ descriptor: Int32, _ path: String
    ) throws(PixelsError) {
        guard let call = vipsam_call_new(format.saver) else { throw .noSaver(format) }
        defer { vipsam_call_free(call) }
        var inputs = format.arguments(for: image, options)
        inputs["in"] = .image(image)
        for (name, value) in inputs {
            let answer = value.set(name, on: call)
            precondition(answer == VIPSAM_SET_OK.rawValue, "'\(name)' is no argument of '\(format.saver)'")
        }
        var error: Int32 = 0
        let result = vipsam_save(call, descriptor, &error)
        if error != 0 {
            _ = Vips.takeNote()
            throw .unwritable(path, error)
        }
        guard result == 0 else { throw .notSaved(path) }
    }

    /// The complete file must say of itself what went in.
    private static func check(_ temporary: String, _ image: Pixels, _ path: String) throws(PixelsError) {
        let header = try ImageFile.probe(temporary)
        guard header.storedWidth == image.width && header.storedHeight == image.height else { throw .notSaved(path) }
    }
}

extension PictureFormat {
    /// The saver's arguments.
    fileprivate func arguments(for image: Pixels, _ options: SaveOptions) -> [String: VipsValue] {
        func quality(_ usual: Int) -> VipsValue { .int(min(100, max(1, options.quality ?? usual))) }
        switch self {
        case .png:
            return [
                "compression": .int(min(9, max(0, options.compression))), "interlace": .bool(options.progressive),
                "filter": .string(image.bands > 1 || image.format != .uchar ? "all" : "none"),
            ]
        case .jpeg: return ["Q": quality(90), "interlace": .bool(options.progressive)]
        case .webp: return ["Q": quality(85), "lossless": .bool(options.lossless)]
        case .tiff:
            // A classic TIFF holds 4 GB; compression seldom makes a file larger than a tenth more.
            let bytes = Double(image.width) * Double(image.height) * Double(image.pixelSize)
            return [
                "compression": .string(options.tiffCompression.rawValue), "Q": quality(90),
                "predictor": .string(image.format.isFloatingPoint ? "float" : "horizontal"),
                "bigtiff": .bool(bytes > 3.5e9),
            ]
        case .avif, .heic:
            return [
                "Q": quality(60), "lossless": .bool(options.lossless),
                "compression": .string(self == .avif ? "av1" : "hevc"),
                "bitdepth": .int(image.format == .ushort ? 12 : 8),
            ]
        }
    }
}

extension PixelsError {
    fileprivate static func tooLong(_ image: Pixels, _ format: PictureFormat) -> PixelsError {
        PixelsError(
            operation: "save", reason: .tooLarge,
            message: "\(image.width) × \(image.height) pixels do not fit in a \(format) file: at most "
                + "\(format.longestSide) along a side do")
    }

    fileprivate static func noSaver(_ format: PictureFormat) -> PixelsError {
        PixelsError(
            operation: "save", reason: .unknownFormat,
            message: "the installed libvips does not write \(format) files")
    }

    fileprivate static func notSaved(_ path: String) -> PixelsError {
        PixelsError(
            operation: "save", reason: .evaluation,
            message: "'\(path)' is not written: its pixels cannot be computed", note: Vips.takeNote())
    }
}
