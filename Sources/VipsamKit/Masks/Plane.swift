/// One number per pixel, row by row.
package struct Plane {
    package let width: Int
    package let height: Int
    package var values: [Float]

    package init(width: Int, height: Int, values: [Float]) {
        precondition(values.count == width * height, "a plane holds one number per pixel")
        self.width = width
        self.height = height
        self.values = values
    }

    package init(like other: Plane, _ value: Float = 0) {
        self.init(width: other.width, height: other.height, values: .init(repeating: value, count: other.values.count))
    }

    /// Red, green and blue, 0…1, of a picture's bytes.
    package static func colours(of bytes: [UInt8], width: Int, height: Int) -> [Plane] {
        (0..<3).map { band in
            Plane(width: width, height: height, values: (0..<width * height).map { Float(bytes[$0 * 3 + band]) / 255 })
        }
    }

    /// The mean over squares of this radius, cut off at the plane's border. Two passes of running
    /// sums: the cost does not depend on the radius.
    package func mean(radius: Int) -> Plane {
        var rows = values
        for y in 0..<height {
            Self.runningMean(values, &rows, start: y * width, step: 1, count: width, radius)
        }
        var both = rows
        for x in 0..<width {
            Self.runningMean(rows, &both, start: x, step: width, count: height, radius)
        }
        return Plane(width: width, height: height, values: both)
    }

    package static func * (a: Plane, b: Plane) -> Plane {
        Plane(width: a.width, height: a.height, values: zip(a.values, b.values).map { $0 * $1 })
    }

    package static func - (a: Plane, b: Plane) -> Plane {
        Plane(width: a.width, height: a.height, values: zip(a.values, b.values).map { $0 - $1 })
    }

    private static func runningMean(
        _ source: [Float], _ target: inout [Float], start: Int, step: Int, count: Int, _ radius: Int
    ) {
        // In double: a running sum in single precision drifts over a row of a large picture.
        var sum = 0.0
        for k in 0..<min(radius, count) { sum += Double(source[start + k * step]) }
        for k in 0..<count {
            if k + radius < count { sum += Double(source[start + (k + radius) * step]) }
            if k - radius - 1 >= 0 { sum -= Double(source[start + (k - radius - 1) * step]) }
            let number = min(count - 1, k + radius) - max(0, k - radius) + 1
            target[start + k * step] = Float(sum / Double(number))
        }
    }
}
