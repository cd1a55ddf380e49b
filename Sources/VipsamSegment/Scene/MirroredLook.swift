import VipsamKit
import VipsamTensor

/// A prompt answered twice, the second time with the picture seen in a mirror; the mean of all masks.
///
/// A thing is the same thing in a mirror, but a small network draws it with other mistakes (measured: docs/quality.md).
struct MirroredLook {
    private let predictor: Predictor
    private let threads: Threads

    init(_ predictor: Predictor, _ threads: Threads) {
        self.predictor = predictor
        self.threads = threads
    }

    /// - Parameters:
    ///   - prompt: in pixels of the picture.
    ///   - embedding: of the picture.
    ///   - masks: which of the model's four count.
    func candidate(
        for prompt: Prompt, in embedding: Embedding, of picture: RGBRaster, masks: ClosedRange<Int> = 0...3
    ) -> Candidate {
        let mirror = predictor.embed(picture.mirrored(), threads: threads, keeps: false)
        let own = predictor.drawings(for: prompt, in: embedding, threads: threads)
        let other = predictor.drawings(for: prompt.mirrored(width: picture.width), in: mirror, threads: threads)
        let theirs = other.logits[masks].map { turned($0, embedding.frame) }
        return MeanMask(own.logits[masks] + theirs, Array(own.scores[masks] + other.scores[masks]))
            .candidate(in: embedding)
    }

    /// Logits of the mirrored picture for the picture: where mirrored cells do not meet cells, between their centres.
    private func turned(_ logits: [Float], _ frame: ModelFrame) -> [Float] {
        let cells = predictor.model.maskSide
        let valid = Float(cells) * Float(frame.validWidth) / Float(frame.side)
        var result = logits
        for x in 0..<cells {
            let place = min(max(valid - 1 - Float(x), 0), Float(cells - 1))
            let low = Int(place), high = min(low + 1, cells - 1), part = place - Float(low)
            for row in stride(from: 0, to: cells * cells, by: cells) {
                result[row + x] = logits[row + low] * (1 - part) + logits[row + high] * part
            }
        }
        return result
    }
}

extension Prompt {
    /// The same prompt on the picture's mirror image.
    fileprivate func mirrored(width: Int) -> Prompt {
        // A click names a pixel, a box its sides.
        let clicks = clicks.map {
            Click(Point(x: Double(width) - 1 - $0.point.x, y: $0.point.y), isForeground: $0.isForeground)
        }
        let box = box.map { Box(x: Double(width) - $0.maxX, y: $0.y, width: $0.width, height: $0.height) }
        return Prompt(clicks: clicks, box: box, label: label)
    }
}
