import VipsamKit

/// A rectangle of whole pixels.
struct PixelRect: Hashable {
    var left: Int
    var top: Int
    var width: Int
    var height: Int

    var right: Int { left + width }
    var bottom: Int { top + height }

    func meets(_ other: PixelRect) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    func joined(_ other: PixelRect) -> PixelRect {
        let l = min(left, other.left), t = min(top, other.top)
        return PixelRect(left: l, top: t, width: max(right, other.right) - l, height: max(bottom, other.bottom) - t)
    }

    func grown(by margin: Int, inWidth width: Int, height: Int) -> PixelRect {
        let l = max(0, left - margin), t = max(0, top - margin)
        return PixelRect(left: l, top: t, width: min(width, right + margin) - l, height: min(height, bottom + margin) - t)
    }
}

/// Finds the holes of a mask without holding all of it: strip by strip.
struct HoleFinder {
    /// The mask is looked at in cells of so many pixels.
    private static let cell = 16
    /// What surrounds a hole: this share of its longer side on each side, within limits in pixels.
    private static let surroundings = 0.6
    private static let leastMargin = 48
    private static let mostMargin = 1200

    let width: Int
    let height: Int
    /// By how much holes grow, and a little more.
    let reach: Int

    /// Rectangles that hold all that will be filled, none overlapping another.
    func cores(of mask: Pixels) throws -> [PixelRect] {
        let columns = (width + Self.cell - 1) / Self.cell, rows = (height + Self.cell - 1) / Self.cell
        var set = [Bool](repeating: false, count: columns * rows)
        for row in 0..<rows {
            let top = row * Self.cell, lines = min(Self.cell, height - top)
            let strip = try mask.bytes(left: 0, top: top, width: width, height: lines)
            for line in 0..<lines {
                for x in 0..<width where strip[line * width + x] >= 128 { set[row * columns + x / Self.cell] = true }
            }
        }
        return merged(components(&set, columns, rows))
    }

    /// What a hole may be filled from.
    func window(around core: PixelRect) -> PixelRect {
        let margin = Int(Double(max(core.width, core.height)) * Self.surroundings)
        return core.grown(by: min(max(margin, Self.leastMargin), Self.mostMargin), inWidth: width, height: height)
    }

    /// The boxes of cells that touch, also at corners.
    private func components(_ set: inout [Bool], _ columns: Int, _ rows: Int) -> [PixelRect] {
        var boxes: [PixelRect] = []
        for start in set.indices where set[start] {
            var left = columns, top = rows, right = 0, bottom = 0
            var stack = [start]
            set[start] = false
            while let cell = stack.popLast() {
                let x = cell % columns, y = cell / columns
                (left, right) = (min(left, x), max(right, x))
                (top, bottom) = (min(top, y), max(bottom, y))
                for ny in max(0, y - 1)...min(rows - 1, y + 1) {
                    for nx in max(0, x - 1)...min(columns - 1, x + 1) where set[ny * columns + nx] {
                        set[ny * columns + nx] = false
                        stack.append(ny * columns + nx)
                    }
                }
            }
            let c = Self.cell
            let box = PixelRect(
                left: left * c, top: top * c, width: min(width, (right + 1) * c) - left * c,
                height: min(height, (bottom + 1) * c) - top * c)
            boxes.append(box.grown(by: reach, inWidth: width, height: height))
        }
        return boxes
    }

    private func merged(_ boxes: [PixelRect]) -> [PixelRect] {
        var boxes = boxes
        var i = 0
        while i < boxes.count {
            if let j = boxes.indices.first(where: { $0 != i && boxes[$0].meets(boxes[i]) }) {
                boxes[min(i, j)] = boxes[i].joined(boxes[j])
                boxes.remove(at: max(i, j))
                i = 0
            } else {
                i += 1
            }
        }
        return boxes
    }
}
