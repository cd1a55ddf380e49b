public import VipsamKit
public import VipsamTensor

/// Finds what a picture is about when nobody points at it: the best object that a grid of points in the middle hits.
///
/// Each point gives three masks. A mask is worth its predicted IoU × its stability × how near its centre is to the
/// middle. What covers less than 2 % or more than 90 % of the picture, or touches more than two of its borders, is no
/// subject.
public struct SubjectFinder: Sendable {
    /// Points along one side of the grid, and the part of the picture that it spans.
    static let side = 5
    static let span = 0.6
    /// Fraction of the picture that a subject covers.
    static let areas: ClosedRange<Double> = 0.02...0.9
    static let mostBorders = 2

    public let predictor: Predictor

    public init(_ predictor: Predictor) { self.predictor = predictor }

    /// - Returns: the subject's mask and the point that found it, in pixels of the picture; nil when there is none.
    public func subject(in embedding: Embedding, threads: Threads) -> (candidate: Candidate, point: Point)? {
        let frame = embedding.frame
        let points = (0..<(Self.side * Self.side)).map { index in
            Point(x: place(index % Self.side) * Double(frame.width), y: place(index / Self.side) * Double(frame.height))
        }
        let slots = Slots<Proposal?>(count: points.count, nil)
        embedding.prepared.decode(
            points.map { frame.prompt(Prompt(clicks: [Click($0)])) }, among: 1..<4, threads: threads,
            choose: { _, _ in [1, 2, 3] },
            take: { index, scores, masks in slots[index] = best(scores, masks, in: embedding) })
        let proposals = slots.values
        var winner: Proposal?
        var found: Point?
        for (point, proposal) in zip(points, proposals) {
            guard let proposal, proposal.worth > (winner?.worth ?? 0) else { continue }
            winner = proposal
            found = point
        }
        guard let winner, let found else { return nil }
        let scan = embedding.scanner.scan(winner.logits)
        guard scan.area > 0 else { return nil }
        return (
            Candidate(index: winner.index, predictedIoU: winner.score, logits: winner.logits, scan: scan), found
        )
    }

    /// Whether a mask covers as much and touches as few borders as a subject does.
    func isSubject(_ logits: [Float], in embedding: Embedding) -> Bool {
        let shape = CoarseShape(logits, cells: embedding.scanner.cells, frame: embedding.frame)
        return Self.areas.contains(shape.fraction) && shape.borders <= Self.mostBorders
    }

    private struct Proposal: Sendable {
        var worth: Double
        var index: Int
        var score: Float
        var logits: [Float]
    }

    private func place(_ index: Int) -> Double {
        0.5 - Self.span / 2 + Self.span * Double(index) / Double(Self.side - 1)
    }

    private func best(_ scores: [Float], _ masks: [[Float]], in embedding: Embedding) -> Proposal? {
        var best: Proposal?
        for (index, logits) in zip([1, 2, 3], masks) {
            let shape = CoarseShape(logits, cells: embedding.scanner.cells, frame: embedding.frame)
            guard Self.areas.contains(shape.fraction), shape.borders <= Self.mostBorders else { continue }
            let worth = Double(scores[index]) * shape.stability * shape.centrality
            if worth > (best?.worth ?? 0) {
                best = Proposal(worth: worth, index: index, score: scores[index], logits: logits)
            }
        }
        return best
    }
}

/// A mask's shape on the grid of low-resolution logits: enough to choose, without a full-size mask.
struct CoarseShape {
    /// Part of the picture that is covered.
    private(set) var fraction = 0.0
    /// Sides of the picture that are touched along more than a tenth of their length.
    private(set) var borders = 0
    private(set) var stability = 0.0
    /// 1 in the middle, 0 in a corner.
    private(set) var centrality = 0.0

    init(_ logits: [Float], cells: Int, frame: ModelFrame) {
        // The cells that hold the picture; the padding does not count.
        let columns = max(1, Int((Double(cells * frame.validWidth) / Double(frame.side)).rounded()))
        let rows = max(1, Int((Double(cells * frame.validHeight) / Double(frame.side)).rounded()))
        var on = 0, raised = 0, lowered = 0, sumX = 0, sumY = 0
        var left = 0, right = 0, top = 0, bottom = 0
        for y in 0..<rows {
            for x in 0..<columns {
                let logit = logits[y * cells + x]
                if logit > 1 { raised += 1 }
                if logit > -1 { lowered += 1 }
                guard logit > 0 else { continue }
                on += 1
                sumX += x
                sumY += y
                if x == 0 { left += 1 }
                if x == columns - 1 { right += 1 }
                if y == 0 { top += 1 }
                if y == rows - 1 { bottom += 1 }
            }
        }
        guard on > 0 else { return }
        fraction = Double(on) / Double(columns * rows)
        stability = lowered > 0 ? Double(raised) / Double(lowered) : 0
        borders = [(left, rows), (right, rows), (top, columns), (bottom, columns)].count { $0 * 10 > $1 }
        let x = (Double(sumX) / Double(on) + 0.5) / Double(columns) - 0.5
        let y = (Double(sumY) / Double(on) + 0.5) / Double(rows) - 0.5
        centrality = 1 - min(1, (2 * (x * x + y * y)).squareRoot())
    }
}
