import Foundation

/// Something on a shelf: its shape, its colours, its label. All lengths in pixels.
struct Article {
    private enum Form: String, CaseIterable { case box, bottle, can, jar }

    private let form: Form
    private(set) var width: Double
    private let height: Double
    private let unit: Double
    private let body: Paint
    private let accent: Paint
    private let paper: Paint
    private var print: Noise
    private let design: Int
    private var lean = 0.0

    init(_ random: inout SeededRandom, unit: Double, headroom: Double) {
        self.unit = unit
        form = random.pick(Form.allCases)
        let hue = random.unit()
        body = Paint(hue: hue, saturation: random.number(0.45...0.9), value: random.number(0.25...0.8))
        accent = Paint(hue: hue + random.number(0.25...0.75), saturation: 0.8, value: random.number(0.5...0.9))
        paper = Paint(0.9, 0.88, 0.82).mixed(accent, random.number(0...0.25))
        print = Noise(random.next())
        design = random.integer(0...3)
        switch form {
        case .box:
            width = random.number(80...170) * unit
            height = min(headroom, random.number(130...240) * unit)
        case .bottle:
            width = random.number(55...80) * unit
            height = min(headroom, random.number(190...245) * unit)
        case .can:
            width = random.number(70...95) * unit
            height = min(headroom, random.number(105...135) * unit)
        case .jar:
            width = random.number(75...105) * unit
            height = min(headroom, random.number(110...150) * unit)
        }
    }

    /// The next copy stands a little differently.
    mutating func nudge(_ random: inout SeededRandom) { lean = random.number(-0.012...0.012) }

    func draw(on easel: inout Easel, centre: Double, floor: Double) {
        let half = width / 2, u = unit
        easel.shade(in: (centre - half - 18 * u, floor - 60 * u, centre + half + 26 * u, floor + 8 * u)) { x, y in
            let d = Shape.ellipse(x - centre - 5 * u, y - floor, half + 10 * u, 12 * u)
            return 0.55 * (1 - smoothstep(-8 * u, 8 * u, d))
        }
        easel.shade(in: (centre, floor - height, centre + half + 40 * u, floor)) { x, y in
            let d = Shape.box(x - centre - 12 * u, y - floor + height / 2, halfWidth: half, halfHeight: height / 2, radius: 9 * u)
            return 0.35 * (1 - smoothstep(-6 * u, 14 * u, d))
        }
        let top = floor - height
        easel.thing(form.rawValue, in: (centre - half - 6 * u, top - 2, centre + half + 6 * u, floor + 1)) { x, y in
            distance(x - centre - lean * (y - floor), y - top)
        } paint: { x, y in
            colour(x - centre - lean * (y - floor), y - top)
        }
    }

    private func distance(_ x: Double, _ y: Double) -> Double {
        let half = width / 2, h = height
        switch form {
        case .box:
            return Shape.box(x, y - h / 2, halfWidth: half, halfHeight: h / 2, radius: 2.5 * unit)
        case .bottle:
            return Shape.turned(
                x, y,
                profile: [
                    (0, half * 0.34), (h * 0.06, half * 0.38), (h * 0.065, half * 0.30), (h * 0.24, half * 0.32),
                    (h * 0.36, half * 0.88), (h * 0.42, half), (h * 0.97, half), (h, half * 0.93),
                ])
        case .can:
            return Shape.turned(x, y, profile: [(0, half * 0.9), (h * 0.05, half), (h * 0.95, half), (h, half * 0.9)])
        case .jar:
            return Shape.turned(
                x, y,
                profile: [
                    (0, half * 0.86), (h * 0.16, half * 0.86), (h * 0.165, half * 0.80), (h * 0.24, half), (h * 0.96, half),
                    (h, half * 0.94),
                ])
        }
    }

    private func colour(_ x: Double, _ y: Double) -> Paint {
        let across = x / (width / 2), down = y / height
        return (form == .box ? flat(across, down, x, y) : round(across, down, x, y)) * light(across, down)
    }

    /// A front with a side face that the light does not reach.
    private func flat(_ across: Double, _ down: Double, _ x: Double, _ y: Double) -> Paint {
        if across > 0.78 { return body * (0.45 + 0.1 * down) }
        return label(across, down, x, y) ?? body
    }

    private func round(_ across: Double, _ down: Double, _ x: Double, _ y: Double) -> Paint {
        switch form {
        case .bottle where down < 0.065, .jar where down < 0.165: return accent * 0.8
        case .can where down < 0.05 || down > 0.95: return Paint(0.62, 0.63, 0.65)
        case .bottle where down < 0.42: return body * 0.75
        default: return label(across, down, x, y) ?? body
        }
    }

    /// The printed part; nil where the body shows.
    private func label(_ across: Double, _ down: Double, _ x: Double, _ y: Double) -> Paint? {
        guard abs(across) < 0.74 || form == .can, (0.46...0.86).contains(down) || (form == .box && down > 0.12 && down < 0.9)
        else { return nil }
        let ink = Paint(0.07, 0.07, 0.09)
        // Lines of something like letters.
        let line = (y / (7 * unit)).truncatingRemainder(dividingBy: 2)
        let letters = line < 1 && print.at(x / (2.2 * unit), (y / (14 * unit)).rounded(.down) * 7.3) > 0.05
        if down > 0.70, letters, abs(across) < 0.6 { return ink.mixed(paper, 0.2) }
        switch design {
        case 0: return down < 0.62 && abs(across) < 0.5 ? accent : paper
        case 1:
            let fruit = Shape.ellipse(across * 1.4, (down - 0.56) * 5, 0.7, 0.55)
            return fruit < 0 ? accent * (1.15 + fruit * 0.4) : paper
        case 2: return (x + y) / (16 * unit) - ((x + y) / (16 * unit)).rounded(.down) < 0.5 ? paper : accent
        default: return print.fractal(x / (22 * unit), y / (22 * unit), octaves: 3) > 0.05 ? paper : accent * 0.9
        }
    }

    /// Round things darken to their sides and have a highlight; boxes only fade downwards.
    private func light(_ across: Double, _ down: Double) -> Double {
        let fade = 1.05 - 0.22 * down
        guard form != .box else { return fade }
        let curve = (1 - min(1, across * across * 0.85)).squareRoot()
        let gleam = exp(-pow((across + 0.42) / 0.10, 2)) * (form == .bottle || form == .jar ? 0.35 : 0.2)
        return fade * (0.28 + 0.78 * curve) + gleam
    }
}
