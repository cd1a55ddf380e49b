import VipsamKit

/// Laying pictures over each other, for any number of bands and any number type. Colours are multiplied by their alpha
/// before they are mixed (Porter and Duff 1984, "Compositing digital images").
extension Pixels {
    /// Rounded to the number type of another image, with its meaning.
    func finished(like image: Pixels) throws -> Pixels {
        try rounded(to: image.format).relabelled(image.interpretation)
    }

    /// This image with `other` in its place, as far as `weights` say: base · (1 − w) + other · w, w = weights / 255.
    ///
    /// Where w is 0 or 1, what is not seen does not matter, even where it is not a number (satellite pictures without data).
    ///
    /// - Parameters:
    ///   - other: of this image's size, bands and meaning.
    ///   - weights: one band of bytes; nil for `other` everywhere.
    func mixed(with other: Pixels, by weights: Pixels?) throws -> Pixels {
        guard let weights else { return try other.finished(like: self) }
        let blended = hasAlpha
            ? try weights.ifthenelse(other.premultiply(), premultiply(), blend: true)
                .relabelled(interpretation).unpremultiply().finished(like: self)
            : try weights.ifthenelse(other.finished(like: self), self, blend: true).finished(like: self)
        guard format.isFloatingPoint else { return blended }
        let upper = try weights.relational([255], .equal).ifthenelse(other.finished(like: self), blended)
        return try weights.relational([0], .equal).ifthenelse(self, upper)
    }

    /// This image over `bottom`: T + B · (1 − αT) on premultiplied colours. Both have an alpha band; the result has
    /// `bottom`'s number type.
    func over(_ bottom: Pixels) throws -> Pixels {
        guard let opacity = try alpha() else { return self }
        let through = try opacity.linear([-1 / fullScale], [1])
        let laid = try premultiply().add(bottom.premultiply().multiply(through)).relabelled(bottom.interpretation)
            .unpremultiply().finished(like: bottom)
        guard bottom.format.isFloatingPoint else { return laid }
        // as in `mixed`: no numbers that are not seen
        let hiding = try through.relational([0], .equal).ifthenelse(finished(like: bottom), laid)
        return try opacity.relational([0], .equal).ifthenelse(bottom, hiding)
    }

    /// Alpha times `weights` / 255; an image without alpha gets the weights as its alpha.
    ///
    /// - Throws: where libvips knows no alpha for so many bands.
    func masked(by weights: Pixels) throws -> Pixels {
        let scale = fullScale / 255
        guard let opacity = try alpha() else {
            let band = try scale == 1 && format == .uchar ? weights : weights.linear([scale], [0]).cast(format)
            let joined = try bandjoin(band).relabelled(interpretation)
            guard joined.hasAlpha else { throw Diagnostic.noRoomForAlpha(self) }
            return joined
        }
        let band = try opacity.cast(.float).multiply(weights.linear([1.0 / 255], [0]))
            .apply("round", ["round": .string("rint")]).cast(format)
        return try withoutAlpha().bandjoin(band).relabelled(interpretation)
    }

    /// This image's top left corner at (x, y) of a raster of that size; zeros where it is not, all of them where it
    /// lies outside.
    func moved(x: Int, y: Int, width: Int, height: Int) throws -> Pixels {
        let place = PixelArea(left: x, top: y, width: self.width, height: self.height)
        guard let seen = place.clipped(toWidth: width, height: height) else {
            return try Pixels.constant(
                Array(repeating: 0, count: bands), width: width, height: height, format: format,
                interpretation: interpretation)
        }
        return try extractArea(left: seen.left - x, top: seen.top - y, width: seen.width, height: seen.height)
            .embed(x: seen.left, y: seen.top, width: width, height: height)
    }

    /// With an opaque alpha band, if there is none.
    func transparent() throws -> Pixels {
        let made = try withAlpha().relabelled(interpretation)
        guard made.hasAlpha else { throw Diagnostic.noRoomForAlpha(self) }
        return made
    }

    /// One image of a single value per band, of this image's size, number type and meaning, with its profile.
    func plain(_ values: [Double]) throws -> Pixels {
        let made = try Pixels.constant(
            values, width: width, height: height, format: format, interpretation: interpretation)
        guard let profile = blob(Field.icc) else { return made }
        return try made.with(field: Field.icc, blob: profile)
    }
}

extension Diagnostic {
    fileprivate static func noRoomForAlpha(_ pixels: Pixels) -> Diagnostic {
        let colour = pixels.colourBands
        return .error("a picture of \(colour) band\(colour == 1 ? "" : "s") in '\(pixels.interpretation.nick)' cannot be transparent")
            .noting("take three bands first, for example with vips.extract_band: {band: 0, n: 3}")
    }
}
