import Foundation

/// A rendered picture with the exact truth about what is in it.
///
/// Made by arithmetic from a seed: nobody else's photo is involved, and tests know every pixel.
public struct Scene: Sendable {
    public struct Thing: Sendable {
        /// `box`, `bottle`, `can`, `jar`, `field`, `mug`.
        public let label: String
        /// Its number in `ids`; counted from 1.
        public let id: UInt16
        /// Tight box of its visible pixels: x, y, width, height; `x + width` is just outside.
        public let x: Int
        public let y: Int
        public let width: Int
        public let height: Int
        /// Visible pixels.
        public let area: Int
    }

    public let name: String
    public let width: Int
    public let height: Int
    /// `width · height · 3` bytes, sRGB.
    public let rgb: [UInt8]
    /// `width · height` numbers: what is seen at the centre of each pixel; 0 = nothing of interest.
    public let ids: [UInt16]
    /// In the order of their ids; only what can be seen.
    public let things: [Thing]

    /// The exact mask of one thing: 255 on it, 0 off it.
    public func mask(of thing: Thing) -> [UInt8] { ids.map { $0 == thing.id ? 255 : 0 } }
}

/// A picture while it is painted, back to front.
struct Easel {
    let width: Int
    let height: Int
    private var light: [Float]
    private var ids: [UInt16]
    private var labels: [String] = []

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        light = [Float](repeating: 0, count: width * height * 3)
        ids = [UInt16](repeating: 0, count: width * height)
    }

    /// Paints every pixel.
    mutating func fill(_ paint: (_ x: Double, _ y: Double) -> Paint) {
        cover(0..<width, 0..<height) { x, y in (paint(x, y), 1) }
    }

    /// Paints a thing that has a mask of its own.
    ///
    /// - Parameters:
    ///   - bounds: left, top, right, bottom of the region to visit, in pixels.
    ///   - distance: to the thing's edge, negative inside.
    ///   - paint: the colour at a point of it.
    mutating func thing(
        _ label: String, in bounds: (Double, Double, Double, Double),
        distance: (_ x: Double, _ y: Double) -> Double, paint: (_ x: Double, _ y: Double) -> Paint
    ) {
        labels.append(label)
        let id = UInt16(labels.count)
        let (columns, rows) = region(bounds)
        for row in rows {
            for column in columns {
                let x = Double(column) + 0.5, y = Double(row) + 0.5
                let coverage = clamp(0.5 - distance(x, y))
                guard coverage > 0 else { continue }
                blend(paint(x, y), coverage, at: row * width + column)
                if coverage >= 0.5 { ids[row * width + column] = id }
            }
        }
    }

    /// Paints something without a mask of its own: a shadow, a price tag, a board.
    mutating func layer(
        in bounds: (Double, Double, Double, Double),
        _ paint: (_ x: Double, _ y: Double) -> (Paint, coverage: Double), hides: Bool = false
    ) {
        let (columns, rows) = region(bounds)
        cover(columns, rows, hides: hides, paint)
    }

    /// Darkens: 0 nothing, 1 black.
    mutating func shade(in bounds: (Double, Double, Double, Double), _ amount: (_ x: Double, _ y: Double) -> Double) {
        layer(in: bounds) { x, y in (Paint(0, 0, 0), amount(x, y)) }
    }

    /// The finished scene, with the grain of a camera.
    func scene(_ name: String, seed: UInt64, grain: Double) -> Scene {
        var rgb = [UInt8](repeating: 0, count: light.count)
        for i in light.indices {
            // Three uniform numbers make nearly a bell curve; one hash per sample keeps it repeatable.
            let hash = SeededRandom.mix(seed &+ UInt64(i))
            let a = Double(hash & 0xFFFF), b = Double(hash >> 16 & 0xFFFF), c = Double(hash >> 32 & 0xFFFF)
            let noise = (a + b + c) / 65535 - 1.5
            let value = pow(clamp(Double(light[i])), 1 / 2.2) * 255 + noise * grain
            rgb[i] = UInt8(clamp(value.rounded(), 0, 255))
        }
        return Scene(name: name, width: width, height: height, rgb: rgb, ids: ids, things: things())
    }

    private func things() -> [Scene.Thing] {
        var left = [Int](repeating: .max, count: labels.count + 1), top = left
        var right = [Int](repeating: -1, count: labels.count + 1), bottom = right
        var area = [Int](repeating: 0, count: labels.count + 1)
        for row in 0..<height {
            for column in 0..<width {
                let id = Int(ids[row * width + column])
                guard id > 0 else { continue }
                area[id] += 1
                left[id] = min(left[id], column)
                right[id] = max(right[id], column)
                top[id] = min(top[id], row)
                bottom[id] = max(bottom[id], row)
            }
        }
        return labels.indices.compactMap { index in
            let id = index + 1
            guard area[id] > 0 else { return nil }
            return Scene.Thing(
                label: labels[index], id: UInt16(id), x: left[id], y: top[id], width: right[id] - left[id] + 1,
                height: bottom[id] - top[id] + 1, area: area[id])
        }
    }

    private func region(_ bounds: (Double, Double, Double, Double)) -> (Range<Int>, Range<Int>) {
        let left = Int(clamp(bounds.0.rounded(.down), 0, Double(width)))
        let top = Int(clamp(bounds.1.rounded(.down), 0, Double(height)))
        let right = Int(clamp(bounds.2.rounded(.up), Double(left), Double(width)))
        let bottom = Int(clamp(bounds.3.rounded(.up), Double(top), Double(height)))
        return (left..<right, top..<bottom)
    }

    private mutating func cover(
        _ columns: Range<Int>, _ rows: Range<Int>, hides: Bool = false,
        _ paint: (_ x: Double, _ y: Double) -> (Paint, coverage: Double)
    ) {
        for row in rows {
            for column in columns {
                let (colour, coverage) = paint(Double(column) + 0.5, Double(row) + 0.5)
                guard coverage > 0 else { continue }
                blend(colour, min(1, coverage), at: row * width + column)
                if hides, coverage >= 0.5 { ids[row * width + column] = 0 }
            }
        }
    }

    private mutating func blend(_ paint: Paint, _ coverage: Double, at pixel: Int) {
        let share = Float(coverage)
        light[pixel * 3] += (Float(paint.red) - light[pixel * 3]) * share
        light[pixel * 3 + 1] += (Float(paint.green) - light[pixel * 3 + 1]) * share
        light[pixel * 3 + 2] += (Float(paint.blue) - light[pixel * 3 + 2]) * share
    }
}
