import Foundation

/// Several drawings of one object as one: their probabilities' mean, weighted by predicted IoU.
///
/// For the mask with the largest expected overlap, opinions are better mixed than chosen from: each errs elsewhere. The
/// weights are exp(predicted IoU / 0.1), scaled to a sum of 1, so that a mask which is thought worse by 0.1 counts 0.37.
/// How good the result is said to be comes from three sides that err differently (docs/quality.md): from the predicted
/// IoUs, from the overlap that the probabilities themselves expect, and from how far the drawings agree with their mean.
struct MeanMask {
    private static let temperature: Float = 0.1
    /// Beyond these logits a probability is 0 or 1 in single precision.
    private static let surest: Float = 16

    /// Row by row.
    let logits: [Float]
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

    func candidate(in embedding: Embedding) -> Candidate {
        let cells = embedding.scanner.cells, frame = embedding.frame
        let places = Self.cells(of: frame, side: cells)
        let predicted = expectedIoU(places).map { (stated + $0 + agreement(places)) / 3 }
        return Candidate(
            index: 0, predictedIoU: predicted ?? stated, logits: logits, scan: embedding.scanner.scan(logits))
    }

    /// The overlap with the truth that the probabilities expect, were they right: Σp on the mask over its area plus Σp
    /// beside it; nil for an empty mask.
    private func expectedIoU(_ places: [Int]) -> Float? {
        var both: Float = 0, beside: Float = 0, area: Float = 0
        for logit in places.lazy.map({ logits[$0] }) {
            let p = 1 / (1 + expf(-logit))
            if logit > MaskScanner.threshold {
                both += p
                area += 1
            } else {
                beside += p
            }
        }
        return area > 0 ? both / (area + beside) : nil
    }

    /// The weighted mean of the drawings' IoU with the mean.
    private func agreement(_ places: [Int]) -> Float {
        zip(masks, weights).reduce(0) { sum, drawing in
            var both = 0, either = 0
            for place in places {
                let here = drawing.0[place] > MaskScanner.threshold, mean = logits[place] > MaskScanner.threshold
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
