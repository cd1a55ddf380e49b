extension Pixels {
    /// The smallest rectangle that holds every pixel of a one-band image above `threshold`; nil where there is none.
    ///
    /// Evaluates the image once, in strips.
    ///
    /// - Parameter area: where such pixels may be, as far as that is known; only this part is evaluated.
    public func extent(above threshold: Double = 0, within area: PixelArea? = nil) throws -> PixelArea? {
        if let area {
            guard let part = area.clipped(toWidth: width, height: height) else { return nil }
            let found = try extractArea(left: part.left, top: part.top, width: part.width, height: part.height)
                .extent(above: threshold)
            return found.map {
                PixelArea(left: $0.left + part.left, top: $0.top + part.top, width: $0.width, height: $0.height)
            }
        }
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
    public func extent(on image: Image) throws -> PixelArea? {
        try pixels(on: image).extent(within: area(on: image))
    }

    /// The part of the image's raster that the mask may lie in, `margin` pixels more on each side; it may leave the
    /// raster. Nil where that is not known without computing the mask.
    public func area(on image: Image, margin: Int = 0) -> PixelArea? {
        guard let reach = source.reach else { return nil }
        // edges are a pixel soft on the raster that asks
        let box = image.frame.toRaster(reach).grown(by: Double(margin) + 2)
        let sides = [box.x, box.y, box.maxX, box.maxY]
        guard sides.allSatisfy({ abs($0) < 1e9 }) else { return nil }
        let left = Int(box.x.rounded(.down)), top = Int(box.y.rounded(.down))
        return PixelArea(
            left: left, top: top, width: Int(box.maxX.rounded(.up)) - left, height: Int(box.maxY.rounded(.up)) - top)
    }

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
