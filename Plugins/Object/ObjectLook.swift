import VipsamKit

/// What the picture says about an object: how much its colours vary, and how much of its contour is an edge.
///
/// A piece of wall has few colours, and its contour runs through more wall; a thing has its contour on an edge. These
/// are the cues of Alexe et al. 2012, "Measuring the Objectness of Image Windows", at their simplest.
struct ObjectLook {
    /// The colours' distance from their mean in CIELAB, root of the mean square: √(var L* + var a* + var b*).
    let detail: Double
    /// The share of the contour (0…1) across which colours differ by more than `leastStep`; 0 where all of the contour
    /// is the picture's own border.
    let edge: Double

    /// ΔE*ab; about twice what an eye sees side by side. Chosen among 5, 8 and 12 together with the distance at which
    /// colours are compared, by how well score × edge tells objects from other masks on twelve training photos of food
    /// (no script repeats that; what it does for a recipe: docs/shelf.md).
    private static let leastStep: Float = 5
    /// How far from the contour colours are compared: this share of the view's longer side, at least two pixels.
    private static let reach = 0.002

    /// - Parameter view: of a picture on the object's canvas.
    init(_ object: SegmentedObject, on view: WorkingView) throws {
        let width = view.pixels.width, height = view.pixels.height
        let step = max(2, Float(Double(max(width, height)) * Self.reach))
        guard
            let area = PixelArea(view.frame.toRaster(object.box), inWidth: width, height: height)?
                .grown(by: Int(step.rounded(.up)) + 3).clipped(toWidth: width, height: height)
        else {
            (detail, edge) = (0, 0)
            return
        }
        let mask = try object.mask.source.pixels(
            in: view.frame.cropped(left: Double(area.left), top: Double(area.top)), width: area.width, height: area.height
        ).bytes()
        let colours = try view.pixels.extractArea(left: area.left, top: area.top, width: area.width, height: area.height)
            .colourspace(.lab).floats()
        let patch = Patch(
            alpha: Plane(width: area.width, height: area.height, values: mask.map { Float($0) / 255 }), lab: colours)
        detail = patch.spread()
        edge = patch.edgeShare(step: step, above: Self.leastStep)
    }
}

/// A part of the view: an object's mask and the colours beneath it.
private struct Patch {
    let alpha: Plane
    /// L*, a*, b* of each pixel, row by row.
    let lab: [Float]

    private var width: Int { alpha.width }
    private var height: Int { alpha.height }

    private func isInside(_ x: Int, _ y: Int) -> Bool { alpha.values[y * width + x] >= 0.5 }

    func spread() -> Double {
        var sum = [0.0, 0, 0], squares = 0.0, count = 0.0
        for index in alpha.values.indices where alpha.values[index] >= 0.5 {
            count += 1
            for band in 0..<3 {
                let value = Double(lab[3 * index + band])
                sum[band] += value
                squares += value * value
            }
        }
        guard count > 0 else { return 0 }
        return max(0, squares / count - sum.reduce(0) { $0 + ($1 / count) * ($1 / count) }).squareRoot()
    }

    /// Colours are compared `step` pixels before and behind the contour, along the slope of the softened mask.
    func edgeShare(step: Float, above least: Float) -> Double {
        let soft = alpha.mean(radius: 2).mean(radius: 2)
        var edges = 0, all = 0
        for y in 0..<height {
            for x in 0..<width where isInside(x, y) && isOnContour(x, y) {
                let down = soft.values[min(y + 1, height - 1) * width + x] - soft.values[max(y - 1, 0) * width + x]
                let right = soft.values[y * width + min(x + 1, width - 1)] - soft.values[y * width + max(x - 1, 0)]
                let length = (down * down + right * right).squareRoot()
                guard length > 0 else { continue }
                let dx = right / length * step, dy = down / length * step
                guard let inner = colour(Float(x) + dx, Float(y) + dy), let outer = colour(Float(x) - dx, Float(y) - dy)
                else { continue }
                all += 1
                if distance(inner, outer) > least { edges += 1 }
            }
        }
        return all > 0 ? Double(edges) / Double(all) : 0
    }

    /// ΔE*ab of two colours that begin at these places of `lab`.
    private func distance(_ a: Int, _ b: Int) -> Float {
        (0..<3).reduce(Float(0)) { sum, band in
            let difference = lab[a + band] - lab[b + band]
            return sum + difference * difference
        }.squareRoot()
    }

    /// Inside the patch: its own border is far from the object or the picture's.
    private func isOnContour(_ x: Int, _ y: Int) -> Bool {
        x > 0 && y > 0 && x < width - 1 && y < height - 1
            && !(isInside(x - 1, y) && isInside(x + 1, y) && isInside(x, y - 1) && isInside(x, y + 1))
    }

    /// Where the colour of the nearest pixel begins in `lab`; nil outside.
    private func colour(_ x: Float, _ y: Float) -> Int? {
        let column = Int(x.rounded()), row = Int(y.rounded())
        guard (0..<width).contains(column), (0..<height).contains(row) else { return nil }
        return 3 * (row * width + column)
    }
}
