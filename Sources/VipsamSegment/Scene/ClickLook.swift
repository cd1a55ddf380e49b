import Foundation
import VipsamKit

/// Clicks looked at from several distances: in the whole picture, and in crops around them.
///
/// One click does not say how large a thing is meant, and a small network draws what fills a good part of its input
/// best: every distance has its own answers. Of all of them the surest that differ are taken; one of the whole
/// picture is always among them. From near a part looks like a whole, so the nearer, the less a mask is trusted
/// (measured: docs/quality.md), and one that a crop cuts off counts less too. Several clicks say more about the size:
/// every distance is trusted alike then, and the mask that is right at most of them comes first.
struct ClickLook {
    /// A mask with the part of the picture that was seen.
    struct Found {
        let candidate: Candidate
        let part: PixelRect
        /// On the whole picture.
        let runs: RunLengths
        /// Predicted IoU, lowered for what speaks against the mask.
        let trust: Float
        /// At how many clicks the mask is right.
        let obeyed: Int
    }

    /// Masks that overlap a surer one by so much (IoU) say nothing new.
    private static let sameFrom = 0.6
    private static let most = 3
    /// What a mask of one click loses of its predicted IoU with every halving of the part that was seen.
    private static let lossPerHalving: Float = 0.1

    /// What a mask loses when it is cut off at a side of a crop.
    private static let lossOfCutOff: Float = 0.2
    /// Masks that come so near to a side of a crop, in pixels, end there.
    private static let nearSide = 2

    private let prompted: PromptedPicture

    init(_ prompted: PromptedPicture) { self.prompted = prompted }

    /// Up to three masks, the best first, or the one that is chosen of them.
    ///
    /// - Parameter clicks: in pixels of the picture, at least one of them on the object.
    func masks(at clicks: [Click], choosing choice: CandidateChoice) -> [Found] {
        let found = distinct(all(clicks))
        switch choice {
        case .three: return found
        case .best, .single, .mean: return Array(found.prefix(1))
        case .largest: return found.max { $0.runs.area < $1.runs.area }.map { [$0] } ?? []
        case .smallest: return found.min { $0.runs.area < $1.runs.area }.map { [$0] } ?? []
        }
    }

    /// The masks from every distance: three, and the single one as well where there are several clicks.
    private func all(_ clicks: [Click]) -> [Found] {
        let width = prompted.picture.width, height = prompted.picture.height
        let predictor = prompted.model.predictor
        let center = Box(around: clicks.filter(\.isForeground).map(\.point))
        let near = center.map { prompted.look.crops(around: $0, width: width, height: height) } ?? []
        return ([prompted.whole] + near).flatMap { part in
            let seen = part == prompted.whole
                ? prompted.embedding
                : predictor.embed(prompted.cropped(part), threads: prompted.threads, keeps: false)
            let prompt = Prompt(clicks: clicks.filter { part.contains($0.point) }).moved(by: part)
            let choices: [CandidateChoice] = clicks.count > 1 ? [.three, .single] : [.three]
            let loss = clicks.count > 1 ? 0 : Self.lossPerHalving * halvings(part)
            return choices.flatMap {
                predictor.candidates(for: prompt, in: seen, choosing: $0, threads: prompted.threads)
            }.map { candidate in
                let runs = candidate.scan.runs.placed(x: part.x, y: part.y, inWidth: width, height: height)
                let bounds = candidate.scan.runs.bounds
                let isCutOff = bounds.isCutOff(by: part, of: prompted.whole, tolerance: Self.nearSide)
                let cutOff = isCutOff ? Self.lossOfCutOff : 0
                return Found(
                    candidate: candidate, part: part, runs: runs, trust: candidate.predictedIoU - loss - cutOff,
                    obeyed: clicks.count { runs.contains($0.point) == $0.isForeground })
            }
        }
    }

    private func halvings(_ part: PixelRect) -> Float {
        let whole = prompted.whole
        return log2(Float(max(whole.width, whole.height)) / Float(max(part.width, part.height, 1)))
    }

    /// The best masks that differ, the last one of the whole picture if no other is, filled up with the
    /// best of the rest; empty ones only where there are no others.
    private func distinct(_ all: [Found]) -> [Found] {
        let some = all.filter { $0.runs.area > 0 }
        let ranked = (some.isEmpty ? all : some).enumerated().sorted {
            ($1.element.obeyed, $1.element.trust, $0.offset) < ($0.element.obeyed, $0.element.trust, $1.offset)
        }.map(\.element)
        var kept: [Found] = [], rest: [Found] = []
        for mask in ranked {
            if kept.contains(where: { $0.runs.overlap(mask.runs) >= Self.sameFrom }) {
                rest.append(mask)
            } else {
                kept.append(mask)
            }
        }
        let chosen = (kept + rest).prefix(Self.most)
        guard !chosen.contains(where: { $0.part == prompted.whole }),
            let whole = kept.first(where: { $0.part == prompted.whole })
        else { return Array(chosen) }
        return chosen.dropLast() + [whole]
    }
}

extension PixelRect {
    fileprivate func contains(_ point: Point) -> Bool {
        point.x >= Double(x) && point.x < Double(maxX) && point.y >= Double(y) && point.y < Double(maxY)
    }
}

extension Box {
    /// The smallest box around points; nil without any.
    fileprivate init?(around points: [Point]) {
        guard let first = points.first else { return nil }
        self = points.dropFirst().reduce(Box(x: first.x, y: first.y, width: 0, height: 0)) { box, point in
            box.union(Box(x: point.x, y: point.y, width: 0, height: 0))
        }
    }
}
