import CVipsShim

extension Pixels {
    /// A one-band mask of 0 to 255 that is computed from low-resolution logits where and when its pixels are read.
    ///
    /// The logits are bilinearly enlarged to the square model frame, the part of it that holds the picture is cut out and bilinearly resized to `width` × `height`, and the result is compared with `threshold`: the official
    /// post-processing of SAM (plain half-pixel bilinear, not antialiased, single precision), without ever holding the
    /// enlarged logits.
    ///
    /// - Parameters:
    ///   - logits: `gridWidth` × `gridHeight` numbers, row by row. Copied.
    ///   - frame: side of the model's square input, in pixels; at least the grid's side.
    ///   - validWidth: width of the resized picture inside the frame, from its left edge, in frame pixels.
    ///   - validHeight: height of the resized picture inside the frame, from its top edge.
    ///   - width: width of the mask, in pixels.
    ///   - height: height of the mask.
    ///   - threshold: hard masks are 255 where logit > threshold.
    ///   - softness: 0 for a hard mask. Otherwise the logits of the ramp from 0 to 255, which passes 128 at the
    ///     threshold: a mask with soft edges whose ≥ 128 part is the hard mask (but for logits that equal the
    ///     threshold).
    ///   - smooth: a cubic B-spline of the logits instead of the official steps, for masks much larger than the frame:
    ///     its contour has no corners.
    public static func mask(
        logits: [Float], gridWidth: Int, gridHeight: Int, frame: Int, validWidth: Int, validHeight: Int, width: Int,
        height: Int, threshold: Float = 0, softness: Float = 0, smooth: Bool = false
    ) throws(PixelsError) -> Pixels {
        Vips.start()
        precondition(logits.count == gridWidth * gridHeight, "the logits do not fill the grid")
        let made = logits.withUnsafeBufferPointer { buffer in
            var shape = vipsam_logits()
            shape.logits = buffer.baseAddress
            shape.grid_width = Int32(clamping: gridWidth)
            shape.grid_height = Int32(clamping: gridHeight)
            shape.frame = Int32(clamping: frame)
            shape.valid_width = Int32(clamping: validWidth)
            shape.valid_height = Int32(clamping: validHeight)
            shape.width = Int32(clamping: width)
            shape.height = Int32(clamping: height)
            shape.threshold = threshold
            shape.softness = softness
            shape.smooth = smooth ? 1 : 0
            return vipsam_mask_from_logits(&shape)
        }
        guard let made else { throw .mask() }
        return Pixels(taking: made)
    }

    /// A one-band mask that is a linear function of this picture's colours, computed where and when its pixels are read.
    ///
    /// The picture is 8-bit RGB. Coefficients are slopes for red, green and blue and the constant, for colours and a
    /// mask of 0 to 255, enlarged bilinearly between the centres of the grid's cells; values are rounded and clipped.
    /// Where the slopes are zero and the constant does not change, nothing is computed.
    ///
    /// - Parameters:
    ///   - coefficients: four per cell, row by row. Copied.
    ///   - area: the part of the picture that the grid covers, in pixels; outside the mask is 0.
    ///   - step: cells per pixel, across and down.
    ///   - start: where in the grid the area's corner lies, in cells from the grid's own corner.
    public func guidedMask(
        coefficients: [Float], gridWidth: Int, gridHeight: Int, over area: PixelArea, step: (x: Double, y: Double),
        start: (x: Double, y: Double)
    ) throws(PixelsError) -> Pixels {
        precondition(coefficients.count == gridWidth * gridHeight * 4, "four coefficients per cell")
        let made = coefficients.withUnsafeBufferPointer { buffer in
            var shape = vipsam_guided()
            shape.coefficients = buffer.baseAddress
            shape.grid_width = Int32(clamping: gridWidth)
            shape.grid_height = Int32(clamping: gridHeight)
            shape.left = Int32(clamping: area.left)
            shape.top = Int32(clamping: area.top)
            shape.width = Int32(clamping: area.width)
            shape.height = Int32(clamping: area.height)
            (shape.step_x, shape.step_y) = step
            (shape.start_x, shape.start_y) = start
            return vipsam_mask_guided(handle, &shape)
        }
        guard let made else { throw .mask() }
        return Pixels(taking: made)
    }

    /// A one-band mask of 0 and 255 from run lengths in column order, background first (COCO's uncompressed counts).
    ///
    /// Throws when the runs do not add up to `width` × `height`.
    public static func mask(counts: [UInt32], width: Int, height: Int) throws(PixelsError) -> Pixels {
        Vips.start()
        let made = counts.withUnsafeBufferPointer { buffer in
            vipsam_mask_from_counts(buffer.baseAddress, buffer.count, Int32(clamping: width), Int32(clamping: height))
        }
        guard let made else { throw .mask() }
        return Pixels(taking: made)
    }
}

extension PixelsError {
    fileprivate static func mask() -> PixelsError {
        PixelsError(
            operation: "mask", reason: .damaged, message: "the mask cannot be made of these numbers",
            note: Vips.takeNote())
    }
}
