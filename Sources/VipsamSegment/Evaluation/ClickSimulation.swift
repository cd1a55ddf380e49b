import VipsamKit

/// Where a patient user would click: in the middle of what is wrong most.
enum ClickSimulation {
    /// The first click: the place inside an object that is farthest from its edge.
    static func first(on truth: [UInt8], width: Int, height: Int) -> Click? {
        innermost(truth, width, height).map { Click($0) }
    }

    /// The next click, in the largest connected region where the mask is wrong; nil when nothing is.
    static func next(mask: [UInt8], truth: [UInt8], ignored: [UInt8]?, width: Int, height: Int) -> Click? {
        func wrong(_ isMissing: Bool) -> (region: [UInt8], area: Int)? {
            let map = mask.indices.map { index -> UInt8 in
                if ignored?[index] == 1 { return 0 }
                return mask[index] == (isMissing ? 0 : 1) && truth[index] == (isMissing ? 1 : 0) ? 1 : 0
            }
            let components = RunComponents(RunLengths(bytes: map, width: width, height: height), ofBackground: false)
            guard !components.areas.isEmpty else { return nil }
            let largest = components.largest
            var region = [UInt8](repeating: 0, count: map.count)
            for (index, run) in components.runs.enumerated() where components.labels[index] == largest {
                for y in run.from..<run.to { region[y * width + run.column] = 1 }
            }
            return (region, components.areas[largest])
        }
        let missing = wrong(true), extra = wrong(false)
        let isMissing = (missing?.area ?? 0) >= (extra?.area ?? 0)
        guard let region = isMissing ? missing?.region : extra?.region else { return nil }
        return innermost(region, width, height).map { Click($0, isForeground: isMissing) }
    }

    /// The pixel of a region that is farthest from everything outside it, the picture's border included.
    private static func innermost(_ region: [UInt8], _ width: Int, _ height: Int) -> Point? {
        let runs = RunLengths(bytes: region, width: width, height: height)
        guard runs.box != nil else { return nil }
        let box = runs.bounds
        // Only the region's box, with a frame of one pixel around it that counts as outside.
        let wide = box.maxX - box.minX + 3, high = box.maxY - box.minY + 3
        var outside = [UInt8](repeating: 1, count: wide * high)
        for y in box.minY...box.maxY {
            for x in box.minX...box.maxX where region[y * width + x] == 1 {
                outside[(y - box.minY + 1) * wide + x - box.minX + 1] = 0
            }
        }
        let distances = DistanceTransform.squared(outside, width: wide, height: high)
        guard let best = distances.indices.max(by: { distances[$0] < distances[$1] }) else { return nil }
        return Point(x: Double(box.minX + best % wide - 1), y: Double(box.minY + best / wide - 1))
    }
}
