package import VipsamKit
package import VipsamTensor

/// A mask that the model drew on a picture, or on a crop of it when it looked closer.
package struct SeenMask: Sendable {
    /// On the whole picture.
    package let runs: RunLengths
    /// Of the part that was seen.
    package let logits: MaskLogits
    package let part: PixelRect
    /// Side of the square in which the part lay, in pixels.
    package let inputSide: Int
    package let predictedIoU: Float
    package let stability: Float
}

/// A picture with its embedding, ready for prompts: the one way from a prompt to masks, with a closer
/// look where the checkpoint asks for it. Steps and `vipsam eval` go the same way.
package struct PromptedPicture: Sendable {
    /// A second look at a subject is believed when it overlaps the first by so much (IoU).
    private static let agreement = 0.5

    package let picture: RGBRaster
    package let embedding: Embedding
    package let model: LoadedModel
    package let look: CloserLook
    package let threads: Threads

    package init(
        _ picture: RGBRaster, _ embedding: Embedding, by model: LoadedModel, look: CloserLook, threads: Threads
    ) {
        self.picture = picture
        self.embedding = embedding
        self.model = model
        self.look = look
        self.threads = threads
    }

    /// The masks of one prompt; a box is looked at from near where that shows more, clicks from several
    /// distances (their masks are then the best first).
    ///
    /// - Parameter prompt: in pixels of the picture.
    package func masks(for prompt: Prompt, choosing choice: CandidateChoice) -> [SeenMask] {
        if !look.clickCrops.isEmpty, prompt.isForClickLook(choosing: choice) {
            return ClickLook(self).masks(at: prompt.clicks, choosing: choice).map {
                mask($0.candidate, box: nil, in: $0.part, trust: $0.trust)
            }
        }
        var part = whole, seen = embedding
        if let box = prompt.box,
            let crop = look.crop(around: box, width: picture.width, height: picture.height)
        {
            part = crop
            seen = model.predictor.embed(cropped(crop), threads: threads, keeps: false)
        }
        if choice == .mean, prompt.box != nil, look.mirrors {
            let both = MirroredLook(model.predictor, threads).candidate(
                for: prompt.moved(by: part), in: seen, of: cropped(part))
            return [mask(both, box: prompt.box, in: part)]
        }
        return model.predictor.candidates(
            for: prompt.moved(by: part), in: seen, choosing: choice, threads: threads
        ).map { mask($0, box: prompt.box, in: part) }
    }

    /// What the picture is about; nil when nothing suits.
    ///
    /// - Returns: the mask, and the point of the grid that found it, if one did.
    package func subject() -> (mask: SeenMask, point: Point?)? {
        guard let (first, point) = firstSubject() else { return nil }
        if look.zoom != nil, let box = first.scan.runs.box,
            let second = masks(for: Prompt(box: box), choosing: MaskChoice.auto.candidates(for: Prompt(box: box), by: model))
                .first,
            second.runs.overlap(first.scan.runs) >= Self.agreement
        {
            return (second, point)
        }
        return (mask(first, box: nil, in: whole), point)
    }

    /// A model that was trained to answer without a prompt is asked so; others get a grid of points.
    private func firstSubject() -> (Candidate, Point?)? {
        let finder = SubjectFinder(model.predictor)
        if model.answersWithoutPrompt {
            // The single mask is the best answer to no prompt (measured: docs/quality.md); the others are for when it
            // is no subject.
            if let single = singleAnswer(), finder.isSubject(single.logits, in: embedding) { return (single, nil) }
            let surest = model.predictor
                .candidates(for: Prompt(), in: embedding, choosing: .three, threads: threads)
                .filter { finder.isSubject($0.logits, in: embedding) }
                .max { $0.predictedIoU < $1.predictedIoU }
            if let surest { return (surest, nil) }
        }
        return finder.subject(in: embedding, threads: threads).map { ($0.candidate, $0.point) }
    }

    /// The model's single mask for no prompt, of both ways to see the picture where it is looked at in a mirror.
    private func singleAnswer() -> Candidate? {
        guard !look.mirrors else {
            return MirroredLook(model.predictor, threads)
                .candidate(for: Prompt(), in: embedding, of: picture, masks: 0...0)
        }
        return model.predictor.candidates(for: Prompt(), in: embedding, choosing: .single, threads: threads).first
    }

    /// A candidate as it is, without a closer look.
    package static func plain(_ candidate: Candidate, by model: LoadedModel) -> SeenMask {
        let runs = candidate.scan.runs
        return SeenMask(
            runs: runs, logits: MaskLogits(candidate.logits, side: model.predictor.model.maskSide),
            part: PixelRect(x: 0, y: 0, width: runs.width, height: runs.height),
            inputSide: model.predictor.model.inputSide, predictedIoU: candidate.predictedIoU,
            stability: candidate.scan.stability)
    }

    var whole: PixelRect { PixelRect(x: 0, y: 0, width: picture.width, height: picture.height) }

    func cropped(_ part: PixelRect) -> RGBRaster {
        picture.cropped(x: part.x, y: part.y, width: part.width, height: part.height)
    }

    /// - Parameters:
    ///   - part: what the model saw of the picture.
    ///   - trust: the predicted IoU to tell; nil for the model's own.
    private func mask(_ candidate: Candidate, box: Box?, in part: PixelRect, trust: Float? = nil) -> SeenMask {
        var logits = candidate.logits, cells = model.predictor.model.maskSide
        var inputSide = model.predictor.model.inputSide, runs = candidate.scan.runs
        if look.cuts,
            let cut = look.cut(
                logits, cells: cells, inputSide: inputSide, in: cropped(part), box: box.map { $0.moved(by: part) },
                threads: threads)
        {
            (logits, cells, inputSide) = (cut.logits, cut.side, cut.side)
            let frame = ModelFrame(width: part.width, height: part.height, side: cut.side)
            runs = MaskScanner(frame, cells: cut.side).scan(logits).runs
        }
        return SeenMask(
            runs: runs.placed(x: part.x, y: part.y, inWidth: picture.width, height: picture.height),
            logits: MaskLogits(logits, side: cells), part: part, inputSide: inputSide,
            predictedIoU: trust ?? candidate.predictedIoU, stability: candidate.scan.stability)
    }
}

extension Box {
    fileprivate func moved(by part: PixelRect) -> Box {
        Box(x: x - Double(part.x), y: y - Double(part.y), width: width, height: height)
    }
}

extension Prompt {
    /// Clicks and nothing else, one of them on the object. Of a lone click the single mask is the model's own.
    fileprivate func isForClickLook(choosing choice: CandidateChoice) -> Bool {
        box == nil && clicks.contains(where: \.isForeground) && (clicks.count > 1 || choice != .single)
    }

    /// The same prompt in pixels of a part of the picture.
    func moved(by part: PixelRect) -> Prompt {
        Prompt(
            clicks: clicks.map {
                Click(
                    Point(x: $0.point.x - Double(part.x), y: $0.point.y - Double(part.y)),
                    isForeground: $0.isForeground)
            },
            box: box.map { $0.moved(by: part) }, label: label)
    }
}
