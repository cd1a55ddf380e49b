/// Bringing a picture into what a format can store.
extension PictureFormat {
    func suited(_ image: Pixels, _ options: SaveOptions) throws(PixelsError) -> Pixels {
        var result = try plain(image)
        result = try coloured(result, options)
        if !hasAlpha && result.hasAlpha {
            result = try result.inColour(for: [options.background])
            result = try result.flatten(background: result.ink(options.background))
        }
        result = try deep(result)
        return try banded(result)
    }

    /// Unpacked, and not complex.
    private func plain(_ image: Pixels) throws(PixelsError) -> Pixels {
        if image.isPacked { return try image.colourspace(image.interpretation == .labq ? .srgb : .scrgb) }
        return image.format.isComplex ? try image.apply("abs") : image
    }

    /// In a colour space that the format has, and in sRGB when the profile is not kept.
    private func coloured(_ image: Pixels, _ options: SaveOptions) throws(PixelsError) -> Pixels {
        switch image.interpretation {
        case .cmyk:
            let stays = hasCMYK && (options.keep.contains(.icc) || !image.hasProfile)
            return stays ? image : try image.iccTransform(to: "srgb", fallback: "cmyk", depth: image.savedDepth)
        case .lab, .labs, .xyz, .yxy, .lch, .cmc, .hsv: return try image.colourspace(.srgb)
        case .scrgb: return hasEverything ? image : try image.colourspace(.srgb)
        case .srgb, .rgb, .rgb16:
            let converts = image.hasProfile && !options.keep.contains(.icc) && image.colourBands == 3
            return converts ? try image.iccTransform(to: "srgb", depth: image.savedDepth) : image
        default: return image
        }
    }

    /// In a number type that the format has.
    private func deep(_ image: Pixels) throws(PixelsError) -> Pixels {
        let wide = image.savedDepth == 16
        if image.format == .uchar { return try image.fittinglyLabelled() }
        if image.format == .ushort {
            if hasSixteenBits { return try image.relabelled(image.colourBands < 3 ? .grey16 : .rgb16) }
            let labelled = try image.relabelled(image.colourBands < 3 ? .grey16 : .rgb16)
            return try labelled.colourspace(image.colourBands < 3 ? .blackAndWhite : .srgb)
        }
        let unlabelled: [Interpretation] = [.multiband, .matrix, .histogram, .scrgb, .fourier]
        let isPlain = unlabelled.contains(image.interpretation) || image.fields.contains(Pixels.Field.measured)
        if hasEverything && isPlain { return image }
        let rounded = image.format.isFloatingPoint ? try image.apply("round", ["round": .string("rint")]) : image
        return try deepEnough(rounded.cast(wide ? .ushort : .uchar))
    }

    private func deepEnough(_ image: Pixels) throws(PixelsError) -> Pixels {
        image.format == .ushort && !hasSixteenBits ? try deep(image) : image
    }

    /// With as many bands as the format has.
    private func banded(_ image: Pixels) throws(PixelsError) -> Pixels {
        let most = hasEverything ? Int.max : (hasAlpha || image.interpretation == .cmyk ? 4 : 3)
        if image.bands <= most && !(image.bands == 2 && !image.hasAlpha && !hasEverything) { return image }
        let kept = image.colourBands >= 3 ? 3 : 1
        let colours = try image.extractBand(0, count: kept)
        let wide = image.format == .ushort
        return try colours.relabelled(kept == 3 ? (wide ? .rgb16 : .srgb) : (wide ? .grey16 : .blackAndWhite))
    }
}

extension Pixels {
    /// 16 for pictures whose numbers go to 65535, else 8.
    fileprivate var savedDepth: Int {
        format == .ushort || interpretation == .rgb16 || interpretation == .grey16 ? 16 : 8
    }
}
