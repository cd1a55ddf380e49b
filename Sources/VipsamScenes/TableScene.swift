import Foundation

extension Scene {
    /// One mug on a wooden table before a wall: a product photo as shops take them.
    public static func product(width: Int, height: Int, seed: UInt64 = 2) -> Scene {
        let u = Double(height) / 1000, w = Double(width)
        let horizon = 560 * u, centre = w * 0.52, top = 250 * u, bottom = 790 * u
        let wood = Noise(seed), wall = Noise(seed + 1), glaze = Noise(seed + 2)
        var easel = Easel(width: width, height: height)
        easel.fill { x, y in
            if y < horizon {
                let light = 0.9 - 0.35 * abs(x / w - 0.3) - 0.1 * y / horizon
                return Paint(0.46, 0.52, 0.50) * (light * (1 + 0.03 * wall.fractal(x / (14 * u), y / (14 * u), octaves: 3)))
            }
            // Boards run towards the viewer: coordinates shrink with the distance.
            let depth = 1 / (0.25 + (y - horizon) / (1000 * u - horizon))
            let across = (x - w / 2) * depth / (160 * u)
            let board = across.rounded(.down)
            let rings = wood.fractal(across * 9 + board * 17, depth * 2.2 + board * 5, octaves: 5)
            let gap = min(across - board, 1 - across + board) < 0.012 * depth ? 0.45 : 1
            let tone = 0.75 + 0.3 * wood.at(board * 3.7, 1.5)
            return Paint(0.44, 0.24, 0.11) * (tone * (1 + 0.45 * rings) * gap * (0.7 + 0.5 * (y / (1000 * u))))
        }
        let half = 190 * u
        easel.shade(in: (centre - half * 2, bottom - 110 * u, centre + half * 2.6, bottom + 70 * u)) { x, y in
            let soft = Shape.ellipse(x - centre - 60 * u, y - bottom + 22 * u, half * 1.35, 52 * u)
            let contact = Shape.ellipse(x - centre, y - bottom + 16 * u, half * 0.92, 26 * u)
            return 0.5 * (1 - smoothstep(-45 * u, 30 * u, soft)) + 0.3 * (1 - smoothstep(-10 * u, 10 * u, contact))
        }
        let handle = { (x: Double, y: Double) -> Double in
            let ring = Shape.ellipse(x - centre - half * 1.02, y - (top + bottom) / 2 + 15 * u, 130 * u, 165 * u)
            return abs(ring + 24 * u) - 24 * u
        }
        // A quarter of an ellipse makes the foot round.
        let foot = (0...12).map { step in
            let turn = Double(step) / 12 * .pi / 2
            return (bottom - 70 * u * (1 - sin(turn)), half * (0.66 + 0.28 * cos(turn)))
        }
        let profile = [(top, half * 1.02), (top + 14 * u, half * 1.0)] + foot
        let distance = { (x: Double, y: Double) -> Double in
            let body = Shape.turned(x - centre, y, profile: profile.map { (y: $0.0, half: $0.1) })
            return min(body, max(handle(x, y), -(x - centre)))
        }
        easel.thing("mug", in: (centre - half * 1.2, top - 4, centre + half * 2.2, bottom + 4), distance: distance) { x, y in
            let across = (x - centre) / half
            let isHandle = across > 1.0
            let inside = Shape.ellipse(x - centre, y - top - 20 * u, half * 0.93, 17 * u) < 0 && !isHandle
            let curve = isHandle ? 0.55 : (1 - min(1, across * across * 0.9)).squareRoot()
            let gleam = exp(-pow((across + 0.45) / 0.09, 2)) * (isHandle ? 0 : 0.4)
            let speckle = glaze.at(x / (3 * u), y / (3 * u)) > 0.72 ? 0.55 : 1.0
            let band = (y - top) / (bottom - top)
            let glazeLine = 0.62 + 0.03 * glaze.at(x / (40 * u), 3)
            let paint = band < glazeLine ? Paint(0.80, 0.77, 0.70) * speckle : Paint(0.10, 0.24, 0.42)
            return paint * (inside ? 0.35 : 0.25 + 0.78 * curve) + Paint(1, 1, 1) * gleam
        }
        return easel.scene("product", seed: seed, grain: 4)
    }
}
