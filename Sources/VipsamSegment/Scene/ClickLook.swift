import Foundation
import VipsamKit

/// A lone click looked at from several distances: in the whole picture, and in crops around it.
///
/// One click does not say how large a thing is meant, and a small network draws what fills a good part of its input
/// best: every distance has its own answers. Of all of them the surest that differ are taken; one of the whole
/// picture is always among them. From near a part looks like a whole, so the nearer, the less a mask is trusted
/// (measured: docs/quality.md).
struct ClickLook {
    /// A mask with the part of the picture that was seen.
    struct Found {
        let candidate: Candidate
        let part: PixelRect
        /// On the whole picture.
        let runs: RunLengths
        /// Predicted IoU, lowered for nearness.
        let trust: Float
    }

    /// Masks that overlap a surer one by so much (IoU) say nothing new.
    private static let sameFrom = 0.6
    private static let most = 3
    /// What a mask loses of its predicted IoU with every halving of the part that was seen.
    private static let lossPerHalving: Float = 0.1

    private let prompted: PromptedPicture

    init(_ prompted: PromptedPicture) { self.prompted = prompted }

    /// Up to three masks, the surest first, or the one that is chosen of them.
    func masks(at click: Click, choosing choice: CandidateChoice) -> [Found] {
        let found = distinct(all(click))
        switch choice {
        case .three, .single, .mean: return found
        case .best: return Array(found.prefix(1))
        case .largest: return found.max { $0.runs.area < $1.runs.area }.map { [$0] } ?? []
        case .smallest: return found.min { $0.runs.area < $1.runs.area }.map { [$0] } ?? []
        }
    }

    /// Three masks from every distance.
    private func all(_ click: Click) -> [Found] {
        let width = prompted.picture.width, height = prompted.picture.height
        let predictor = prompted.model.predictor
        return ([prompted.whole] + prompted.look.crops(around: click.point, width: width, height: height)).flatMap { part in
            let seen = part == prompted.whole
                ? prompted.embedding
                : predictor.embed(prompted.cropped(part), threads: prompted.threads, keeps: false)
            return predictor.candidates(
                for: Prompt(clicks: [click]).moved(by: part), in: seen, choosing: .three, threads: prompted.threads
            ).map {
                Found(
                    candidate: $0, part: part,
                    runs: $0.scan.runs.placed(x: part.x, y: part.y, inWidth: width, height: height),
                    trust: $0.predictedIoU - Self.lossPerHalving * halvings(part))
            }
        }
    }

    private func halvings(_ part: PixelRect) -> Float {
        let whole = prompted.whole
        return log2(Float(max(whole.width, whole.height)) / Float(max(part.width, part.height, 1)))
    }

    /// The surest masks that differ, the last one of the whole picture if no other is, filled up with the
    /// surest of the rest; empty ones only where there are no others.
    private func distinct(_ all: [Found]) -> [Found] {
        let some = all.filter { $0.runs.area > 0 }
        let ranked = (some.isEmpty ? all : some).enumerated().sorted {
            ($1.element.trust, $0.offset) < ($0.element.trust, $1.offset)
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
