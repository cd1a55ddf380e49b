extension Pixels {
    /// Puts the bands of several images of one size behind each other.
    public static func bandjoin(_ images: [Pixels]) throws(PixelsError) -> Pixels {
        if images.count == 1, let only = images.first { return only }
        return try image("bandjoin", ["in": .arrayImage(images)])
    }

    public func bandjoin(_ other: Pixels) throws(PixelsError) -> Pixels { try Pixels.bandjoin([self, other]) }

    /// Adds bands of one value each.
    public func bandjoin(constants: [Double]) throws(PixelsError) -> Pixels {
        try apply("bandjoin_const", ["c": .arrayDouble(constants)])
    }

    public func extractBand(_ band: Int, count: Int = 1) throws(PixelsError) -> Pixels {
        if band == 0 && count == bands { return self }
        return try apply("extract_band", ["band": .int(band), "n": .int(count)])
    }

    /// The alpha band, or nil.
    public func alpha() throws(PixelsError) -> Pixels? { hasAlpha ? try extractBand(bands - 1) : nil }
    /// The bands without alpha, alpha not applied.
    public func withoutAlpha() throws(PixelsError) -> Pixels {
        hasAlpha ? try extractBand(0, count: bands - 1) : self
    }

    /// The image with an opaque alpha band, if it has none.
    public func withAlpha() throws(PixelsError) -> Pixels {
        hasAlpha ? self : try bandjoin(constants: [fullScale]).cast(format)
    }

    /// Lays the image on a background, a value per colour band in the image's own range, and drops alpha.
    public func flatten(background: [Double]) throws(PixelsError) -> Pixels {
        guard hasAlpha else { return self }
        return try apply("flatten", ["background": .arrayDouble(background), "max-alpha": .double(fullScale)])
            .cast(format)
    }

    /// Colours times alpha, as floats: before filters and resizing.
    public func premultiply() throws(PixelsError) -> Pixels {
        hasAlpha ? try apply("premultiply", ["max-alpha": .double(fullScale)]) : self
    }

    /// Colours divided by alpha, as floats.
    public func unpremultiply() throws(PixelsError) -> Pixels {
        hasAlpha ? try apply("unpremultiply", ["max-alpha": .double(fullScale)]) : self
    }

    /// Lays `top` over this image at x, y with a blend mode (libvips' nick). Alpha comes out; sizes stay this image's.
    public func composite(_ top: Pixels, mode: String = "over", x: Int = 0, y: Int = 0) throws(PixelsError) -> Pixels {
        try Pixels.image(
            "composite2",
            [
                "base": .image(self), "overlay": .image(top), "mode": .string(mode), "x": .int(x), "y": .int(y),
            ])
    }

    /// A one-band 8-bit image of zeros.
    public static func black(width: Int, height: Int) throws(PixelsError) -> Pixels {
        try constant([0], width: width, height: height, interpretation: .blackAndWhite)
    }

    /// One image of a single value per band.
    public static func constant(
        _ values: [Double], width: Int, height: Int, format: BandFormat = .uchar, interpretation: Interpretation = .srgb
    ) throws(PixelsError) -> Pixels {
        let black = try image("black", ["width": .int(width), "height": .int(height)])
        let filled = try black.linear(values.map { _ in 1 }, values).cast(format)
        return try filled.relabelled(interpretation)
    }

    /// One image of a single value per band, with the size, number type, meaning, resolution and profile of this one.
    public func constantLike(_ values: [Double]) throws(PixelsError) -> Pixels {
        let zero = try extractBand(0).linear([0], [0])
        return try zero.linear(values.map { _ in 1 }, values).cast(format).relabelled(interpretation)
    }
}
