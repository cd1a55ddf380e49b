/// Keeps the best of boxes that overlap much, as torchvision's `nms` on a processor does.
public enum NonMaximumSuppression {
    /// - Parameters:
    ///   - boxes: their largest column and row count as sides, with no pixel added, as the original code does.
    ///   - threshold: a box goes when its intersection over union with a better one is above it. Boxes without area
    ///     have no such ratio and stay.
    /// - Returns: indices of the kept boxes by descending score; equal scores keep their order.
    public static func keep(_ boxes: [PixelBounds], scores: [Float], threshold: Double) -> [Int] {
        precondition(boxes.count == scores.count, "one score per box")
        let order = boxes.indices.sorted { a, b in scores[a] == scores[b] ? a < b : scores[a] > scores[b] }
        let left = order.map { Float(boxes[$0].minX) }, top = order.map { Float(boxes[$0].minY) }
        let right = order.map { Float(boxes[$0].maxX) }, bottom = order.map { Float(boxes[$0].maxY) }
        let area = order.indices.map { (right[$0] - left[$0]) * (bottom[$0] - top[$0]) }
        var isGone = [Bool](repeating: false, count: order.count)
        var kept: [Int] = []
        for i in order.indices where !isGone[i] {
            kept.append(order[i])
            for j in (i + 1)..<max(i + 1, order.count) where !isGone[j] {
                let width = max(0, min(right[i], right[j]) - max(left[i], left[j]))
                let height = max(0, min(bottom[i], bottom[j]) - max(top[i], top[j]))
                let common = width * height
                let ratio = common / (area[i] + area[j] - common)
                if Double(ratio) > threshold { isGone[j] = true }
            }
        }
        return kept
    }
}
