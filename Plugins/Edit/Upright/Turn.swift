package import VipsamKit

/// A turn by any angle, clockwise: the quarter turns that come nearest, which only move pixels, and the rest.
///
/// libvips' `similarity` turns about the middle of the first pixel and cuts what it gets to the turned corners of the
/// raster. By a quarter, that is a pixel too far: a row is lost, and a column of background comes in. By the rest, at
/// most 45 degrees, nothing moves by more than 0.54 pixels against the new raster, and by next to nothing where the
/// rest is small. Of 0.01 degrees or less it is left away: it moves the corners of a picture of 4000 by 4000 pixels by
/// less than half a pixel.
package struct Turn {
    /// In degrees.
    private static let leastRest = 0.01

    package let quarter: QuarterTurn
    /// Degrees, −45…45; 0 where nothing has to be interpolated.
    package let rest: Double

    /// - Parameter degrees: clockwise; a few turns at most.
    package init(degrees: Double) {
        let quarters = (degrees / 90).rounded(.toNearestOrEven), rest = degrees - 90 * quarters
        quarter = QuarterTurn.allCases[((Int(quarters) % 4) + 4) % 4]
        self.rest = abs(rest) > Self.leastRest ? rest : 0
    }

    /// Whether nothing moves.
    package var isNone: Bool { quarter == .none && rest == 0 }

    /// Quarter turns are exact; the rest is bicubic, on premultiplied colours, and the picture grows so that no corner
    /// is lost.
    ///
    /// - Parameter color: shows in the new corners where it and the picture are opaque; else they are transparent.
    package func applied(to pixels: Pixels, color: Color) throws -> Pixels {
        let level = try pixels.rot(quarter)
        guard rest != 0 else { return level }
        let isOpaque = color.alpha >= 255 && !level.hasAlpha
        let source = try isOpaque ? level : level.transparent()
        let corners = try isOpaque ? source.ink(color) : [Double](repeating: 0, count: source.bands)
        // Premultiplied, and labelled as plain numbers: libvips would multiply once more.
        var turned = try source.premultiply().relabelled(.multiband).apply(
            "similarity",
            ["angle": .double(rest), "interpolate": .interpolate("bicubic"), "background": .arrayDouble(corners)])
        if !isOpaque { turned = try turned.relabelled(source.interpretation).unpremultiply() }
        return try turned.finished(like: source)
    }
}
