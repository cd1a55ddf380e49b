/// Colours of a recipe in the colour space of a picture.
extension Pixels {
    /// A recipe's colour in this image's own numbers, a value per colour band (without alpha).
    ///
    /// Recipe colours are sRGB. A picture with a profile gets what looks the same in it (relative colorimetric); one
    /// without gets libvips' own conversion to its colour space.
    public func ink(_ color: Color) throws(PixelsError) -> [Double] {
        let dot = try Pixels.constant(
            [color.red, color.green, color.blue], width: 1, height: 1, format: .uchar, interpretation: .srgb)
        if let values = try inkByProfile(dot) { return values }
        switch interpretation {
        case .cmyk: return try dot.iccTransform(to: "cmyk", fallback: "srgb").getpoint(x: 0, y: 0)
        case .multiband, .histogram, .fourier, .matrix, .error, .rgb:
            return bandwise([color.red, color.green, color.blue], fullScale / 255)
        case .rgb16, .grey16:
            // From 16 bits, where 255 · 257 is white: libvips' way from 8 bits to 16 multiplies by 256 and misses it.
            let fine = try Pixels.constant(
                [color.red, color.green, color.blue].map { ($0 * 257).rounded() }, width: 1, height: 1, format: .ushort,
                interpretation: .rgb16)
            let values = try fine.colourspace(interpretation).getpoint(x: 0, y: 0)
            return bandwise(values, fullScale / 65535)
        case .srgb, .blackAndWhite:
            return bandwise(try dot.colourspace(interpretation).getpoint(x: 0, y: 0), fullScale / 255)
        default: return bandwise(try dot.colourspace(interpretation).getpoint(x: 0, y: 0), 1)
        }
    }

    /// The colour with its opacity: a value per band of this image made transparent.
    public func inkWithAlpha(_ color: Color) throws(PixelsError) -> [Double] {
        try ink(color) + [color.alpha / 255 * fullScale]
    }

    /// This picture, in colour if it is grey and one of these colours is not: sRGB, or `rgb16` for 16 bits.
    ///
    /// The number type and alpha stay. A grey profile is applied, since colours cannot stand in it, and sRGB's takes
    /// its place. Pictures that have colours already, or whose one band is no grey, stay as they are, as they do where
    /// all of the colours are transparent.
    public func inColour(for colors: [Color]) throws(PixelsError) -> Pixels {
        let isCalledFor = colors.contains { !$0.isNeutral } && colors.contains { $0.alpha > 0 }
        return isCalledFor ? try inColour() : self
    }

    /// As `inColour(for:)`, if one of the pictures that will lie on or beside this one has colours: three bands or more.
    public func inColour(beside others: [Pixels]) throws(PixelsError) -> Pixels {
        others.contains { $0.colourBands >= 3 } ? try inColour() : self
    }

    private func inColour() throws(PixelsError) -> Pixels {
        guard colourBands == 1, interpretation == .blackAndWhite || interpretation == .grey16 else { return self }
        let wide = interpretation == .grey16 || format == .ushort
        var colours = try withoutAlpha()
        if hasProfile, format == .uchar || format == .ushort,
            let seen = try? colours.iccTransform(to: "srgb", depth: format == .ushort ? 16 : 8), seen.bands == 3 {
            colours = seen
        } else {
            let grey = try colours.without(fields: hasProfile ? [Field.icc] : [])
            colours = try Pixels.bandjoin([grey, grey, grey])
        }
        if let opacity = try alpha() { colours = try colours.bandjoin(opacity) }
        return try colours.relabelled(wide ? .rgb16 : .srgb)
    }

    private func inkByProfile(_ dot: Pixels) throws(PixelsError) -> [Double]? {
        guard let profile = blob(Field.icc) else { return nil }
        let depth = format == .ushort ? 16 : 8
        do throws(PixelsError) {
            let connected = try dot.apply("icc_import", ["input-profile": .string("srgb"), "embedded": .bool(false)])
            let printed = try connected.with(field: Field.icc, blob: profile)
                .apply("icc_export", ["depth": .int(depth)])
            let values = try printed.getpoint(x: 0, y: 0)
            guard values.count == colourBands else { return nil }
            let scale = fullScale / (depth == 16 ? 65535 : 255)
            return values.map { $0 * scale }
        } catch {
            // A profile that cannot be written to (or is damaged): the picture's colour space decides.
            return nil
        }
    }

    /// As many values as there are colour bands: three for three, the lightness for any other number.
    private func bandwise(_ values: [Double], _ scale: Double) -> [Double] {
        let scaled = values.map { $0 * scale }
        if scaled.count == colourBands { return scaled }
        // Rec. 709 luma.
        let grey = scaled.count >= 3 ? 0.2126 * scaled[0] + 0.7152 * scaled[1] + 0.0722 * scaled[2] : scaled.first ?? 0
        return Array(repeating: grey, count: Swift.max(1, colourBands))
    }
}
