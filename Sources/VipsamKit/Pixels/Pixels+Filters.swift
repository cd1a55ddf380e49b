extension Pixels {
    /// Gaussian blur. `sigma` in pixels, 0 to 1000; `accuracy` is where the bell is cut off.
    public func gaussblur(sigma: Double, accuracy: Double = 0.2, precise: Bool = false) throws(PixelsError) -> Pixels {
        if sigma <= 0 { return self }
        return try apply(
            "gaussblur",
            [
                "sigma": .double(sigma), "min-ampl": .double(accuracy),
                "precision": .string(precise ? "float" : "integer"),
            ])
    }

    /// The value at `index` (0 = smallest) among the sorted values of a window, in pixels: a median, minimum, maximum.
    public func rank(width: Int, height: Int, index: Int) throws(PixelsError) -> Pixels {
        try apply("rank", ["width": .int(width), "height": .int(height), "index": .int(index)])
    }

    /// Binary morphology with a mask of 0, 128 (do not care) and 255.
    public func morph(mask: Pixels, dilate: Bool) throws(PixelsError) -> Pixels {
        try apply("morph", ["mask": .image(mask), "morph": .string(dilate ? "dilate" : "erode")])
    }

    /// Convolution with a matrix image.
    public func conv(_ matrix: Pixels, precise: Bool = true) throws(PixelsError) -> Pixels {
        try apply("conv", ["mask": .image(matrix), "precision": .string(precise ? "float" : "integer")])
    }
}
