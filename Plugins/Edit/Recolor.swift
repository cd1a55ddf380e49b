public import VipsamKit

/// Gives the subject another colour and keeps its light and its texture: colour variants of a product.
///
/// In CIELAB, with L̄, ā, b̄ the means over the mask (pixels count by their opacity) and Lₜ, aₜ, bₜ the new colour:
/// L′ = L · (Lₜ / L̄)^lightness, so shadows keep their ratio; a′ = (a − ā) + aₜ · min(1, L′ / Lₜ), the same for b: folds
/// in the shade are less saturated, and small differences of hue stay (a transfer of means, after Reinhard et al. 2001,
/// "Color transfer between images"). The mask mixes old and new. A grey picture has no colours to change and is refused;
/// it has to be made sRGB first.
public struct Recolor: Operation {
    public static let name = "recolor"
    public static let summary = "Gives the subject another colour and keeps its light and its texture."

    /// Means are taken of at most so many pixels: blocks are averaged first.
    private static let measuredPixels = 1_000_000.0

    let color: Color
    let lightness: Double
    let what: Part
    let mask: Slot
    let image: Slot

    public init(_ p: Parameters) throws {
        color = p.color("color", or: .white, named: "white", "The new colour.", main: true)
        lightness = p.number(
            "lightness", 0...1, or: 1,
            "How far the lightness follows: 0 keeps it, 1 is that of the colour. Near black and white less of it keeps more "
                + "of the texture.")
        (what, mask) = p.part(or: .subject, "What gets the colour.")
        image = p.slot("image", .image, "The picture; a grey one is refused.")
    }

    public var result: Kind? { .image }

    /// Means come before pixels.
    public var access: Access { .random }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        let pixels = image.pixels
        guard pixels.colourBands >= 3 else { throw Diagnostic.grey }
        guard ![.multiband, .histogram, .matrix, .fourier].contains(pixels.interpretation) else {
            throw Diagnostic.noColours(pixels)
        }
        let weights = try what.weights(mask, context, on: image)
        let lab = try pixels.withoutAlpha().colourspace(.lab).cast(.float)
        let opacity = try pixels.alpha()?.linear([1 / pixels.fullScale], [0])
        guard let mean = try Self.means(lab, weights, opacity, isFloat: pixels.format.isFloatingPoint) else {
            context.note("recolor: nothing of the picture is in the mask, so nothing was changed")
            return .image(image)
        }
        let ink = try pixels.withoutAlpha().ink(color)
        let dot = try Pixels.constant(
            ink, width: 1, height: 1, format: pixels.format, interpretation: pixels.interpretation)
        let goal = try dot.colourspace(.lab).getpoint(x: 0, y: 0)
        guard goal.count == 3 else { throw Diagnostic.grey }
        let ratio = Self.power(max(goal[0], 0.5) / max(mean[0], 0.5), lightness)
        let light = try lab.extractBand(0).linear([ratio], [0])
        let share = try light.linear([1 / max(goal[0], 0.5)], [0])
        let capped = try share.relational([1], .more).ifthenelse(share.linear([0], [1]), share)
        let colours = try lab.extractBand(1, count: 2).linear([1, 1], [-mean[1], -mean[2]])
            .add(capped.linear([goal[1], goal[2]], [0, 0]))
        var changed = try light.bandjoin(colours).relabelled(.lab).colourspace(pixels.interpretation)
        if let alpha = try pixels.alpha() { changed = try changed.cast(.float).bandjoin(alpha.cast(.float)) }
        let result = try changed.relabelled(pixels.interpretation).finished(like: pixels)
        return .image(image.with(try pixels.mixed(with: result, by: weights)))
    }

    /// The mean of each band, weighted by the mask and by opacity (0…1); nil where nothing has a weight.
    ///
    /// - Parameter isFloat: whether the picture may hold pixels that are no numbers; off the mask they do not matter.
    /// - Throws: a diagnostic where there are some on the mask.
    private static func means(
        _ colours: Pixels, _ weights: Pixels?, _ opacity: Pixels?, isFloat: Bool
    ) throws -> [Double]? {
        var lab = colours
        if isFloat, let weights {
            let zero = try Pixels.constant(
                [0, 0, 0], width: lab.width, height: lab.height, format: .float, interpretation: .lab)
            lab = try weights.relational([0], .more).ifthenelse(lab, zero)
        }
        var share = try (weights ?? Pixels.constant(
            [255], width: lab.width, height: lab.height, interpretation: .blackAndWhite)).linear([1.0 / 255], [0])
        if let opacity { share = try share.multiply(opacity) }
        let block = max(1, (Double(lab.width) * Double(lab.height) / measuredPixels).squareRoot().rounded(.up))
        let sums = try lab.multiply(share).bandjoin(share).apply(
            "shrink", ["hshrink": .double(min(block, Double(lab.width))), "vshrink": .double(min(block, Double(lab.height)))]
        ).copyMemory()
        if isFloat, try !sums.floats().allSatisfy(\.isFinite) { throw Diagnostic.noNumbers }
        let total = try sums.extractBand(3).average()
        guard total > 1e-9 else { return nil }
        return try (0..<3).map { try sums.extractBand($0).average() / total }
    }

    /// base^exponent for an exponent between 0 and 1, by repeated square roots: the same on every machine.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        var result = 1.0, root = base, rest = exponent
        if rest >= 1 { return base }
        for _ in 0..<40 {
            root = root.squareRoot()
            rest *= 2
            if rest >= 1 {
                result *= root
                rest -= 1
            }
        }
        return result
    }
}

extension Diagnostic {
    fileprivate static func noColours(_ pixels: Pixels) -> Diagnostic {
        .error("the \(pixels.bands) bands of this picture are no colours ('\(pixels.interpretation.nick)')")
            .noting("take three of them first: vips.extract_band: {band: 0, n: 3}")
    }

    fileprivate static var noNumbers: Diagnostic {
        .error("the picture has pixels that are no numbers (NaN or infinite), so there is no mean colour to change")
            .noting("leave them out of the mask, or fill them first")
    }

    fileprivate static var grey: Diagnostic {
        .error("a grey picture has no colours to change").noting("make it sRGB first: vips.colourspace: {space: srgb}")
    }
}
