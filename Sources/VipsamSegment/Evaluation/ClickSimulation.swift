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
        // A frame of one pixel around the picture counts as outside.
        let wide = width + 2
        var outside = [UInt8](repeating: 1, count: wide * (height + 2))
        for y in 0..<height {
            for x in 0..<width where region[y * width + x] == 1 { outside[(y + 1) * wide + x + 1] = 0 }
        }
        let distances = DistanceTransform.squared(outside, width: wide, height: height + 2)
        var best = 0.0
        var place: Point?
        for y in 0..<height {
            for x in 0..<width where distances[(y + 1) * wide + x + 1] > best {
                best = distances[(y + 1) * wide + x + 1]
                place = Point(x: Double(x), y: Double(y))
            }
        }
        return place
    }
}
