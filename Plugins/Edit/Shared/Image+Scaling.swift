import VipsamKit

extension Image {
    /// The picture at another size in pixels (as `Pixels.resized`); its place in the original stays.
    func resized(width: Int, height: Int) throws -> Image {
        guard width != self.width || height != self.height else { return self }
        return with(
            try pixels.resized(width: width, height: height),
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
