import Foundation

/// The filter of a resize. Both widen when a picture shrinks, so that no pixel is skipped.
public enum ResampleFilter: Sendable, Hashable {
    /// A triangle; what Segment Anything prepares its pictures with.
    case bilinear
    /// Keys' cubic with a = -0.5; what CLIP prepares its pictures with.
    case bicubic

    /// Reach of the filter to each side, in source pixels when nothing shrinks.
    var radius: Double { self == .bilinear ? 1 : 2 }

    func value(_ distance: Double) -> Double {
        let t = abs(distance)
        switch self {
        case .bilinear: return t < 1 ? 1 - t : 0
        case .bicubic:
            let a = -0.5
            if t < 1 { return ((a + 2) * t - (a + 3)) * t * t + 1 }
            return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0
        }
    }
}

/// For each output pixel of one axis: which input pixels it takes, with what integer weights.
///
/// The numbers are Pillow's (Resample.c, 8 bits per channel), so that results agree bit for bit.
struct ResampleWeights: Sendable {
    /// Bits after the binary point of a weight.
    static let precision = 22

    /// First input pixel of each output pixel, and how many.
    let first: [Int32]
    let count: [Int32]
    /// `stride` weights for each output pixel, the ones after `count` zero.
    let stride: Int
    let weights: [Int32]

    init(from length: Int, to target: Int, filter: ResampleFilter) {
        let scale = Double(length) / Double(target)
        let spread = max(scale, 1)
        let support = filter.radius * spread
        let stride = Int(support.rounded(.up)) * 2 + 1
        var first = [Int32](repeating: 0, count: target)
        var count = first
        var weights = [Int32](repeating: 0, count: target * stride)
        var exact = [Double](repeating: 0, count: stride)
        for i in 0..<target {
            let center = (Double(i) + 0.5) * scale
            let from = max(0, Int(center - support + 0.5))
            let to = min(length, Int(center + support + 0.5))
            var sum = 0.0
            for k in 0..<(to - from) {
                let weight = filter.value((Double(from + k) - center + 0.5) / spread)
                exact[k] = weight
                sum += weight
            }
            for k in 0..<(to - from) {
                let weight = sum == 0 ? exact[k] : exact[k] / sum
                let fixed = weight * Double(1 << Self.precision)
                weights[i * stride + k] = Int32(weight < 0 ? fixed - 0.5 : fixed + 0.5)
            }
            first[i] = Int32(from)
            count[i] = Int32(to - from)
        }
        self.first = first
        self.count = count
        self.stride = stride
        self.weights = weights
    }
}
