/// Moves the contour of a mask of bytes by a disc, exactly (the formula is at `GrownMask`).
///
/// The nearest pixel on the mask is found in two passes: along columns by counting, along rows by the lower envelope of
/// parabolas (Felzenszwalb and Huttenlocher 2012, "Distance transforms of sampled functions"). Work goes on in strips
/// that overlap by the radius.
struct DiscGrowth {
    /// In pixels.
    let radius: Double

    /// No row between the strips' rows is farther than this from what it needs.
    private var reach: Int { Int(min(radius, 1e6).rounded(.up)) + 3 + SoftContour.mostSearched }

    func grown(_ mask: Pixels) throws -> Pixels {
        guard let extent = try mask.extent(above: 127),
            let area = extent.grown(by: reach).clipped(toWidth: mask.width, height: mask.height)
        else { return try mask.extent() == nil ? mask : Pixels.black(width: mask.width, height: mask.height) }
        let bytes = try moved(mask, area) { $0 }
        return try Pixels.from(bytes: bytes, width: area.width, height: area.height, bands: 1)
            .embed(x: area.left, y: area.top, width: mask.width, height: mask.height)
    }

    func shrunk(_ mask: Pixels) throws -> Pixels {
        guard let extent = try mask.extent(),
            let area = extent.grown(by: 1).clipped(toWidth: mask.width, height: mask.height)
        else { return mask }
        let bytes = try moved(mask, area) { 255 - $0 }
        return try Pixels.from(bytes: bytes, width: area.width, height: area.height, bands: 1).invert()
            .embed(x: area.left, y: area.top, width: mask.width, height: mask.height)
    }

    private func moved(_ mask: Pixels, _ area: PixelArea, _ value: (UInt8) -> UInt8) throws -> [UInt8] {
        var out = [UInt8](repeating: 0, count: area.width * area.height)
        let rows = max(256, reach)
        var top = 0
        while top < area.height {
            let bottom = min(area.height, top + rows)
            let first = max(0, top - reach), last = min(area.height, bottom + reach)
            var strip = try mask.bytes(
                left: area.left, top: area.top + first, width: area.width, height: last - first)
            for index in strip.indices { strip[index] = value(strip[index]) }
            let nearest = nearestRows(strip, area.width, last - first)
            for y in top..<bottom {
                row(y - first, strip, nearest, area.width, last - first, into: &out, at: y * area.width)
            }
            top = bottom
        }
        return out
    }

    /// For each pixel the row of the nearest pixel on the mask in its column; −1 where there is none within reach.
    private func nearestRows(_ strip: [UInt8], _ width: Int, _ height: Int) -> [Int32] {
        var nearest = [Int32](repeating: -1, count: width * height)
        var last = [Int32](repeating: -1, count: width)
        for y in 0..<height {
            for x in 0..<width {
                if strip[y * width + x] >= 128 { last[x] = Int32(y) }
                nearest[y * width + x] = last[x]
            }
        }
        last = [Int32](repeating: -1, count: width)
        let reach = Int32(self.reach)
        for y in (0..<height).reversed() {
            for x in 0..<width {
                let index = y * width + x
                if strip[index] >= 128 { last[x] = Int32(y) }
                let above = nearest[index], below = last[x], here = Int32(y)
                if above < 0 || (below >= 0 && below - here < here - above) { nearest[index] = below }
                if nearest[index] >= 0, abs(nearest[index] - here) > reach { nearest[index] = -1 }
            }
        }
        return nearest
    }

    private func row(
        _ y: Int, _ strip: [UInt8], _ nearest: [Int32], _ width: Int, _ height: Int, into out: inout [UInt8], at offset: Int
    ) {
        var columns: [Int] = []
        var heights: [Double] = []
        var starts: [Double] = []
        for x in 0..<width where nearest[y * width + x] >= 0 {
            let dy = Double(Int(nearest[y * width + x]) - y)
            let level = dy * dy + Double(x) * Double(x)
            var start = -Double.infinity
            while let column = columns.last, let top = heights.last, let from = starts.last {
                start = (level - top) / (2 * Double(x - column))
                if start > from { break }
                columns.removeLast()
                heights.removeLast()
                starts.removeLast()
                start = -.infinity
            }
            columns.append(x)
            heights.append(level)
            starts.append(start)
        }
        guard !columns.isEmpty else { return }
        let raster = SoftContour(bytes: strip, width: width, height: height)
        var part = 0
        for x in 0..<width {
            while part + 1 < columns.count, starts[part + 1] < Double(x) { part += 1 }
            let column = columns[part], line = Int(nearest[y * width + column])
            let dx = Double(x - column), dy = Double(line - y)
            let centres = (dx * dx + dy * dy).squareRoot()
            guard centres < radius + 2 else { continue }
            if centres < radius - 0.5 {
                out[offset + x] = 255
                continue
            }
            let distance = raster.distance(fromX: x, y: y, nearX: column, nearY: line, centres: centres)
            let cover = min(1, max(0, radius + 0.5 - distance))
            out[offset + x] = max(strip[y * width + x], UInt8((cover * 255).rounded()))
        }
    }
}
