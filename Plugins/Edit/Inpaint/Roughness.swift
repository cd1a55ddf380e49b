/// How rough a picture is around each pixel, as one more colour for the search of patches.
///
/// A smooth patch differs less from a texture's mean than another patch of that texture does, so a search by colours alone
/// drifts to what is smooth. Newson, Almansa, Fradet, Gousseau and Pérez (Video Inpainting of Complex Scenes, 2014) let
/// the mean absolute gradients of the surroundings count beside the colours, and hand them on with them. Here it is one
/// number: the mean of how far neighbours are apart, across and down, root mean square of three bands.
enum Roughness {
    /// The surroundings: a square of so many pixels to each side.
    private static let reach = 8
    /// Where it lies in a pixel's vector: behind three colours.
    private static let lane = 3

    /// How much it counts beside the colours. Chosen among 0, 2, 5, 10, 20 and 40 on photos: the patches of the fill become
    /// more like those around with each, and the fill less like what was there (docs/quality.md).
    private static let weight: Float = 10

    /// Whether the lane is free; four colours leave no room, and are searched for by themselves.
    static func fits(_ region: HoleRegion) -> Bool { region.pixels.allSatisfy { $0[lane] == 0 } }

    /// Writes the roughness of what is known, weighted, into the last lane of each known pixel.
    static func add(to region: inout HoleRegion) {
        let width = region.width, height = region.height
        // Sums over all pixels above and to the left: of the differences, and of how many there are.
        var sums = [SIMD2<Double>](repeating: .zero, count: (width + 1) * (height + 1))
        for y in 0..<height {
            var row = SIMD2<Double>.zero
            func take(_ i: Int, _ j: Int) {
                guard !region.hole[i], !region.hole[j] else { return }
                let d = region.pixels[i] - region.pixels[j]
                row += SIMD2(Double(((d * d).sum() / 3).squareRoot()), 1)
            }
            for x in 0..<width {
                let i = y * width + x
                if x + 1 < width { take(i, i + 1) }
                if y + 1 < height { take(i, i + width) }
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row
            }
        }
        for y in 0..<height {
            let top = max(0, y - reach) * (width + 1), bottom = min(height, y + reach + 1) * (width + 1)
            for x in 0..<width where !region.hole[y * width + x] {
                let left = max(0, x - reach), right = min(width, x + reach + 1)
                let all = sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left]
                region.pixels[y * width + x][lane] = all.y > 0 ? weight * Float(all.x / all.y) : 0
            }
        }
    }

    static func remove(from region: inout HoleRegion) {
        for i in region.pixels.indices { region.pixels[i][lane] = 0 }
    }
}
