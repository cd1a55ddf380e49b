/// Pictures at another size in pixels.
extension Pixels {
    /// Scales to exactly this size, in pixels, with alpha handled: colours are premultiplied meanwhile.
    ///
    /// A side that gets shorter goes through libvips' `resize`: blocks are averaged, then a Lanczos kernel of three
    /// lobes, as wide as the reduction asks for. A side that gets longer is interpolated with Catmull-Rom splines (Catmull and Rom
    /// 1974; Keys' cubic with a = −½): the output's pixel X looks at (X + ½) / s − ½ of the input, pixels beyond the
    /// border repeat the last ones. Numbers are rounded to the picture's own type.
    public func resized(width: Int, height: Int) throws(PixelsError) -> Pixels {
        if width == self.width && height == self.height { return self }
        // Labelled as plain numbers meanwhile: libvips would premultiply once more.
        let source = hasAlpha ? try premultiply().relabelled(.multiband) : self
        var scaled = try source.shrunk(width: Swift.min(width, self.width), height: Swift.min(height, self.height))
            .enlarged(width: width, height: height)
        if hasAlpha { scaled = try scaled.relabelled(interpretation).unpremultiply() }
        return try scaled.rounded(to: format).relabelled(interpretation)
    }

    /// In another number type; fractions are rounded where it has none.
    public func rounded(to format: BandFormat) throws(PixelsError) -> Pixels {
        let whole = self.format.isFloatingPoint && !format.isFloatingPoint
            ? try apply("round", ["round": .string("rint")]) : self
        return try whole.cast(format)
    }

    private func shrunk(width: Int, height: Int) throws(PixelsError) -> Pixels {
        if width == self.width && height == self.height { return self }
        let scaled = try resize(
            scale: Double(width) / Double(self.width), verticalScale: Double(height) / Double(self.height))
        if scaled.width == width && scaled.height == height { return scaled }
        // libvips rounds the size itself and may miss by a pixel.
        return try scaled.embed(x: 0, y: 0, width: width, height: height, extend: .copy)
    }

    /// libvips' own `resize` puts an enlarged picture half a pixel too far right and down (8.14): hence `affine`.
    private func enlarged(width: Int, height: Int) throws(PixelsError) -> Pixels {
        if width == self.width && height == self.height { return self }
        let x = Double(width) / Double(self.width), y = Double(height) / Double(self.height)
        return try affine(
            matrix: [x, 0, 0, y], odx: (x - 1) / 2, ody: (y - 1) / 2, interpolate: "bicubic",
            area: (x: 0, y: 0, width: width, height: height), extend: .copy)
    }
}
