public import VipsamKit

/// Makes a mask follow the picture's edges, inside a band around its contour.
///
/// A network's mask is coarse: a quarter of its input's resolution. The band is where it is not
/// believed; outside it stays as it is. What is found on the small view is laid on the full-size
/// picture through its own colours, so that edges and hair are as fine as the original's (see
/// `GuidedMask`). For the methods see `GraphCut`, `GuidedFilter`, `ClosedFormMatting`.
public struct RefineMask: Operation {
    public static let name = "refine-mask"
    public static let summary = "Makes a mask follow the picture's edges, inside a band around its contour."

    public enum Method: String, CaseIterable, Sendable {
        case graphCut = "graph-cut"
        case guided, matting, smooth
    }

    /// Colours that vary less than this (squared, of 1) within a square count as flat.
    private static let guidedEpsilon: Float = 1e-4
    /// For laying a finished alpha on the full-size picture: as literally as the fit allows.
    private static let upscalingEpsilon: Float = 1e-5

    /// How much matting believes the guided mask it starts from (see `ClosedFormMatting`). Chosen among 0.2, 0.01, 0.005,
    /// 0.002 and 0: the more, the better for ten composites of docs/edges.md, down to 0.01 (error at a band of 16: 0.0356,
    /// 0.0346, 0.0354, 0.0375), and for the hairs of docs/hair.md down to 0.002 (0.0791, 0.0771, 0.0767, 0.0747, 0.0756).
    /// No committed script repeats this choice.
    private static let mattingTrust = 0.005

    let image: Slot
    let mask: Slot
    let method: Method
    let band: Length
    let snap: Bool?
    let decontaminate: Bool

    public init(_ p: Parameters) throws {
        image = p.slot("image", .image, "The picture whose edges count.")
        mask = p.slot("mask", .mask, "The mask to refine.")
        method = p.choice(
            "method", or: Method.guided,
            "graph-cut: snap to colour edges; guided: follow edges softly; matting: alpha from the colours, for hair "
                + "and fur; smooth: round the contour.")
        band = p.length(
            "band", 1...200, or: .pixels(16),
            "Half the width of the band, in pixels of the working image or in % of its longer side; for hair as wide "
                + "as it reaches.")
        snap = p.optionalBoolean(
            "snap",
            "First move the contour of a model's mask onto colour edges wherever the model was in doubt, however far that "
                + "is; the band then lies around the new one. If not said, guided and matting do so where the model saw at "
                + "least 180 pixels of the working image along a side.")
        decontaminate = p.boolean(
            "decontaminate", or: false,
            "Take the old background's colour out of the soft edge, where cutout or replace-background use the mask.")
    }

    public var result: Kind? { .mask }
    /// Of a mask whose band fills the view. Measured: 162 with matting, 89 without, 100 with the subject's colours.
    public var footprint: Footprint { Footprint(perViewPixel: method == .matting ? 170 : decontaminate ? 105 : 95) }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        let mask = try context.mask(mask)
        guard image.frame.canvas == mask.frame.canvas else {
            _ = try mask.pixels(on: image)
            return .mask(mask)
        }
        let view = try context.views.view(of: image)
        let reach = max(1, view.frame.pixels(band, longerSide: Double(max(view.pixels.width, view.pixels.height))))
        guard let window = try BandWindow(try snapped(mask, view, context), view: view, reach: reach) else {
            context.note("refine-mask: the mask has no contour, it stays as it is")
            return .mask(mask)
        }
        let alpha = refined(window, reach)
        if !alpha.values.contains(where: { $0 >= 0.5 }), window.alpha.values.contains(where: { $0 >= 0.5 }) {
            context.note("refine-mask: nothing of the mask is left, it was narrower than its band")
        }
        let radius = max(1, min(4, Int(reach / 4)))
        let fit = GuidedFilter(mask: alpha, guide: window.guide, radius: radius, epsilon: Self.upscalingEpsilon)
        let source = GuidedMask(
            coefficients: try window.coefficients(fit, alpha, around: radius), coefficientFrame: window.frame, image: image)
        var result = Mask(source, frame: image.frame, width: image.width, height: image.height)
        if decontaminate {
            let isOfColours = method == .guided || method == .matting
            result.correction = try window.correction(alpha, isOfColours: isOfColours)
        }
        return .mask(result)
    }

    /// The mask with its contour on colour edges; the same where it is no model's, or where colours contradict it, which
    /// is worth a note only to who asked for `snap`.
    private func snapped(_ mask: Mask, _ view: WorkingView, _ context: Context) throws -> Mask {
        guard snap ?? (method == .guided || method == .matting) else { return mask }
        guard let drawn = mask.source as? LogitMask else {
            if snap != nil {
                context.note("refine-mask: only a mask as a model drew it can be snapped, its doubts are not known otherwise")
            }
            return mask
        }
        let shortest = snap == nil ? ColourContour.shortestSide : SnappedContour.smallestSide
        guard let moved = try SnappedContour.of(drawn, view: view, shortest: shortest) else {
            if snap != nil {
                context.note(
                    "refine-mask: there is no contour that the model and the colours agree on, the mask is not snapped")
            }
            return mask
        }
        return Mask(moved, frame: mask.frame, width: mask.width, height: mask.height)
    }

    /// The mask with a rounder contour: a mean over squares of about the band's half width, twice (nearly a Gaussian of
    /// standard deviation 0.41 · (2r + 1), r half of `reach`), and one half of it as the new contour. Curves tighter than
    /// that straighten, straight edges stay where they are. A straight edge comes out of the two means with a slope of
    /// 1 / (2r + 1) per pixel; it is made as steep again as the contour of a mask is, within two pixels.
    private static func rounded(_ alpha: Plane, within reach: Double) -> Plane {
        let radius = max(1, Int((reach / 2).rounded()))
        return alpha.mean(radius: radius).mean(radius: radius).contrasted(Float(2 * radius + 1) / 2)
    }

    private func refined(_ window: BandWindow, _ reach: Double) -> Plane {
        let radius = max(1, Int(reach.rounded()))
        switch method {
        case .smooth:
            return window.keepingOutside(Self.rounded(window.alpha, within: reach))
        case .guided:
            let filter = GuidedFilter(
                mask: window.alpha, guide: window.guide, radius: radius, epsilon: Self.guidedEpsilon)
            return window.keepingOutside(filter.applied(to: window.guide).contrasted(1.5))
        case .graphCut:
            let cut = GraphCut(trust: 6, rounds: 2, learnsFromFree: false)
                .solve(window.alpha, free: window.band, guide: window.guide)
            return window.keepingOutside(cut.mean(radius: 1))
        case .matting:
            // Where the band is wide, colours first decide roughly where the contour runs.
            let filter = GuidedFilter(
                mask: window.alpha, guide: window.guide, radius: radius, epsilon: Self.guidedEpsilon)
            var alpha = window.keepingOutside(filter.applied(to: window.guide).contrasted(1.5))
            ClosedFormMatting.solve(&alpha, band: window.band, guide: window.guide, trust: Self.mattingTrust)
            return alpha
        }
    }
}

extension Plane {
    /// Steeper around one half, clipped to 0…1.
    fileprivate func contrasted(_ factor: Float) -> Plane {
        Plane(width: width, height: height, values: values.map { min(max(($0 - 0.5) * factor + 0.5, 0), 1) })
    }
}
