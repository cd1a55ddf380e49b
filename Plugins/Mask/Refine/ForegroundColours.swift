package import VipsamKit

/// What the subject's own colour is where it mixes with the background.
///
/// The multi-level estimation of Germer, Uelwer, Conrad and Harmeling (2020): colours of subject and
/// background that mix to what is seen and are smooth where alpha is, found from a few pixels up to
/// the whole window.
package enum ForegroundColours {
    /// How much neighbours agree everywhere, and how much more where alpha changes.
    private static let smoothness: Float = 5e-3
    private static let gradientWeight: Float = 0.1
    private static let smallSide = 32
    private static let roundsSmall = 10
    private static let roundsLarge = 2

    /// - Parameters:
    ///   - image: colours 0…1 of the window, row by row.
    ///   - alpha: 0…1.
    /// - Returns: the subject's colours, 0…1.
    package static func estimate(_ image: [SIMD3<Float>], alpha: Plane) -> [SIMD3<Float>] {
        let width = alpha.width, height = alpha.height
        var subject = [SIMD3<Float>](repeating: mean(image, alpha.values, inverted: false), count: 1)
        var background = [SIMD3<Float>](repeating: mean(image, alpha.values, inverted: true), count: 1)
        var w = 1, h = 1
        var level = 1
        let levels = max(1, Int.bitWidth - max(width, height).leadingZeroBitCount)
        while true {
            let nextWidth = level >= levels ? width : max(1, width >> (levels - level))
            let nextHeight = level >= levels ? height : max(1, height >> (levels - level))
            subject = nearest(subject, w, h, nextWidth, nextHeight)
            background = nearest(background, w, h, nextWidth, nextHeight)
            (w, h) = (nextWidth, nextHeight)
            let seen = nearest(image, width, height, w, h), cover = nearest(alpha.values, width, height, w, h)
            let rounds = max(w, h) <= smallSide ? roundsSmall : roundsLarge
            for _ in 0..<rounds { relax(&subject, &background, seen, cover, w, h) }
            if w == width, h == height { return subject }
            level += 1
        }
    }

    /// One pass that solves each pixel's 2×2 system with its neighbours held fixed.
    private static func relax(
        _ subject: inout [SIMD3<Float>], _ background: inout [SIMD3<Float>], _ seen: [SIMD3<Float>], _ alpha: [Float],
        _ w: Int, _ h: Int
    ) {
        for y in 0..<h {
            for x in 0..<w {
                let i = y * w + x
                let a = alpha[i], b = 1 - a
                var total: Float = 0
                var f = SIMD3<Float>.zero, g = SIMD3<Float>.zero
                for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                    let nx = min(max(x + dx, 0), w - 1), ny = min(max(y + dy, 0), h - 1)
                    let j = ny * w + nx
                    let weight = smoothness + gradientWeight * abs(a - alpha[j])
                    total += weight
                    f += subject[j] * weight
                    g += background[j] * weight
                }
                // [a² + t, ab; ab, b² + t] · [F; B] = [aI + f; bI + g]
                let m00 = a * a + total, m01 = a * b, m11 = b * b + total
                let determinant = m00 * m11 - m01 * m01
                let r0 = f + seen[i] * a, r1 = g + seen[i] * b
                let one = SIMD3<Float>(repeating: 1)
                subject[i] = ((r0 * m11 - r1 * m01) / determinant).clamped(lowerBound: .zero, upperBound: one)
                background[i] = ((r1 * m00 - r0 * m01) / determinant).clamped(lowerBound: .zero, upperBound: one)
            }
        }
    }

    private static func mean(_ image: [SIMD3<Float>], _ alpha: [Float], inverted: Bool) -> SIMD3<Float> {
        var sum = SIMD3<Float>.zero
        var weight: Float = 1e-6
        for (colour, a) in zip(image, alpha) {
            let share = inverted ? 1 - a : a
            if share > 0.9 {
                sum += colour
                weight += 1
            }
        }
        return sum / weight
    }

    private static func nearest<T>(_ values: [T], _ w: Int, _ h: Int, _ width: Int, _ height: Int) -> [T] {
        if w == width, h == height { return values }
        var out: [T] = []
        out.reserveCapacity(width * height)
        for y in 0..<height {
            for x in 0..<width { out.append(values[y * h / height * w + x * w / width]) }
        }
        return out
    }
}
