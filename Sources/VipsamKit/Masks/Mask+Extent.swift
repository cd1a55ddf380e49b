extension Pixels {
    /// The smallest rectangle that holds every pixel of a one-band image above `threshold`; nil where there is none.
    ///
    /// Evaluates the image once, in strips.
    public func extent(above threshold: Double = 0) throws -> PixelArea? {
        let hits = try relational([threshold], .more)
        let sums = try Pixels.call("project", inputs: ["in": .image(hits)])
        guard let columns = try sums["columns"]?.image?.floats(), let rows = try sums["rows"]?.image?.floats(),
            let left = columns.firstIndex(where: { $0 > 0 }), let right = columns.lastIndex(where: { $0 > 0 }),
            let top = rows.firstIndex(where: { $0 > 0 }), let bottom = rows.lastIndex(where: { $0 > 0 })
        else { return nil }
        return PixelArea(left: left, top: top, width: right - left + 1, height: bottom - top + 1)
    }
}

extension Mask {
    /// The smallest rectangle of the image's raster that holds all of the mask, its faintest edge included; nil for an
    /// empty mask.
    public func extent(on image: Image) throws -> PixelArea? { try pixels(on: image).extent() }

    /// A length of a recipe in pixels of the canvas; 100 % is the longer side of what is on the mask.
    ///
    /// Nothing is evaluated for a length in pixels. An empty mask has no longer side: 0.
    public func canvasPixels(_ length: Length) throws -> Double {
        switch length.unit {
        case .pixels: length.value * frame.workingScale
        case .percent:
            try length.value / 100 * (pixels().extent().map { frame.toCanvas($0.box).longerSide } ?? 0)
        }
    }
}

extension Frame {
    /// Pixels of this raster per pixel of the canvas, both directions in one number.
    public var scale: Double { (scaleX * scaleY).squareRoot() }
}
