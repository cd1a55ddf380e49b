import VipsamKit

/// Pictures brought into each other's colours.
extension Pixels {
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
