import CVipsShim

/// Reading pictures from files: strict, upright, first page only.
///
/// Files are recognised by content, not by name, and a name is never parsed for options.
public enum ImageFile {
    /// What a header may ask for. Wider than any real picture, far below what would exhaust a machine's address space.
    public struct Limits: Sendable {
        /// Pixels along one side.
        public var side = 1_000_000
        /// Pixels in all.
        public var pixels = 10_000_000_000

        public init() {}
        public init(side: Int, pixels: Int) {
            self.side = side
            self.pixels = pixels
        }
    }

    public enum Access: Sendable {
        /// Top to bottom, in any number of passes; a step may look back by some hundred rows. No more is held than those
        /// rows. Files are decoded anew for every pass; from the fourth on, and for formats that are decoded as a whole
        /// from the second on, the decoded picture lies in a temporary file, as it does after many looks further back.
        case sequential
        /// Any order. Formats that are compressed as a whole are decoded into memory, or above 100 MB into a
        /// temporary file.
        case random
    }

    /// An opened picture, and what the user should know about it.
    public struct Opened: Sendable {
        public let pixels: Pixels
        public let header: ImageHeader
        /// Sentences for the report, such as "first of 3 pages".
        public let notes: [String]
    }

    /// Endings of camera raw files, most of which are TIFF inside: their first image is a preview.
    static let cameraRaw: Set<String> = [
        "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "iiq", "kdc", "mef", "mos", "mrw", "nef", "nrw", "orf",
        "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f",
    ]

    /// Reads the header.
    ///
    /// Throws when there is no such file, when nothing recognises it, and when it asks for more than the limits.
    public static func probe(_ path: String, limits: Limits = Limits()) throws(PixelsError) -> ImageHeader {
        let loader = try recognise(path, limits)
        let image = try load(path, loader, sequential: true, lenient: true, shrink: 1, scale: 0)
        return try header(of: image, loader, path, limits)
    }

    /// Opens a picture, upright unless told otherwise.
    ///
    /// The orientation tag is gone from what is opened, applied or not: what is saved is seen as it was edited.
    ///
    /// Strict unless `lenient`: a file that is cut off or damaged throws when its pixels are read. (JPEG data that is
    /// garbled but complete only warns, see `VipsLog`: the same warnings come with pictures that are fine.) A picture that
    /// has to be turned or mirrored top to bottom cannot be read from top to bottom; it is opened for random access whatever
    /// was asked for, and `notes` do not mention it, since the result is the same.
    ///
    /// - Parameter kept: bytes of rows that a streamed picture keeps; a small picture as a whole.
    public static func open(
        _ path: String, access: Access = .sequential, upright: Bool = true, lenient: Bool = false,
        limits: Limits = Limits(), kept: Int = keptBytes
    ) throws(PixelsError) -> Opened {
        let loader = try recognise(path, limits)
        let first = try load(path, loader, sequential: access == .sequential, lenient: lenient, shrink: 1, scale: 0)
        let stated = try header(of: first, loader, path, limits)
        let header = upright ? stated : stated.asStored
        var pixels = first
        if access == .sequential {
            pixels = header.orientation > 2
                ? try load(path, loader, sequential: false, lenient: lenient, shrink: 1, scale: 0)
                : try streamed(
                    first, path, loader, kept: kept, passes: header.streams ? repeatedPasses : 0, lenient: lenient)
        }
        if header.orientation > 1 { pixels = try pixels.autorot() }
        if pixels.fields.contains(Pixels.Field.orientation) {
            pixels = try pixels.without(fields: [Pixels.Field.orientation, "exif-ifd0-Orientation"])
        }
        if !lenient, try FileStart(path).isCutOffPNG(path) { throw .damaged(path) }
        var notes = header.pages > 1 ? ["first of \(header.pages) pages or frames"] : []
        if let range = pixels.roundedRange {
            // scRGB keeps its numbers in TIFF by its name.
            if pixels.interpretation != .scrgb { pixels = try pixels.with(field: Pixels.Field.measured, blob: [1]) }
            notes.append("its values are not of 8 or 16 bits: TIFF keeps them, others have them \(range)")
        }
        return Opened(pixels: pixels, header: header, notes: notes)
    }

    /// Finds the loader, or says why there is none.
    static func recognise(_ path: String, _ limits: Limits) throws(PixelsError) -> String {
        Vips.start()
        // Text that other files left behind would be taken for this one's.
        _ = Vips.takeNote()
        let start = try FileStart(path)
        let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() ?? ""
        if start.isCameraRaw || cameraRaw.contains(ending) { throw .cameraRaw(path) }
        if let png = start.png { try check(png, start.size, path, limits) }
        guard let loader = vipsam_find_loader(path) else {
            if let promised = start.promised { throw .brokenPromise(path, promised) }
            _ = Vips.takeNote()
            throw .unknown(path)
        }
        let name = String(cString: loader)
        if vipsam_is_blocked(name) != 0 { throw .blocked(path, name) }
        return name
    }

    static func load(
        _ path: String, _ loader: String, sequential: Bool, lenient: Bool, shrink: Int, scale: Double
    ) throws(PixelsError) -> Pixels {
        var options = vipsam_load_options()
        options.sequential = sequential ? 1 : 0
        options.fail_on = lenient ? 0 : 2
        options.shrink = Int32(clamping: shrink)
        options.scale = scale
        guard let image = vipsam_load(path, loader, &options) else { throw .damaged(path) }
        return Pixels(taking: image)
    }

    /// Bytes of rows that a streamed picture keeps where nothing else is said.
    public static let keptBytes = 64_000_000
    /// How often the whole of a file is decoded once more, before what was decoded is kept on disk.
    private static let repeatedPasses = 3

    private static func streamed(
        _ opened: Pixels, _ path: String, _ loader: String, kept: Int, passes: Int, lenient: Bool
    ) throws(PixelsError) -> Pixels {
        var options = vipsam_load_options()
        options.fail_on = lenient ? 0 : 2
        guard let image = vipsam_streamed(opened.handle, path, loader, &options, max(1, kept), Int32(passes)) else {
            throw .evaluating()
        }
        return Pixels(taking: image)
    }

    static func header(
        of image: Pixels, _ loader: String, _ path: String, _ limits: Limits
    ) throws(PixelsError) -> ImageHeader {
        let header = ImageHeader(of: image, loader: loader)
        try check(header.storedWidth, header.storedHeight, path, limits)
        return header
    }

    private static func check(
        _ png: (width: Int, height: Int, bits: Int), _ size: Int, _ path: String, _ limits: Limits
    ) throws(PixelsError) {
        try check(png.width, png.height, path, limits)
        // Deflate makes at best 1032 bytes of one (RFC 1951: 258 bytes of two bits, in blocks).
        let row = (png.width * png.bits + 7) / 8 + 1
        if row * png.height > size * 1040 + 65536 { throw .tooShort(path, png.width, png.height, size) }
    }

    private static func check(_ width: Int, _ height: Int, _ path: String, _ limits: Limits) throws(PixelsError) {
        guard width >= 1 && height >= 1 else { throw .noPixels(path, width, height) }
        guard width <= limits.side && height <= limits.side && width <= limits.pixels / height else {
            throw .tooLarge(path, width, height, limits)
        }
    }
}

extension Pixels {
    /// What formats of whole numbers make of the numbers of a file, in words; nil for 8 and 16 bits, and for colour
    /// spaces that have a way of their own there (Lab, packed pixels).
    fileprivate var roundedRange: String? {
        guard format != .uchar, format != .ushort, !isPacked else { return nil }
        let lost = format.isFloatingPoint ? ", and pixels that are no numbers (NaN) are lost" : ""
        switch interpretation {
        case .scrgb: return "cut to 0 … 1 (scRGB, linear light: 1 is white)\(lost)"
        case .lab, .labs, .xyz, .yxy, .lch, .cmc, .hsv: return nil
        case .rgb16, .grey16: return "rounded to 0 … 65535\(lost)"
        default: return "rounded to 0 … 255\(lost)"
        }
    }
}

extension PixelsError {
    static func damaged(_ path: String) -> PixelsError {
        PixelsError(
            operation: "open", reason: .damaged, message: "'\(path)' is damaged or cut off",
            note: Vips.takeNote())
    }

    /// Not all pixels of a file can be decoded.
    func decoding(_ path: String, lenient: Bool) -> PixelsError {
        guard reason == .evaluation else { return self }
        let way = lenient ? "" : ": not all of its pixels can be decoded"
        return PixelsError(
            operation: "open", reason: .damaged, message: "'\(path)' is damaged or cut off\(way)", note: note)
    }

    fileprivate static func brokenPromise(_ path: String, _ kind: String) -> PixelsError {
        PixelsError(
            operation: "open", reason: .damaged,
            message: "'\(path)' is damaged or cut off: it starts like a \(kind) file but cannot be read as one",
            note: Vips.takeNote())
    }

    fileprivate static func cameraRaw(_ path: String) -> PixelsError {
        PixelsError(
            operation: "open", reason: .unknownFormat,
            message: "'\(path)' is a camera raw file, which is not read: develop it to TIFF or JPEG first")
    }

    fileprivate static func unknown(_ path: String) -> PixelsError {
        PixelsError(
            operation: "open", reason: .unknownFormat,
            message: "'\(path)' is not a picture of a known format: jpeg, png, tiff, webp, heif, avif and gif are read")
    }

    fileprivate static func blocked(_ path: String, _ loader: String) -> PixelsError {
        PixelsError(
            operation: "open", reason: .unknownFormat,
            message: "'\(path)' would be read by '\(loader.prefix { $0 != "_" })', which libvips does not trust with "
                + "other people's files: convert it to png or jpeg, or allow such readers")
    }

    fileprivate static func tooShort(_ path: String, _ width: Int, _ height: Int, _ size: Int) -> PixelsError {
        PixelsError(
            operation: "open", reason: .damaged,
            message: "'\(path)' is damaged: \(size) bytes cannot hold the \(width) × \(height) pixels that it claims")
    }

    fileprivate static func noPixels(_ path: String, _ width: Int, _ height: Int) -> PixelsError {
        PixelsError(
            operation: "open", reason: .damaged,
            message: "'\(path)' is damaged: it claims to have \(width) × \(height) pixels")
    }

    fileprivate static func tooLarge(
        _ path: String, _ width: Int, _ height: Int, _ limits: ImageFile.Limits
    ) -> PixelsError {
        PixelsError(
            operation: "open", reason: .tooLarge,
            message: "'\(path)' claims to have \(width) × \(height) pixels; at most \(limits.side) along a side and "
                + "\(limits.pixels) in all are read")
    }
}
