public import VipsamKit

/// Blurs the background, the subject, a band around its contour, or everything.
///
/// Each pixel becomes Σ k·w·I / Σ k·w over its surroundings, k the kernel and w how much a pixel belongs to the
/// blurred part (normalised convolution, Knutsson and Westin 1993). So a blurred background takes no colour from the
/// subject: no halo. Then original and blur are mixed by w. `gaussian`: a bell whose standard deviation is the
/// radius. `disc`: a flat disc of that radius, as a wide lens gives. `motion`: a line as long as twice the radius.
/// The last two are computed on blocks of pixels where they reach farther than 12 pixels, and enlarged bilinearly.
///
/// The band is the mask grown by `band` without the mask shrunk by it (exact Euclidean distances, `GrownMask` of the
/// kit): its edges are one pixel wide, and where the picture's border cuts the subject there is no contour.
public struct Blur: Operation {
    public static let name = "blur"
    public static let summary = "Blurs the background, the subject, a band around its contour, or everything."

    enum Method: String, CaseIterable { case gaussian, disc, motion }

    enum What: String, CaseIterable { case background, subject, band, all }

    let what: What
    let mask: Slot
    let image: Slot
    let radius: Length
    let method: Method
    let angle: Double
    let band: Length

    public init(_ p: Parameters) throws {
        radius = p.length(
            "radius", 0...1_000, or: .pixels(12),
            "Strength, in pixels of the working image or in % of its longer side.", main: true)
        what = p.choice("what", or: .background, "What to blur; band: on both sides of the subject's contour.")
        mask = p.slot("mask", .mask, optional: what == .all, Part.maskHelp)
        method = p.choice("method", or: .gaussian, "A bell, a flat disc as of a wide lens, or a line as of a moving camera.")
        angle = p.number("angle", -360...360, or: 0, "Direction of motion in degrees: 0 to the right, 90 down.")
        band = p.length(
            "band", 1...200, or: .pixels(16),
            "Half the width of the band, in pixels of the working image or in % of the object's longer side.")
        image = p.slot("image", .image, "The picture to blur.")
    }

    public var result: Kind? { .image }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        let radius = image.frame.pixels(radius, longerSide: image.longerSide)
        guard radius > 0.05 else { return .image(image) }
        let weights = try weights(context, on: image)
        let blurred = try blurred(image.pixels, weights, radius)
        return .image(image.with(try image.pixels.mixed(with: blurred, by: weights)))
    }

    /// How much each pixel belongs to what is blurred (as `Part.weights`).
    private func weights(_ context: Context, on image: Image) throws -> Pixels? {
        if let part = Part(rawValue: what.rawValue) { return try part.weights(mask, context, on: image) }
        let mask = try context.mask(mask)
        let reach = try mask.canvasPixels(band)
        return try mask.grown(by: reach).pixels(on: image).subtract(mask.grown(by: -reach).pixels(on: image))
            .cast(.uchar)
    }

    private func blurred(_ pixels: Pixels, _ weights: Pixels?, _ radius: Double) throws -> Pixels {
        let colours = try pixels.premultiply().cast(.float)
        guard let weights else {
            return try spread(colours, radius).relabelled(pixels.interpretation).unpremultiply()
        }
        let share = try weights.linear([1.0 / 255], [0])
        let sums = try spread(colours.multiply(share).bandjoin(share), radius)
        let total = try sums.extractBand(sums.bands - 1)
        // Where nothing of the part is near, the mix takes nothing either; only 0 / 0 must not spoil it.
        let mean = try sums.extractBand(0, count: sums.bands - 1)
            .divide(total.relational([1e-6], .more).ifthenelse(total, total.linear([0], [1])))
        return try mean.relabelled(pixels.interpretation).unpremultiply()
    }

    private func spread(_ pixels: Pixels, _ radius: Double) throws -> Pixels {
        guard method != .gaussian else { return try pixels.softened(sigma: radius) }
        let factor = max(1, Int((radius / 12).rounded(.up)))
        let reach = radius / Double(factor)
        let kernel = try method == .disc ? Self.disc(reach) : Self.line(reach, angle)
        return try pixels.reduced(by: factor) { (small) throws(PixelsError) in
            let margin = (kernel.width - 1) / 2
            return try small
                .embed(
                    x: margin, y: margin, width: small.width + 2 * margin, height: small.height + 2 * margin,
                    extend: .copy
                )
                .conv(kernel).extractArea(left: margin, top: margin, width: small.width, height: small.height)
        }
    }

    /// The share of each pixel that a disc covers, by 8 × 8 samples; sums up to 1.
    static func disc(_ radius: Double) throws -> Pixels {
        try kernel(reach: radius) { x, y in x * x + y * y <= radius * radius ? 1 : 0 }
    }

    /// A line one pixel wide from −radius to radius; sums up to 1.
    static func line(_ radius: Double, _ angle: Double) throws -> Pixels {
        let direction = Direction.unit(degrees: angle)
        return try kernel(reach: radius) { x, y in
            abs(x * direction.x + y * direction.y) <= radius && abs(x * direction.y - y * direction.x) <= 0.5 ? 1 : 0
        }
    }

    private static func kernel(reach: Double, _ value: (Double, Double) -> Double) throws -> Pixels {
        let half = max(1, Int(reach.rounded(.up)))
        var sums: [Double] = []
        for y in -half...half {
            for x in -half...half {
                var sum = 0.0
                for sub in 0..<64 {
                    let dx = (Double(sub % 8) + 0.5) / 8 - 0.5, dy = (Double(sub / 8) + 0.5) / 8 - 0.5
                    sum += value(Double(x) + dx, Double(y) + dy)
                }
                sums.append(sum)
            }
        }
        let total = max(1, sums.reduce(0, +))
        return try Pixels.matrix(sums.map { $0 / total }, width: 2 * half + 1, height: 2 * half + 1)
    }
}
