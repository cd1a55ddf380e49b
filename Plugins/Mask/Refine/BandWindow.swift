import VipsamKit

/// The part of the small view around a mask, with the band in which its contour may move.
struct BandWindow {
    /// What methods may look at around the band, in pixels of the view.
    private static let margin = 12

    let frame: Frame
    /// 0…1; 0 or 1 outside the band.
    let alpha: Plane
    /// Red, green, blue, 0…1.
    let guide: [Plane]
    let band: [Bool]

    /// Nil where the mask has no contour: it is empty or full.
    ///
    /// - Parameter reach: half the band's width, in pixels of the view.
    init?(_ mask: Mask, view: WorkingView, reach: Double) throws {
        let width = view.pixels.width, height = view.pixels.height
        let raster = try mask.source.pixels(in: view.frame, width: width, height: height).bytes()
        var left = width, top = height, right = -1, bottom = -1
        var isFull = true
        for y in 0..<height {
            for x in 0..<width {
                if raster[y * width + x] >= 128 {
                    (left, right) = (min(left, x), max(right, x))
                    (top, bottom) = (min(top, y), max(bottom, y))
                } else {
                    isFull = false
                }
            }
        }
        guard right >= 0, !isFull else { return nil }
        let grow = Int(reach.rounded(.up)) + Self.margin
        (left, top) = (max(0, left - grow), max(0, top - grow))
        (right, bottom) = (min(width - 1, right + grow), min(height - 1, bottom + grow))
        let w = right - left + 1, h = bottom - top + 1
        let colours = try view.pixels.bytes(left: left, top: top, width: w, height: h)
        var values = [Float](repeating: 0, count: w * h)
        var planes = [[Float]](repeating: values, count: 3)
        var inside = [Bool](repeating: false, count: w * h)
        for y in 0..<h {
            for x in 0..<w {
                let i = y * w + x
                let value = raster[(y + top) * width + x + left]
                inside[i] = value >= 128
                values[i] = Float(value) / 255
                for c in 0..<3 { planes[c][i] = Float(colours[i * 3 + c]) / 255 }
            }
        }
        band = Self.band(around: inside, w, h, reach)
        // Outside the band the mask is believed, but its softness is not: that belongs to the contour.
        for i in values.indices where !band[i] { values[i] = inside[i] ? 1 : 0 }
        frame = view.frame.cropped(left: Double(left), top: Double(top))
        alpha = Plane(width: w, height: h, values: values)
        guide = planes.map { Plane(width: w, height: h, values: $0) }
    }

    /// Values of a plane inside the band, the mask's own outside.
    func keepingOutside(_ other: Plane) -> Plane {
        var out = other
        for i in band.indices where !band[i] { out.values[i] = alpha.values[i] }
        return out
    }

    /// Coefficients of a mask for the full-size picture: the fit's near the band, constants elsewhere.
    func coefficients(_ fit: GuidedFilter, _ alpha: Plane, around radius: Int) throws -> Pixels {
        let near = Plane(width: alpha.width, height: alpha.height, values: band.map { $0 ? 1 : 0 }).mean(radius: radius)
        var floats = [Float](repeating: 0, count: band.count * 4)
        for i in band.indices {
            if near.values[i] > 0 {
                for c in 0..<3 { floats[i * 4 + c] = fit.a[c].values[i] }
                floats[i * 4 + 3] = fit.b.values[i] * 255
            } else {
                floats[i * 4 + 3] = alpha.values[i] * 255
            }
        }
        return try Pixels.from(floats: floats, width: alpha.width, height: alpha.height, bands: 4, interpretation: .multiband)
    }

    /// The subject's own colours minus what is seen, where the mask is soft.
    ///
    /// - Parameter isOfColours: whether alpha was found from the colours. One that is only a soft contour does not say
    ///   how much background is in a pixel; what it would take out is then taken no further than to the colours of the
    ///   subject beside it, or a dark line would be left where there was none.
    func correction(_ alpha: Plane, isOfColours: Bool) throws -> ColourCorrection {
        let seen = alpha.values.indices.map { SIMD3(guide[0].values[$0], guide[1].values[$0], guide[2].values[$0]) }
        var own = ForegroundColours.estimate(seen, alpha: alpha)
        if !isOfColours {
            let sure = Plane(width: alpha.width, height: alpha.height, values: alpha.values.map { $0 > 0.98 ? 1 : 0 })
            let beside = ForegroundColours.estimate(seen, alpha: sure)
            for i in own.indices {
                own[i].clamp(lowerBound: pointwiseMin(seen[i], beside[i]), upperBound: pointwiseMax(seen[i], beside[i]))
            }
        }
        var floats = [Float](repeating: 0, count: seen.count * 3)
        for i in seen.indices where alpha.values[i] < 0.999 {
            let d = (own[i] - seen[i]) * 255
            for c in 0..<3 { floats[i * 3 + c] = d[c] }
        }
        let difference = try Pixels.from(
            floats: floats, width: alpha.width, height: alpha.height, bands: 3, interpretation: .multiband)
        return ColourCorrection(difference: difference, frame: frame)
    }

    /// Pixels within `reach` of the contour: the distance runs over the other side's pixels.
    private static func band(around inside: [Bool], _ width: Int, _ height: Int, _ reach: Double) -> [Bool] {
        let radius = Int(reach.rounded(.up))
        let cover = Plane(width: width, height: height, values: inside.map { $0 ? 1 : 0 })
        // Four box means of a quarter of the radius each reach as far as it, and nearly round.
        var spread = cover
        for part in 0..<4 where (radius + part) / 4 > 0 { spread = spread.mean(radius: (radius + part) / 4) }
        return spread.values.map { $0 > 1e-6 && $0 < 1 - 1e-6 }
    }
}
