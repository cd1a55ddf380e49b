import Foundation
import VipsamKit

/// Several drawings of one object as one: their probabilities' mean, weighted by predicted IoU, and of it what makes the
/// largest expected overlap.
///
/// Opinions are better mixed than chosen from: each errs elsewhere. The weights are exp(predicted IoU / 0.1), scaled to
/// a sum of 1, so that a mask which is thought worse by 0.1 counts 0.37. One more cell of probability p improves the
/// expected overlap J = Σp on the mask / (its area + Σp beside it) exactly when p / (1 − p) > J. So the best mask holds
/// what is likelier than J / (1 + J), less than one half (Nowozin, Optimal Decisions from Probabilistic Models: the
/// Intersection-over-Union Case, 2014), and the logits are raised by −ln J for it to be what lies above 0.
/// How good the result is said to be comes from three sides that err differently (docs/quality.md): from the predicted
/// IoUs, from the overlap that the probabilities themselves expect, and from how far the drawings agree with their mean.
struct MeanMask {
    private static let temperature: Float = 0.1
    /// Beyond these logits a probability is 0 or 1 in single precision.
    private static let surest: Float = 16

    /// Of the mean, row by row; 0 is a probability of one half.
    private let logits: [Float]
    /// The weighted mean of the masks' predicted IoUs.
    private let stated: Float
    private let masks: [[Float]], weights: [Float]

    /// - Parameters:
    ///   - masks: logits of one size.
    ///   - scores: predicted IoUs, one per mask.
    init(_ masks: [[Float]], _ scores: [Float]) {
        precondition(!masks.isEmpty && masks.count == scores.count, "a score for each mask")
        let highest = scores.max() ?? 0
        let raw = scores.map { expf(($0 - highest) / Self.temperature) }
        let sum = raw.reduce(0, +)
        let weights = raw.map { $0 / sum }
        (self.masks, self.weights) = (masks, weights)
        stated = zip(weights, scores).reduce(0) { $0 + $1.0 * $1.1 }
        logits = masks[0].indices.map { cell in
            var inside: Float = 0, outside: Float = 0
            for (mask, weight) in zip(masks, weights) {
                // Both from their own exponential: 1 − p would lose what is nearly certain.
                inside += weight / (1 + expf(-mask[cell]))
                outside += weight / (1 + expf(mask[cell]))
            }
            return min(Self.surest, max(-Self.surest, logf(inside / outside)))
        }
    }

    /// Where the mask is cut off follows the expected overlap for boxes only: without one the probabilities promise more
    /// than they hold (calibration in docs/quality.md), and what is likelier than not is the better mask.
    func candidate(for prompt: Prompt, in embedding: Embedding) -> Candidate {
        let places = Self.cells(of: embedding.frame, side: embedding.scanner.cells), scanner = embedding.scanner
        let isBoxed = prompt.box != nil
        guard let overlap = isBoxed ? largestOverlap(places) : expectedIoU(places, above: MaskScanner.threshold) else {
            return Candidate(index: 0, predictedIoU: stated, logits: logits, scan: scanner.scan(logits))
        }
        let threshold = isBoxed ? logf(overlap) : MaskScanner.threshold
        let raised = logits.map { $0 - threshold }
        return Candidate(
            index: 0, predictedIoU: (stated + overlap + agreement(places, threshold)) / 3, logits: raised,
            scan: scanner.scan(raised))
    }

    /// The largest overlap with the truth that the probabilities expect, were they right; nil where no cell is likelier
    /// than not.
    ///
    /// The mask above ln J of one overlap is the better one for it, so J rises until nothing changes (Dinkelbach, 1967).
    private func largestOverlap(_ places: [Int]) -> Float? {
        var best: Float?
        var threshold = MaskScanner.threshold
        while let overlap = expectedIoU(places, above: threshold), overlap > best ?? 0 {
            best = overlap
            threshold = logf(overlap)
        }
        return best
    }

    /// Of the mask above a logit: Σp on the mask over its area plus Σp beside it; nil for an empty mask.
    private func expectedIoU(_ places: [Int], above threshold: Float) -> Float? {
        var both: Float = 0, beside: Float = 0, area: Float = 0
        for logit in places.lazy.map({ logits[$0] }) {
            let p = 1 / (1 + expf(-logit))
            if logit > threshold {
                both += p
                area += 1
            } else {
                beside += p
            }
        }
        return area > 0 ? both / (area + beside) : nil
    }

    /// The weighted mean of the drawings' IoU with the mask above a logit of their mean.
    private func agreement(_ places: [Int], _ threshold: Float) -> Float {
        zip(masks, weights).reduce(0) { sum, drawing in
            var both = 0, either = 0
            for place in places {
                let here = drawing.0[place] > MaskScanner.threshold, mean = logits[place] > threshold
                if here && mean { both += 1 }
                if here || mean { either += 1 }
            }
            return sum + drawing.1 * Float(both) / Float(max(either, 1))
        }
    }

    /// The cells that show the picture; those beyond it do not count.
    private static func cells(of frame: ModelFrame, side: Int) -> [Int] {
        let columns = (side * frame.validWidth + frame.side - 1) / frame.side
        let rows = (side * frame.validHeight + frame.side - 1) / frame.side
        return (0..<rows).flatMap { row in (row * side)..<(row * side + columns) }
    }
}
