import CVipsShim

extension Pixels {
    /// Copies 8-bit pixels, bands interleaved, row by row from the top. One band is grey, three are sRGB, with one more
    /// for alpha.
    public static func from(
        bytes: [UInt8], width: Int, height: Int, bands: Int, interpretation: Interpretation? = nil
    ) throws(PixelsError) -> Pixels {
        try from(values: bytes, format: .uchar, width, height, bands, interpretation ?? natural(bands, .srgb))
    }

    /// Copies 16-bit pixels.
    public static func from(
        words: [UInt16], width: Int, height: Int, bands: Int, interpretation: Interpretation? = nil
    ) throws(PixelsError) -> Pixels {
        try from(values: words, format: .ushort, width, height, bands, interpretation ?? natural(bands, .rgb16))
    }

    /// Copies floating-point pixels.
    public static func from(
        floats: [Float], width: Int, height: Int, bands: Int, interpretation: Interpretation? = nil
    ) throws(PixelsError) -> Pixels {
        try from(values: floats, format: .float, width, height, bands, interpretation ?? natural(bands, .srgb))
    }

    /// A matrix for operations that want one (`conv`, `recomb`, `morph`), row by row.
    public static func matrix(_ values: [Double], width: Int, height: Int) throws(PixelsError) -> Pixels {
        try from(values: values, format: .double, width, height, 1, .matrix)
    }

    /// Evaluates everything into packed bytes: 8-bit images only.
    public func bytes() throws(PixelsError) -> [UInt8] { try read(UInt8.self, .uchar, nil) }
    /// Evaluates a rectangle of an 8-bit image.
    public func bytes(left: Int, top: Int, width: Int, height: Int) throws(PixelsError) -> [UInt8] {
        try read(UInt8.self, .uchar, (left, top, width, height))
    }

    /// Evaluates everything into 16-bit numbers: 16-bit images only.
    public func words() throws(PixelsError) -> [UInt16] { try read(UInt16.self, .ushort, nil) }

    /// Evaluates everything as floats, whatever the format.
    public func floats() throws(PixelsError) -> [Float] { try asFloats().read(Float.self, .float, nil) }
    /// Evaluates a rectangle as floats, whatever the format.
    public func floats(left: Int, top: Int, width: Int, height: Int) throws(PixelsError) -> [Float] {
        try asFloats().read(Float.self, .float, (left, top, width, height))
    }

    /// Evaluates everything once and keeps it in memory.
    public func copyMemory() throws(PixelsError) -> Pixels {
        guard let copy = vipsam_image_memory(handle) else { throw .evaluating() }
        return Pixels(taking: copy)
    }

    /// The same pixels under another label.
    public func relabelled(_ interpretation: Interpretation) throws(PixelsError) -> Pixels {
        guard let copy = vipsam_image_relabel(handle, Int32(interpretation.rawValue)) else { throw .evaluating() }
        return Pixels(taking: copy)
    }

    private func asFloats() throws(PixelsError) -> Pixels { format == .float && !isPacked ? self : try cast(.float) }

    private static func natural(_ bands: Int, _ colour: Interpretation) -> Interpretation {
        if bands >= 3 { return colour }
        return colour == .rgb16 ? .grey16 : .blackAndWhite
    }

    private static func from<Number: BitwiseCopyable>(
        values: [Number], format: BandFormat, _ width: Int, _ height: Int, _ bands: Int, _ meaning: Interpretation
    ) throws(PixelsError) -> Pixels {
        Vips.start()
        let sizes = [width, height, bands].allSatisfy { $0 >= 1 && $0 <= 10_000_000 }
        precondition(sizes && values.count == width * height * bands, "the array does not have the image's size")
        let made = values.withUnsafeBytes { buffer in
            vipsam_image_from_memory(
                buffer.baseAddress, buffer.count, Int32(width), Int32(height), Int32(bands), Int32(format.rawValue))
        }
        guard let made else { throw .evaluating() }
        return try Pixels(taking: made).relabelled(meaning)
    }

    private func read<Number: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _: Number.Type, _ wanted: BandFormat, _ rectangle: (left: Int, top: Int, width: Int, height: Int)?
    ) throws(PixelsError) -> [Number] {
        guard format == wanted else { throw .wrongFormat(format, wanted) }
        let area = rectangle ?? (0, 0, width, height)
        let inside = area.left >= 0 && area.top >= 0 && area.width >= 1 && area.height >= 1
            && area.width <= width && area.height <= height
            && area.left <= width - area.width && area.top <= height - area.height
        precondition(inside, "the rectangle leaves the image")
        let perPixel = pixelSize / MemoryLayout<Number>.size
        let count = area.width * area.height * perPixel
        var failed = false
        let numbers = [Number](unsafeUninitializedCapacity: count) { buffer, filled in
            failed = vipsam_image_read(
                handle, Int32(area.left), Int32(area.top), Int32(area.width), Int32(area.height),
                buffer.baseAddress) != 0
            filled = failed ? 0 : count
        }
        if failed { throw .evaluating() }
        return numbers
    }
}

extension PixelsError {
    /// A failure while pixels were computed.
    static func evaluating(_ operation: String = "") -> PixelsError {
        PixelsError(
            operation: operation, reason: .evaluation, message: "the pixels cannot be computed",
            note: Vips.takeNote())
    }

    fileprivate static func wrongFormat(_ found: BandFormat, _ wanted: BandFormat) -> PixelsError {
        PixelsError(
            operation: "read", reason: .refused,
            message: "the image has \(found.nick) numbers where \(wanted.nick) ones are wanted")
    }
}
