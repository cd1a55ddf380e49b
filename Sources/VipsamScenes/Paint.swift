import Foundation

/// A colour as light: 0…1 per channel, linear enough for mixing and shading.
struct Paint {
    var red, green, blue: Double

    init(_ red: Double, _ green: Double, _ blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Hue in turns, the others 0…1.
    init(hue: Double, saturation: Double, value: Double) {
        func channel(_ n: Double) -> Double {
            let k = (n + hue * 6).truncatingRemainder(dividingBy: 6)
            return value - value * saturation * max(0, min(k, 4 - k, 1))
        }
        self.init(channel(5), channel(3), channel(1))
    }

    static func * (paint: Paint, light: Double) -> Paint {
        Paint(paint.red * light, paint.green * light, paint.blue * light)
    }

    static func + (a: Paint, b: Paint) -> Paint { Paint(a.red + b.red, a.green + b.green, a.blue + b.blue) }

    func mixed(_ other: Paint, _ share: Double) -> Paint { self * (1 - share) + other * share }
}

/// Distances to the edges of shapes: negative inside, in pixels. From them come edges of one pixel's
/// softness and exact masks.
enum Shape {
    /// A box around (0, 0) of these half sides, with round corners.
    static func box(_ x: Double, _ y: Double, halfWidth: Double, halfHeight: Double, radius: Double) -> Double {
        let dx = abs(x) - halfWidth + radius, dy = abs(y) - halfHeight + radius
        let outside = (max(dx, 0) * max(dx, 0) + max(dy, 0) * max(dy, 0)).squareRoot()
        return outside + min(max(dx, dy), 0) - radius
    }

    static func ellipse(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
        let k = (x * x / (a * a) + y * y / (b * b)).squareRoot()
        let gradient = (x * x / (a * a * a * a) + y * y / (b * b * b * b)).squareRoot()
        return gradient > 1e-9 ? k * (k - 1) / gradient : -min(a, b)
    }

    /// A body turned about the vertical axis: half widths at heights from the top, joined by straight
    /// lines. Approximate but smooth near the edge.
    static func turned(_ x: Double, _ y: Double, profile: [(y: Double, half: Double)]) -> Double {
        guard let first = profile.first, let last = profile.last else { return .infinity }
        let vertical = max(first.y - y, y - last.y)
        var half = y <= first.y ? first.half : last.half
        var slope = 0.0
        for (a, b) in zip(profile, profile.dropFirst()) where y >= a.y && y <= b.y {
            slope = (b.half - a.half) / max(1e-9, b.y - a.y)
            half = a.half + slope * (y - a.y)
        }
        let side = (abs(x) - half) / (1 + slope * slope).squareRoot()
        return max(vertical, side)
    }
}

func clamp(_ value: Double, _ low: Double = 0, _ high: Double = 1) -> Double { min(max(value, low), high) }

func smoothstep(_ low: Double, _ high: Double, _ x: Double) -> Double {
    let t = clamp((x - low) / (high - low))
    return t * t * (3 - 2 * t)
}
