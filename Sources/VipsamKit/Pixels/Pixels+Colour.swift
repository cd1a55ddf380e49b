extension Pixels {
    /// Converts between colour spaces as labelled; an embedded profile is not used.
    public func colourspace(_ space: Interpretation) throws(PixelsError) -> Pixels {
        if space == interpretation && !isPacked { return self }
        return try apply("colourspace", ["space": .string(space.nick)])
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
