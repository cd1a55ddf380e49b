extension Pixels {
    /// Converts between colour spaces as labelled; an embedded profile is not used.
    public func colourspace(_ space: Interpretation) throws(PixelsError) -> Pixels {
        if space == interpretation && !isPacked { return self }
        let inputs = ["space": VipsValue.string(space.nick)]
        // scRGB is opaque at 1, the others at 255 or 65535, and libvips 8.14 leaves the numbers as they are.
        guard interpretation == .scrgb || space == .scrgb, let alpha = try alpha() else {
            return try apply("colourspace", inputs)
        }
        let colours = try withoutAlpha().apply("colourspace", inputs)
        return try colours.bandjoin(alpha.linear([colours.fullScale / fullScale], [0]).rounded(to: colours.format))
    }

    /// Converts by ICC profile, from the embedded one (or `fallback`) to a built-in one: "srgb", "p3" or "cmyk".
    ///
    /// The result carries the new profile. `depth` is 8 or 16 bits.
    public func iccTransform(
        to profile: String, fallback: String? = nil, intent: String = "relative", depth: Int = 8
    ) throws(PixelsError) -> Pixels {
        var inputs: [String: VipsValue] = [
            "output-profile": .string(profile), "embedded": .bool(true), "intent": .string(intent),
            "depth": .int(depth),
        ]
        if let fallback { inputs["input-profile"] = .string(fallback) }
        return try apply("icc_transform", inputs)
    }
}
