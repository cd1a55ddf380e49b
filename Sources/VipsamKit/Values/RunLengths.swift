/// A binary mask as alternating run lengths, column by column: the form of COCO and SA-1B.
///
/// Pixels are counted down each column, columns from left to right. The first run is background (it may be empty),
/// runs alternate, and together they cover the raster.
public struct RunLengths: Sendable, Hashable {
    /// In pixels.
    public let width: Int
    public let height: Int
    public let counts: [UInt32]

    /// No mask has more pixels than this.
    public static let mostPixels = Int(UInt32.max)

    /// Takes runs that are known to cover the raster exactly.
    package init(width: Int, height: Int, covering counts: [UInt32]) {
        precondition(counts.reduce(0) { $0 + Int($1) } == width * height, "the runs must cover the raster")
        self.width = width
        self.height = height
        self.counts = counts
    }

    /// - Throws: a diagnostic when the runs do not add up to the raster.
    public init(width: Int, height: Int, counts: [Int]) throws {
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, !overflow, pixels <= Self.mostPixels else {
            throw Diagnostic.error("a mask of \(width) × \(height) pixels is not possible")
        }
        var left = pixels
        var runs: [UInt32] = []
        runs.reserveCapacity(counts.count)
        for count in counts {
            guard count >= 0, count <= left else { throw Self.wrongTotal(width, height) }
            left -= count
            runs.append(UInt32(count))
        }
        guard left == 0 else { throw Self.wrongTotal(width, height) }
        self.init(width: width, height: height, covering: runs)
    }

    /// From pixels row by row; everything at or above `threshold` is on the object.
    public init(bytes: [UInt8], width: Int, height: Int, threshold: UInt8 = 1) {
        precondition(bytes.count == width * height && bytes.count <= Self.mostPixels, "as many bytes as pixels")
        var builder = RunLengthBuilder(width: width, height: height)
        bytes.withUnsafeBufferPointer { pixels in
            for x in 0..<width {
                var y = 0
                while y < height {
                    let start = y
                    let isOn = pixels[y * width + x] >= threshold
                    while y < height, (pixels[y * width + x] >= threshold) == isOn { y += 1 }
                    if isOn { builder.add(column: x, from: start, to: y) }
                }
            }
        }
        self = builder.finish()
    }

    /// Pixels on the object.
    public var area: Int {
        var sum = 0
        for index in stride(from: 1, to: counts.count, by: 2) { sum += Int(counts[index]) }
        return sum
    }

    /// Calls back with each vertical piece of the object, from left to right: rows `from..<to` of a column.
    public func forEachPiece(_ body: (_ column: Int, _ from: Int, _ to: Int) -> Void) {
        var position = 0
        for (index, count) in counts.enumerated() {
            let end = position + Int(count)
            if index % 2 == 1 {
                while position < end {
                    let column = position / height
                    let stop = min(end, (column + 1) * height)
                    body(column, position - column * height, stop - column * height)
                    position = stop
                }
            }
            position = end
        }
    }

    /// The tight box in pixels of the raster, `x + width` just outside; nil for an empty mask.
    public var box: Box? {
        var left = Int.max, right = Int.min, top = Int.max, bottom = Int.min
        forEachPiece { column, from, to in
            left = min(left, column)
            right = max(right, column)
            top = min(top, from)
            bottom = max(bottom, to)
        }
        guard right >= left else { return nil }
        return Box(x: Double(left), y: Double(top), width: Double(right + 1 - left), height: Double(bottom - top))
    }

    /// Row by row, `value` on the object and 0 off it.
    public func bytes(value: UInt8 = 255) -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: width * height)
        pixels.withUnsafeMutableBufferPointer { pixels in
            forEachPiece { column, from, to in
                for y in from..<to { pixels[y * width + column] = value }
            }
        }
        return pixels
    }

    /// Whether the pixel that a point lies in is on the object; points beyond the raster are not.
    public func contains(_ point: Point) -> Bool {
        guard point.x >= 0, point.y >= 0, point.x < Double(width), point.y < Double(height) else { return false }
        let place = Int(point.x) * height + Int(point.y)
        var position = 0
        for (index, count) in counts.enumerated() {
            position += Int(count)
            if place < position { return index % 2 == 1 }
        }
        return false
    }

    /// Pixels that both masks cover. The masks must have the same size.
    public func intersectionArea(_ other: RunLengths) -> Int {
        precondition(width == other.width && height == other.height, "masks of one size")
        var sum = 0
        var i = 0, j = 0
        var endA = counts.isEmpty ? 0 : Int(counts[0]), endB = other.counts.isEmpty ? 0 : Int(other.counts[0])
        var position = 0
        while i < counts.count, j < other.counts.count {
            let end = min(endA, endB)
            if i % 2 == 1, j % 2 == 1 { sum += end - position }
            position = end
            if endA == end {
                i += 1
                if i < counts.count { endA += Int(counts[i]) }
            }
            if endB == end {
                j += 1
                if j < other.counts.count { endB += Int(other.counts[j]) }
            }
        }
        return sum
    }

    /// Intersection over union; 1 for two empty masks.
    public func overlap(_ other: RunLengths) -> Double {
        let common = intersectionArea(other)
        let union = area + other.area - common
        return union == 0 ? 1 : Double(common) / Double(union)
    }

    /// The same mask inside a larger raster, its top left corner at (x, y).
    public func placed(x: Int, y: Int, inWidth width: Int, height: Int) -> RunLengths {
        precondition(x >= 0 && y >= 0 && x + self.width <= width && y + self.height <= height, "it must fit")
        if width == self.width, height == self.height { return self }
        var builder = RunLengthBuilder(width: width, height: height)
        forEachPiece { column, from, to in builder.add(column: x + column, from: y + from, to: y + to) }
        return builder.finish()
    }

    private static func wrongTotal(_ width: Int, _ height: Int) -> Diagnostic {
        .error("run lengths must be at least 0 and add up to \(width) × \(height) pixels")
    }
}

/// Puts run lengths together from vertical pieces that come in order.
public struct RunLengthBuilder {
    private let width: Int
    private let height: Int
    private var counts: [UInt32] = []
    private var position = 0

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Adds rows `from..<to` of a column; after everything that was added before.
    @inline(__always)
    public mutating func add(column: Int, from: Int, to: Int) {
        let start = column * height + from
        let length = UInt32(truncatingIfNeeded: to - from)
        if start == position, !counts.isEmpty {
            counts[counts.count - 1] &+= length
        } else {
            counts.append(UInt32(truncatingIfNeeded: start - position))
            counts.append(length)
        }
        position = start + (to - from)
    }

    public consuming func finish() -> RunLengths {
        let total = width * height
        if position < total || counts.isEmpty { counts.append(UInt32(truncatingIfNeeded: total - position)) }
        return RunLengths(width: width, height: height, covering: counts)
    }
}
