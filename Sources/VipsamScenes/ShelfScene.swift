import Foundation

extension Scene {
    /// Shelves in a shop with boxes, bottles, cans and jars, their labels and price tags.
    ///
    /// - Parameters:
    ///   - width: in pixels; everything scales with it.
    ///   - rows: how many boards.
    public static func shelf(width: Int, height: Int, rows: Int = 3, seed: UInt64 = 1) -> Scene {
        ShelfPainter(width: width, height: height, rows: rows, seed: seed).paint()
    }
}

private struct ShelfPainter {
    let width: Int
    let height: Int
    let rows: Int
    let seed: UInt64

    /// Everything is drawn in thousandths of the height.
    private var unit: Double { Double(height) / 1000 }

    func paint() -> Scene {
        var random = SeededRandom(seed)
        var easel = Easel(width: width, height: height)
        let wall = Noise(seed + 10), u = unit
        easel.fill { x, y in
            let spot = 1 - 0.25 * abs(x / Double(width) - 0.45) - 0.2 * y / Double(height)
            let texture = 1 + 0.05 * wall.fractal(x / (9 * u), y / (9 * u), octaves: 4)
            return Paint(0.56, 0.58, 0.60) * (spot * texture)
        }
        let rowHeight = 1000 / Double(rows) * u
        for row in 0..<rows {
            let floor = rowHeight * Double(row + 1) - 40 * u
            shadowUnderBoard(&easel, top: rowHeight * Double(row), u)
            stock(&easel, &random, floor: floor, headroom: rowHeight - 95 * u)
            board(&easel, &random, top: floor, u)
        }
        return easel.scene("shelf", seed: seed, grain: 5)
    }

    private func shadowUnderBoard(_ easel: inout Easel, top: Double, _ u: Double) {
        guard top > 0 else { return }
        easel.shade(in: (0, top, Double(width), top + 90 * u)) { _, y in 0.45 * (1 - smoothstep(top, top + 90 * u, y)) }
    }

    private func stock(_ easel: inout Easel, _ random: inout SeededRandom, floor: Double, headroom: Double) {
        var x = random.number(15...45) * unit
        while true {
            var article = Article(&random, unit: unit, headroom: headroom)
            let copies = random.integer(1...3)
            for _ in 0..<copies {
                guard x + article.width < Double(width) - 8 * unit else { return }
                article.draw(on: &easel, centre: x + article.width / 2, floor: floor)
                x += article.width + random.number(2...9) * unit
                article.nudge(&random)
            }
            x += random.number(4...34) * unit
        }
    }

    private func board(_ easel: inout Easel, _ random: inout SeededRandom, top: Double, _ u: Double) {
        let grain = Noise(seed + 77)
        easel.layer(in: (0, top, Double(width), top + 40 * u)) { x, y in
            let inside = y - top
            let edge = inside < 9 * u ? 0.95 : 0.62
            let texture = 1 + 0.08 * grain.fractal(x / (60 * u), y / (2 * u), octaves: 3)
            return (Paint(0.80, 0.78, 0.74) * (edge * texture), 1)
        }
        var x = random.number(20...90) * u
        while x < Double(width) - 70 * u {
            let tag = x
            let stripes = Noise(random.next())
            easel.layer(in: (tag, top + 13 * u, tag + 52 * u, top + 36 * u)) { px, py in
                let bar = stripes.at((px - tag) / (2.4 * u), 0.5) > 0.15 && py > top + 24 * u && px < tag + 30 * u
                let digits = stripes.at((px - tag) / (3 * u), (py - top) / (4 * u) + 9) > 0.3 && px > tag + 33 * u
                return (bar || digits ? Paint(0.08, 0.08, 0.09) : Paint(0.93, 0.92, 0.80), 1)
            }
            x += random.number(95...210) * u
        }
    }
}
