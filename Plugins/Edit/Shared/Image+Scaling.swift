import VipsamKit

extension Image {
    /// The picture at another size in pixels, antialiased; its place in the original stays.
    ///
    /// libvips' resize: blocks are averaged, then a Lanczos kernel of three lobes. Colours are premultiplied meanwhile.
    func resized(width: Int, height: Int, kernel: Kernel = .lanczos3) throws -> Image {
        guard width != self.width || height != self.height else { return self }
        // Premultiplied, and labelled as plain numbers: libvips would multiply once more.
        let source = pixels.hasAlpha ? try pixels.premultiply().relabelled(.multiband) : pixels
        var scaled = try source.resize(
            scale: Double(width) / Double(self.width), verticalScale: Double(height) / Double(self.height), kernel: kernel)
        // libvips rounds the size itself and may miss by a pixel.
        if scaled.width != width || scaled.height != height {
            scaled = try scaled.embed(x: 0, y: 0, width: width, height: height, extend: .copy)
        }
        if pixels.hasAlpha { scaled = try scaled.relabelled(pixels.interpretation).unpremultiply() }
        return with(
            try scaled.finished(like: pixels),
            in: frame.scaled(Double(width) / Double(self.width), Double(height) / Double(self.height)))
    }
}

/// Sizes of pictures that are made.
enum PictureSize {
    /// No picture that is made is longer than this, in pixels.
    static let longest = 100_000

    /// A side in whole pixels, at least 1.
    ///
    /// - Throws: when it is longer than any picture may be.
    static func side(_ value: Double) throws -> Int {
        guard value.isFinite, value.rounded() <= Double(longest) else { throw Diagnostic.tooLong(value) }
        return max(1, Int(value.rounded()))
    }
}

extension Diagnostic {
    fileprivate static func tooLong(_ value: Double) -> Diagnostic {
        .error("a side of \(NumberText.plain(value.rounded())) pixels is too long; at most \(PictureSize.longest) are made")
    }
}
