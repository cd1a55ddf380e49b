import Foundation

/// Moves the contour of a network's mask onto colour edges wherever the network was in doubt, however far that is.
///
/// The network's logits give what the cut may decide and a prior for it. A network and colour statistics err
/// differently, so what the cut finds counts only where the two agree by and large (measured: docs/quality.md).
package enum ColourContour {
    /// The cut works on at most so many pixels along a side.
    package static let longestSide = 320
    /// A cut needs colours to learn from: with fewer pixels along the longer side of what is seen the network alone is
    /// better (measured: docs/quality.md).
    package static let shortestSide = 180
    /// Logits beyond these are certain; σ(±3.18) = 0.96 and 0.04.
    package static let certain: Float = 3.18
    /// Below this agreement (IoU) a new mask is not believed.
    private static let agreement = 0.65
    /// How much the mask's probabilities count beside the colours' (both as negative logarithms). Without it, parts of
    /// an object that look like what is around it are lost: white labels before a grey wall. Chosen among 0, 1, 2, 3, 6
    /// and 10 on one half of the photos of docs/quality.md, confirmed on the other.
    private static let trust: Float = 3

    /// - Parameters:
    ///   - logits: on the raster of `guide`; −∞ where the object cannot be.
    ///   - guide: red, green, blue, 0…1.
    /// - Returns: 0 or 1; nil where there is nothing to move, or where the cut does not agree with the mask.
    package static func moved(_ logits: Plane, guide: [Plane]) -> Plane? {
        let count = logits.values.count, area = logits.values.count { $0 > 0 }
        guard area > 0, area < count * 98 / 100 else { return nil }
        let free = logits.values.map { abs($0) < certain }
        let old = Plane(
            width: logits.width, height: logits.height, values: logits.values.map { 1 / (1 + expf(-$0)) })
        let cut = GraphCut(trust: trust, rounds: 3, learnsFromFree: true).solve(old, free: free, guide: guide)
        let new = Plane(width: old.width, height: old.height, values: cut.values.map { $0 >= 0.5 ? 1 : 0 })
        return overlap(old, new) >= agreement ? new : nil
    }

    private static func overlap(_ a: Plane, _ b: Plane) -> Double {
        var both = 0, either = 0
        for (x, y) in zip(a.values, b.values) {
            if x >= 0.5, y >= 0.5 { both += 1 }
            if x >= 0.5 || y >= 0.5 { either += 1 }
        }
        return either > 0 ? Double(both) / Double(either) : 0
    }
}
