import VipsamKit
public import VipsamTensor

/// Finds everything in a picture: prompts it with a grid of points and keeps what is good and not a repetition.
///
/// Filters and their order are those of the original SamAutomaticMaskGenerator; results are the same up to float
/// rounding, whatever the number of threads. Scores are looked at before masks are made, which changes only time.
public struct MaskGenerator: Sendable {
    /// A box that comes this near to a side of a crop, in pixels, is taken for cut off there.
    private static let edgeTolerance = 20
    /// The same where masks are ranked across crops, which small photos have crops of few pixels for.
    private static let narrowEdgeTolerance = 2

    /// The masks of an ambiguous prompt.
    private static let masks = 1..<4

    public let predictor: Predictor
    public let options: Options

    public init(_ predictor: Predictor, options: Options = Options()) {
        self.predictor = predictor
        self.options = options
    }

    /// - Parameters:
    ///   - whole: the embedding of the whole picture, where there is one already.
    ///   - progress: called from any thread with the prompts that are done and their number.
    /// - Returns: the masks in the original code's order.
    public func generate(
        _ picture: RGBRaster, whole: Embedding? = nil, threads: Threads,
        progress: (@Sendable (_ done: Int, _ all: Int) -> Void)? = nil
    ) -> [FoundMask] {
        let crops = CropLayout.crops(
            width: picture.width, height: picture.height, layers: options.cropLayers,
            overlap: options.cropOverlapRatio)
        let counter = PromptCounter(
            all: crops.reduce(0) { sum, crop in
                let side = options.pointsPerSide(layer: crop.layer)
                return sum + side * side
            }, report: progress)
        var found: [FoundMask] = []
        for crop in crops {
            found += masks(in: crop, of: picture, whole: whole, threads, counter)
        }
        if crops.count > 1 {
            let scores = options.most == nil ? found.map { 1 / Float($0.crop.area) } : found.map(worth)
            found = NonMaximumSuppression.keep(
                found.map(\.bounds), scores: scores, threshold: options.cropNMSThreshold
            ).map { found[$0] }
        }
        if let most = options.most, found.count > most {
            let ranked = found.indices.sorted { (worth(found[$1]), $0) < (worth(found[$0]), $1) }
            found = ranked.prefix(most).sorted().map { found[$0] }
        }
        return options.minMaskRegionArea > 0 ? withoutSmallRegions(found, threads) : found
    }

    /// What masks are ranked by.
    private func worth(_ mask: FoundMask) -> Float { worth(mask.predictedIoU, mask.stability) }

    private func worth(_ predictedIoU: Float, _ stability: Float) -> Float {
        guard options.most != nil else { return predictedIoU }
        return predictedIoU * (stability.isFinite ? stability : 0)
    }

    /// A mask that passed the thresholds, before it is known whether it repeats another one: its pixels are worked out
    /// again from the logits if it stays.
    private struct Survivor {
        let bounds: PixelBounds
        let predictedIoU: Float, stability: Float
        let point: Point
        let logits: MaskLogits
    }

    private func masks(
        in crop: CropLayout.Crop, of picture: RGBRaster, whole: Embedding?, _ threads: Threads,
        _ counter: PromptCounter
    ) -> [FoundMask] {
        let rect = crop.rect
        let embedding: Embedding
        if crop.layer == 0, let whole {
            embedding = whole
        } else {
            let part = picture.cropped(x: rect.x, y: rect.y, width: rect.width, height: rect.height)
            embedding = predictor.embed(part, threads: threads)
        }
        let points = PointGrid.points(side: options.pointsPerSide(layer: crop.layer)).map {
            Point(x: $0.x * Double(rect.width), y: $0.y * Double(rect.height))
        }
        let size = PixelRect(x: 0, y: 0, width: picture.width, height: picture.height)
        let slots = Slots<[Survivor]>(count: points.count, [])
        embedding.prepared.decode(
            points.map { embedding.frame.prompt(Prompt(clicks: [Click($0)])) }, among: Self.masks, threads: threads,
            choose: { _, scores in
                counter.advance()
                return wanted(scores)
            },
            take: { index, scores, logits in
                slots[index] = survivors(at: points[index], scores, logits, in: embedding, rect, size)
            })
        let found = slots.values.flatMap { $0 }
        let kept = NonMaximumSuppression.keep(
            found.map(\.bounds), scores: found.map { worth($0.predictedIoU, $0.stability) },
            threshold: options.boxNMSThreshold)
        return threads.map(kept.count) { index in
            let mask = found[kept[index]]
            return FoundMask(
                runs: embedding.scanner.scan(mask.logits.grid).runs, bounds: mask.bounds,
                predictedIoU: mask.predictedIoU, stability: mask.stability, point: mask.point, crop: rect,
                logits: mask.logits
            ).moved(by: rect, in: size)
        }
    }

    /// The masks that are sure enough, before they are made.
    private func wanted(_ scores: [Float]) -> [Int] {
        Self.masks.filter { options.predIoUThreshold <= 0 || scores[$0] > Float(options.predIoUThreshold) }
    }

    /// Up to three masks of one point; places are still those of the crop.
    private func survivors(
        at point: Point, _ scores: [Float], _ logits: [[Float]], in embedding: Embedding, _ rect: PixelRect,
        _ picture: PixelRect
    ) -> [Survivor] {
        let tolerance = options.most == nil ? Self.edgeTolerance : Self.narrowEdgeTolerance
        return zip(wanted(scores), logits).compactMap { index, logits in
            let scan = embedding.scanner.measure(logits, offset: Float(options.stabilityScoreOffset))
            guard
                options.stabilityScoreThreshold <= 0
                    || scan.stability >= Float(options.stabilityScoreThreshold),
                !scan.box.isCutOff(by: rect, of: picture, tolerance: tolerance)
            else { return nil }
            return Survivor(
                bounds: scan.box, predictedIoU: scores[index], stability: scan.stability, point: point,
                logits: MaskLogits(logits, side: embedding.scanner.cells))
        }
    }

    /// Changed masks lose against unchanged ones when they turn out to be repetitions.
    private func withoutSmallRegions(_ found: [FoundMask], _ threads: Threads) -> [FoundMask] {
        let cleaned = threads.map(found.count) { index in
            let filled = SmallRegions.fillingHoles(of: found[index].runs, below: options.minMaskRegionArea)
            let kept = SmallRegions.removingIslands(of: filled.mask, below: options.minMaskRegionArea)
            var mask = found[index]
            let isChanged = filled.changed || kept.changed
            if isChanged {
                mask.runs = kept.mask
                mask.bounds = kept.mask.bounds
                mask.logits = nil
            }
            return (mask: mask, isChanged: isChanged)
        }
        return NonMaximumSuppression.keep(
            cleaned.map(\.mask.bounds), scores: cleaned.map { $0.isChanged ? 0 : 1 },
            threshold: max(options.boxNMSThreshold, options.cropNMSThreshold)
        ).map { cleaned[$0].mask }
    }
}

extension FoundMask {
    /// From a crop to the whole picture.
    fileprivate func moved(by rect: PixelRect, in picture: PixelRect) -> FoundMask {
        FoundMask(
            runs: runs.placed(x: rect.x, y: rect.y, inWidth: picture.width, height: picture.height),
            bounds: PixelBounds(
                minX: bounds.minX + rect.x, minY: bounds.minY + rect.y, maxX: bounds.maxX + rect.x,
                maxY: bounds.maxY + rect.y),
            predictedIoU: predictedIoU, stability: stability,
            point: Point(x: point.x + Double(rect.x), y: point.y + Double(rect.y)), crop: rect, logits: logits)
    }
}

extension RunLengths {
    /// The original code's box of a mask: all zero for an empty one.
    var bounds: PixelBounds {
        guard let box else { return .zero }
        return PixelBounds(
            minX: Int(box.x), minY: Int(box.y), maxX: Int(box.maxX) - 1, maxY: Int(box.maxY) - 1)
    }
}
