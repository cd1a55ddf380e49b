public import VipsamKit

/// Makes a clean set of objects: merges those that overlap or keeps the better, fills holes, drops specks, settles
/// overlaps, drops small ones.
///
/// In this order, on the working image's raster. Two objects are merged when `merge-overlap` of the smaller one lies
/// in the other; so a label joins its box. Of two that overlap so by `drop-overlap` only the one stays that wins by
/// `resolve` (by score without it): of a row of bottles and each bottle alone, what was drawn best; going from the best
/// down, an object is dropped when it overlaps one that stays (non-maximum suppression, here by the smaller area and
/// not by IoU, so that parts go as well). Holes and specks are regions of at most so many pixels that are not
/// connected (by sides and corners) with the rest; the largest piece of an object always stays. With `resolve` no pixel
/// belongs to two objects: it goes to the smaller one (`area`), the one with the better score, or the earlier one
/// (`order`). What is left of an object is dropped when both sides of its box are below `min-side`, or its area below
/// `min-area`.
public struct TidyObjects: Operation {
    public static let name = "tidy-objects"
    public static let summary = "Makes a clean set of objects: merges or chooses, fills holes, drops specks, settles overlaps."

    enum Resolve: String, CaseIterable { case none, area, score, order }

    let objects: Slot
    let mergeOverlap: Double?
    let dropOverlap: Double?
    let fillHoles: Length
    let dropSpecks: Length
    let minSide: Length
    let minArea: Length
    let resolve: Resolve

    public init(_ p: Parameters) throws {
        objects = p.slot("objects", .objects, "The objects to tidy.")
        mergeOverlap = p.optionalNumber(
            "merge-overlap", 0.01...1, "Merge two where at least this share of the smaller one lies in the other.")
        dropOverlap = p.optionalNumber(
            "drop-overlap", 0.01...1,
            "Keep only the better of two where at least this share of the smaller one lies in the other (see resolve).")
        fillHoles = p.length(
            "fill-holes", 0...1e9, or: .pixels(0), "Largest hole to fill: area in pixels of the working image, or % of the object's.")
        dropSpecks = p.length(
            "drop-specks", 0...1e9, or: .pixels(0), "Largest loose piece to drop: area, as fill-holes.")
        minSide = p.length(
            "min-side", 0...1e6, or: .pixels(0), "Drop objects whose sides are both shorter: pixels of the working image, or % of its longer side.")
        minArea = p.length(
            "min-area", 0...1e9, or: .pixels(0), "Drop objects that are smaller: pixels of the working image, or % of its area.")
        resolve = p.choice(
            "resolve", or: .none, "Who gets the pixels of two: the smaller, the better, or the earlier one. "
                + "drop-overlap goes by it too, by score where it is none.")
    }

    public var result: Kind? { .objects }

    public func apply(_ context: Context) throws -> Value? {
        let set = try context.objects(objects)
        guard !set.objects.isEmpty else { return .objects(set) }
        let raster = WorkingRaster(set)
        var shapes = try set.objects.map { try ObjectShape($0, raster) }
        if let mergeOverlap { shapes = ObjectMerger(overlap: mergeOverlap, raster: raster).merged(shapes) }
        if let dropOverlap { shapes = best(shapes, overlap: dropOverlap) }
        if fillHoles.value > 0 {
            shapes = shapes.map { $0.fillingHoles(upTo: area(fillHoles, of: Double($0.area)), raster) }
        }
        if dropSpecks.value > 0 {
            shapes = shapes.map { $0.droppingSpecks(upTo: area(dropSpecks, of: Double($0.area)), raster) }
        }
        if resolve != .none { shapes = resolved(shapes, raster) }
        let whole = Double(raster.width) * Double(raster.height)
        let side = minSide.unit == .percent
            ? minSide.value / 100 * Double(max(raster.width, raster.height)) : minSide.value
        let least = area(minArea, of: whole)
        let kept = shapes.filter { shape in
            guard let box = shape.box else { return false }
            return box.longerSide >= side && Double(shape.area) >= least
        }
        return .objects(set.with(kept.map { $0.object(on: raster) }))
    }

    private func area(_ length: Length, of whole: Double) -> Double {
        length.unit == .percent ? length.value / 100 * whole : length.value
    }

    /// Whoever overlaps nobody better that stays; the order of the set stays.
    private func best(_ shapes: [ObjectShape], overlap: Double) -> [ObjectShape] {
        var kept: [Int] = []
        for index in ranked(shapes, by: resolve == .none ? .score : resolve) {
            let isFree = !kept.contains { shapes[$0].overlaps(shapes[index], by: overlap) }
            if isFree { kept.append(index) }
        }
        return kept.sorted().map { shapes[$0] }
    }

    private func ranked(_ shapes: [ObjectShape], by rule: Resolve) -> [Int] {
        shapes.indices.sorted { a, b in
            switch rule {
            case .area where shapes[a].area != shapes[b].area: shapes[a].area < shapes[b].area
            case .score where shapes[a].score != shapes[b].score: shapes[a].score > shapes[b].score
            case .none, .order, .area, .score: a < b
            }
        }
    }

    /// Each shape without those that come before it by rank; the order of the set stays.
    private func resolved(_ shapes: [ObjectShape], _ raster: WorkingRaster) -> [ObjectShape] {
        let ranks = ranked(shapes, by: resolve)
        var result = shapes
        for (rank, index) in ranks.enumerated() {
            let stronger = ranks[..<rank].filter { shapes[$0].overlaps(shapes[index]) }.map { shapes[$0] }
            if !stronger.isEmpty { result[index] = result[index].without(stronger, raster) }
        }
        return result
    }
}
