/// How well a mask agrees with the true one. Masks are rows of 0 and 1 of one size.
enum MaskMeasures {
    /// Boundaries that lie nearer than this part of the diagonal agree (Csurka et al. 2013; DAVIS uses 0.8 %).
    static let boundaryTolerance = 0.0075

    /// Intersection over union, outside the ignored pixels; 1 for two empty masks.
    static func overlap(_ mask: [UInt8], _ truth: [UInt8], ignored: [UInt8]? = nil) -> Double {
        var common = 0, either = 0
        for index in mask.indices where ignored?[index] != 1 {
            common += Int(mask[index] & truth[index])
            either += Int(mask[index] | truth[index])
        }
        return either == 0 ? 1 : Double(common) / Double(either)
    }

    /// The harmonic mean of the boundary's precision and recall.
    static func boundaryScore(_ mask: [UInt8], _ truth: [UInt8], width: Int, height: Int) -> Double {
        let found = boundary(mask, width, height), true_ = boundary(truth, width, height)
        let countFound = found.count { $0 == 1 }, countTrue = true_.count { $0 == 1 }
        guard countFound > 0, countTrue > 0 else { return countFound == countTrue ? 1 : 0 }
        let diagonal = Double(width * width + height * height).squareRoot()
        let tolerance = max(1, Self.boundaryTolerance * diagonal)
        let limit = tolerance * tolerance
        func share(of boundary: [UInt8], near other: [UInt8], _ count: Int) -> Double {
            let distances = DistanceTransform.squared(other, width: width, height: height)
            return Double(boundary.indices.count { boundary[$0] == 1 && distances[$0] <= limit }) / Double(count)
        }
        let precision = share(of: found, near: true_, countFound), recall = share(of: true_, near: found, countTrue)
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
    }

    /// Pixels on the mask with a neighbour (left, right, above, below) off it. The picture's border is no boundary.
    private static func boundary(_ mask: [UInt8], _ width: Int, _ height: Int) -> [UInt8] {
        var edge = [UInt8](repeating: 0, count: mask.count)
        for y in 0..<height {
            for x in 0..<width where mask[y * width + x] == 1 {
                let index = y * width + x
                let isEdge =
                    (x > 0 && mask[index - 1] == 0) || (x + 1 < width && mask[index + 1] == 0)
                    || (y > 0 && mask[index - width] == 0) || (y + 1 < height && mask[index + width] == 0)
                if isEdge { edge[index] = 1 }
            }
        }
        return edge
    }
}
