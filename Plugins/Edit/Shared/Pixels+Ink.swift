import VipsamKit

/// Colours of a recipe in the colour space of a picture.
extension Pixels {
    /// A recipe's colour in this image's own numbers, a value per colour band (without alpha).
    ///
    /// Recipe colours are sRGB. A picture with a profile gets what looks the same in it (relative colorimetric); one
    /// without gets libvips' own conversion to its colour space.
    func ink(_ color: Color) throws -> [Double] {
        let dot = try Pixels.constant(
            [color.red, color.green, color.blue], width: 1, height: 1, format: .uchar, interpretation: .srgb)
        if let values = try inkByProfile(dot) { return values }
        switch interpretation {
        case .cmyk: return try dot.iccTransform(to: "cmyk", fallback: "srgb").getpoint(x: 0, y: 0)
        case .multiband, .histogram, .fourier, .matrix, .error:
            return bandwise(try dot.colourspace(.srgb).getpoint(x: 0, y: 0), fullScale / 255)
        case .rgb:
            return bandwise(try dot.getpoint(x: 0, y: 0), fullScale / 255)
        default:
            let values = try dot.colourspace(interpretation).getpoint(x: 0, y: 0)
            return bandwise(values, isPlainColour ? fullScale / interpretationScale : 1)
        }
    }

    /// The colour with its opacity: a value per band of this image made transparent.
    func inkWithAlpha(_ color: Color) throws -> [Double] { try ink(color) + [color.alpha / 255 * fullScale] }

    private func inkByProfile(_ dot: Pixels) throws -> [Double]? {
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

    /// Labels whose values reach from 0 to full scale.
    private var isPlainColour: Bool {
        [.srgb, .blackAndWhite, .rgb16, .grey16, .scrgb].contains(interpretation)
    }

    /// Full scale of libvips' own values with this label.
    private var interpretationScale: Double {
        switch interpretation {
        case .rgb16, .grey16: 65535
        case .scrgb: 1
        default: 255
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

    /// Another picture in this image's colours, number type and bands (without alpha where this image has none).
    func conformed(_ other: Pixels) throws -> Pixels {
        let opacity = try other.alpha().map { try $0.linear([fullScale / other.fullScale], [0]) }
        let colours = try recoloured(other.withoutAlpha())
        let joined = try opacity.map { try colours.cast(.float).bandjoin($0.cast(.float)) } ?? colours
        return try joined.relabelled(interpretation).finished(like: self)
    }

    private func recoloured(_ other: Pixels) throws -> Pixels {
        let profile = blob(Field.icc)
        let sameProfile = profile == other.blob(Field.icc)
        if sameProfile, other.interpretation == interpretation, other.bands == colourBands {
            return other.fullScale == fullScale ? other : try other.linear([fullScale / other.fullScale], [0])
        }
        let seen = try ImageFile.model(of: other.hasProfile ? other.iccTransform(to: "srgb", fallback: "srgb") : other)
        if let profile {
            let depth = format == .ushort ? 16 : 8
            let connected = try seen.without(fields: [Field.icc])
                .apply("icc_import", ["input-profile": .string("srgb"), "embedded": .bool(false)])
            let printed = try connected.with(field: Field.icc, blob: profile)
                .apply("icc_export", ["depth": .int(depth)])
            if printed.bands == colourBands {
                return try printed.linear([fullScale / (depth == 16 ? 65535 : 255)], [0])
            }
        }
        switch (interpretation, colourBands) {
        case (.cmyk, _): return try seen.iccTransform(to: "cmyk", fallback: "srgb")
        case (_, 1): return try seen.colourspace(.blackAndWhite).linear([fullScale / 255], [0])
        case (.scrgb, 3), (.lab, 3), (.xyz, 3): return try seen.colourspace(interpretation)
        case (_, 3): return try seen.linear([fullScale / 255], [0])
        default:
            let grey = try seen.colourspace(.blackAndWhite).linear([fullScale / 255], [0])
            return try Pixels.bandjoin(Array(repeating: grey, count: colourBands))
        }
    }
}
