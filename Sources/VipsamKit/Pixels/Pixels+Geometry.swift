/// What is seen outside an image that is made larger.
public enum Extend: String, Sendable, CaseIterable {
    case black, copy, `repeat`, mirror, white, background
}

/// How pixels are mixed when a picture is made smaller or larger.
public enum Kernel: String, Sendable, CaseIterable {
    case nearest, linear, cubic, mitchell, lanczos2, lanczos3
}

/// Quarter turns, clockwise.
public enum QuarterTurn: String, Sendable, CaseIterable {
    case none = "d0"
    case right = "d90"
    case half = "d180"
    case left = "d270"
}

extension Pixels {
    /// A rectangle of the image, in pixels; it must lie inside.
    public func extractArea(left: Int, top: Int, width: Int, height: Int) throws(PixelsError) -> Pixels {
        if left == 0 && top == 0 && width == self.width && height == self.height { return self }
        return try apply(
            "extract_area",
            ["left": .int(left), "top": .int(top), "width": .int(width), "height": .int(height)], as: "input")
    }

    /// Places the image on a larger (or smaller) canvas, its top left corner at x, y, which may be negative.
    ///
    /// `background` holds a value per band in the image's own range; with one, that is what is seen outside, unless
    /// `extend` says otherwise. With neither it is black (and transparent).
    public func embed(
        x: Int, y: Int, width: Int, height: Int, extend: Extend? = nil, background: [Double]? = nil
    ) throws(PixelsError) -> Pixels {
        let outside = extend ?? (background == nil ? .black : .background)
        var inputs: [String: VipsValue] = [
            "x": .int(x), "y": .int(y), "width": .int(width), "height": .int(height),
            "extend": .string(outside.rawValue),
        ]
        if let background { inputs["background"] = .arrayDouble(background) }
        return try apply("embed", inputs)
    }

    /// Scales by a factor (and another one vertically), antialiased when it gets smaller. Pixels are not premultiplied
    /// here: `premultiply` before, where there is alpha.
    public func resize(
        scale: Double, verticalScale: Double? = nil, kernel: Kernel = .lanczos3
    ) throws(PixelsError) -> Pixels {
        var inputs: [String: VipsValue] = ["scale": .double(scale), "kernel": .string(kernel.rawValue)]
        if let verticalScale { inputs["vscale"] = .double(verticalScale) }
        return try apply("resize", inputs)
    }

    /// The same factor both ways, with the sharpest kernel.
    public func resize(_ scale: Double) throws(PixelsError) -> Pixels { try resize(scale: scale) }

    /// The mean of blocks: `x` pixels across and `y` down become one.
    public func shrink(x: Double, y: Double) throws(PixelsError) -> Pixels {
        try apply("shrink", ["hshrink": .double(x), "vshrink": .double(y)])
    }

    /// x' = a·x + b·y + odx, y' = c·x + d·y + ody, where whole numbers are centres of pixels.
    ///
    /// `matrix` is [a, b, c, d]; `area` is the part of the output that is kept.
    public func affine(
        matrix: [Double], odx: Double = 0, ody: Double = 0, interpolate: String = "bilinear",
        area: (x: Int, y: Int, width: Int, height: Int)? = nil, extend: Extend = .background,
        background: [Double]? = nil
    ) throws(PixelsError) -> Pixels {
        var inputs: [String: VipsValue] = [
            "matrix": .arrayDouble(matrix), "odx": .double(odx), "ody": .double(ody),
            "interpolate": .interpolate(interpolate), "extend": .string(extend.rawValue),
        ]
        if let area { inputs["oarea"] = .arrayInt([area.x, area.y, area.width, area.height]) }
        if let background { inputs["background"] = .arrayDouble(background) }
        return try apply("affine", inputs)
    }

    /// Turns by a multiple of 90 degrees, clockwise.
    public func rot(_ turn: QuarterTurn) throws(PixelsError) -> Pixels {
        turn == .none ? self : try apply("rot", ["angle": .string(turn.rawValue)])
    }

    /// Mirrors left and right (`horizontal`), or top and bottom.
    public func flip(horizontal: Bool) throws(PixelsError) -> Pixels {
        try apply("flip", ["direction": .string(horizontal ? "horizontal" : "vertical")])
    }

    /// Turns the picture upright as its EXIF orientation says, and drops the tag.
    public func autorot() throws(PixelsError) -> Pixels { try apply("autorot") }

    /// Repeats the image as tiles.
    public func replicate(across: Int, down: Int) throws(PixelsError) -> Pixels {
        try apply("replicate", ["across": .int(across), "down": .int(down)])
    }
}
