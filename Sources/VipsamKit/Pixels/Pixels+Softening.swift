extension Pixels {
    /// A Gaussian blur of every band, as floats; the border is continued outwards. `sigma` in pixels.
    ///
    /// The bell is cut off at three standard deviations. From 6 pixels on, the image is first averaged in blocks of f by f,
    /// f = ⌊σ/3⌋, blurred there and enlarged bilinearly; the variances (f² − 1)/12 of a block and f²/6 of the bilinear
    /// kernel are taken off, so the whole has the variance σ² and the cost does not grow with it. Pixels are not
    /// premultiplied here.
    public func softened(sigma: Double) throws(PixelsError) -> Pixels {
        guard sigma > 0.05 else { return try cast(.float) }
        guard sigma >= 6 else { return try bell(sigma) }
        let block = (sigma / 3).rounded(.down)
        let rest = sigma * sigma - (block * block - 1) / 12 - block * block / 6
        return try reduced(by: Int(block)) { (small) throws(PixelsError) in try small.bell(rest.squareRoot() / block) }
    }

    /// Averages blocks of `factor` by `factor` pixels, lets `work` change the small float image (not its size), and
    /// enlarges that bilinearly to this image's size, so that nothing moves.
    public func reduced(
        by factor: Int, _ work: (Pixels) throws(PixelsError) -> Pixels
    ) throws(PixelsError) -> Pixels {
        guard factor > 1 else { return try work(cast(.float)) }
        // As plain numbers: affine would multiply a band that looks like alpha into the others.
        let small = try cast(.float).relabelled(.multiband).apply(
            "shrink", ["hshrink": .double(Double(factor)), "vshrink": .double(Double(factor)), "ceil": .bool(true)])
        let shift = Double(factor - 1) / 2
        return try work(small).affine(
            matrix: [Double(factor), 0, 0, Double(factor)], odx: shift, ody: shift,
            area: (x: 0, y: 0, width: width, height: height), extend: .copy
        ).relabelled(interpretation)
    }

    private func bell(_ sigma: Double) throws(PixelsError) -> Pixels {
        // exp(−3²/2): where the bell is cut off.
        try cast(.float).gaussblur(sigma: sigma, accuracy: 0.0111, precise: true)
    }
}
