import Foundation

extension Scene {
    /// A mosaic of fields seen from above, with rows of crops, tracks between them and a pond.
    public static func fields(width: Int, height: Int, cells: Int = 7, seed: UInt64 = 3) -> Scene {
        FieldPainter(width: width, height: height, cells: cells, seed: seed).paint()
    }
}

private struct FieldPainter {
    let width: Int
    let height: Int
    let cells: Int
    let seed: UInt64

    private struct Field {
        var x, y: Double
        var crop: Paint
        var soil: Paint
        var direction: Double
        var spacing: Double
    }

    func paint() -> Scene {
        var random = SeededRandom(seed)
        let u = Double(min(width, height)) / 1000
        let fields = sites(&random, u)
        let clods = Noise(seed + 5), patches = Noise(seed + 6), bends = Noise(seed + 7)
        var easel = Easel(width: width, height: height)
        easel.fill { x, y in
            Paint(0.30, 0.33, 0.17) * (1 + 0.5 * clods.fractal(x / (5 * u), y / (5 * u), octaves: 4))
        }
        for field in fields {
            let reach = 2.2 * Double(max(width, height)) / Double(cells)
            let others = fields.filter { abs($0.x - field.x) < reach && abs($0.y - field.y) < reach }
            let bounds = (field.x - reach / 2, field.y - reach / 2, field.x + reach / 2, field.y + reach / 2)
            easel.thing("field", in: bounds) { x, y in
                // Slightly bent borders: no farmer ploughs along a ruler.
                let bx = x + 7 * u * bends.at(x / (90 * u), y / (90 * u))
                let by = y + 7 * u * bends.at(x / (90 * u) + 40, y / (90 * u))
                return border(bx, by, field, others) + 5 * u
            } paint: { x, y in
                let along = x * cos(field.direction) + y * sin(field.direction)
                let row = 0.5 + 0.5 * sin(along / field.spacing * 2 * .pi + 2 * bends.at(x / (150 * u), y / (150 * u)))
                let growth = clamp(0.55 + 0.6 * patches.fractal(x / (120 * u), y / (120 * u), octaves: 3))
                let texture = 1 + 0.30 * clods.fractal(x / (3 * u), y / (3 * u), octaves: 3)
                return field.soil.mixed(field.crop, clamp(row * growth * 1.3)) * texture
            }
        }
        pond(&easel, u)
        return easel.scene("fields", seed: seed, grain: 4)
    }

    /// One site in each cell of a grid, moved at random: fields of similar size.
    private func sites(_ random: inout SeededRandom, _ u: Double) -> [Field] {
        let step = Double(max(width, height)) / Double(cells)
        let columns = Int((Double(width) / step).rounded(.up)), rows = Int((Double(height) / step).rounded(.up))
        var fields: [Field] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let hue = random.pick([0.20, 0.25, 0.29, 0.13, 0.10, 0.33])
                fields.append(
                    Field(
                        x: (Double(column) + random.number(0.15...0.85)) * step,
                        y: (Double(row) + random.number(0.15...0.85)) * step,
                        crop: Paint(hue: hue, saturation: random.number(0.35...0.75), value: random.number(0.22...0.60)),
                        soil: Paint(hue: random.number(0.05...0.10), saturation: 0.5, value: random.number(0.16...0.34)),
                        direction: random.number(0...Double.pi), spacing: random.number(7...17) * u))
            }
        }
        return fields
    }

    /// Distance to the border with the nearest neighbour: Voronoi cells.
    private func border(_ x: Double, _ y: Double, _ field: Field, _ others: [Field]) -> Double {
        var worst = -Double.infinity
        let own = (x - field.x) * (x - field.x) + (y - field.y) * (y - field.y)
        for other in others where other.x != field.x || other.y != field.y {
            let theirs = (x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)
            let apart = ((field.x - other.x) * (field.x - other.x) + (field.y - other.y) * (field.y - other.y)).squareRoot()
            worst = max(worst, (own - theirs) / (2 * apart))
        }
        return worst
    }

    private func pond(_ easel: inout Easel, _ u: Double) {
        let shore = Noise(seed + 9)
        let x0 = Double(width) * 0.66, y0 = Double(height) * 0.40
        easel.thing("pond", in: (x0 - 150 * u, y0 - 120 * u, x0 + 150 * u, y0 + 120 * u)) { x, y in
            Shape.ellipse(x - x0, y - y0, 95 * u, 62 * u) + 16 * u * shore.fractal(x / (35 * u), y / (35 * u), octaves: 3)
        } paint: { x, y in
            Paint(0.05, 0.11, 0.13) * (1 + 0.2 * shore.fractal(x / (8 * u), y / (3 * u), octaves: 2))
        }
    }
}
