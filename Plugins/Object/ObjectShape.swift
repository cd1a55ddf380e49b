import VipsamKit

/// The raster that objects are measured on: the original at the working image's size.
struct WorkingRaster {
    let frame: Frame
    let width: Int
    let height: Int

    init(_ set: ObjectSet) {
        let canvas = set.canvas
        let scale = max(1, set.frame.workingScale)
        width = max(1, Int((Double(canvas.width) / scale).rounded()))
        height = max(1, Int((Double(canvas.height) / scale).rounded()))
        frame = Frame(
            canvas: canvas, scaleX: Double(width) / Double(canvas.width), scaleY: Double(height) / Double(canvas.height),
            workingScale: set.frame.workingScale)
    }
}

/// One object while it is tidied: its pixels on the working raster, and how its mask is made from what was found.
///
/// The mask on the original stays as fine as it was; what is filled, dropped or taken away is laid over it.
struct ObjectShape {
    private let first: SegmentedObject
    let score: Double
    let stability: Double
    private(set) var mask: Mask
    /// The part of the raster that the shape may lie in.
    let area0: PixelArea
    /// Row by row, whether a pixel of `area0` is at least half on the object.
    private(set) var bits: [Bool]
    private(set) var area: Int

    init(_ object: SegmentedObject, _ raster: WorkingRaster) throws {
        first = object
        score = object.score
        stability = object.stability
        mask = object.mask
        let place = PixelArea(raster.frame.toRaster(object.box), inWidth: raster.width, height: raster.height)?
            .grown(by: 1).clipped(toWidth: raster.width, height: raster.height)
        area0 = place ?? PixelArea(left: 0, top: 0, width: 1, height: 1)
        bits = try object.mask.source.pixels(
            in: raster.frame.cropped(left: Double(area0.left), top: Double(area0.top)), width: area0.width,
            height: area0.height
        ).bytes().map { $0 >= 128 }
        area = bits.count { $0 }
    }

    /// Several that become one: the largest gives label and prompt, the best score stays.
    init(joining shapes: [ObjectShape], _ raster: WorkingRaster) {
        let largest = shapes.max { $0.area < $1.area } ?? shapes[0]
        let left = shapes.map(\.area0.left).min() ?? 0, top = shapes.map(\.area0.top).min() ?? 0
        let right = shapes.map(\.area0.right).max() ?? 1, bottom = shapes.map(\.area0.bottom).max() ?? 1
        let place = PixelArea(left: left, top: top, width: right - left, height: bottom - top)
        var joined = [Bool](repeating: false, count: place.width * place.height)
        for shape in shapes {
            for y in 0..<shape.area0.height {
                let from = y * shape.area0.width
                let to = (shape.area0.top + y - top) * place.width + shape.area0.left - left
                for x in 0..<shape.area0.width where shape.bits[from + x] { joined[to + x] = true }
            }
        }
        first = largest.first
        score = shapes.map(\.score).max() ?? largest.score
        stability = shapes.map(\.stability).max() ?? largest.stability
        let own = largest.mask
        mask = Mask(UnionMask(masks: shapes.map(\.mask)), frame: own.frame, width: own.width, height: own.height)
        area0 = place
        bits = joined
        area = joined.count { $0 }
    }

    /// Tight, in pixels of the raster; nil when nothing is left.
    var box: PixelArea? {
        var left = Int.max, right = -1, top = Int.max, bottom = -1
        for y in 0..<area0.height {
            for x in 0..<area0.width where bits[y * area0.width + x] {
                left = min(left, x)
                right = max(right, x)
                top = min(top, y)
                bottom = max(bottom, y)
            }
        }
        guard right >= left else { return nil }
        return PixelArea(left: area0.left + left, top: area0.top + top, width: right - left + 1, height: bottom - top + 1)
    }

    func contains(_ x: Int, _ y: Int) -> Bool {
        guard x >= area0.left, x < area0.right, y >= area0.top, y < area0.bottom else { return false }
        return bits[(y - area0.top) * area0.width + x - area0.left]
    }

    /// Pixels of both.
    func common(_ other: ObjectShape) -> Int {
        let left = max(area0.left, other.area0.left), right = min(area0.right, other.area0.right)
        let top = max(area0.top, other.area0.top), bottom = min(area0.bottom, other.area0.bottom)
        guard left < right, top < bottom else { return 0 }
        var count = 0
        for y in top..<bottom {
            for x in left..<right where contains(x, y) && other.contains(x, y) { count += 1 }
        }
        return count
    }

    func overlaps(_ other: ObjectShape) -> Bool { common(other) > 0 }

    /// Whether the pixels of both are at least this share of the smaller one.
    func overlaps(_ other: ObjectShape, by share: Double) -> Bool {
        let smaller = min(area, other.area)
        return smaller > 0 && Double(common(other)) >= share * Double(smaller)
    }

    func fillingHoles(upTo limit: Double, _ raster: WorkingRaster) -> ObjectShape {
        let regions = PixelRegions(bits: bits, value: false, width: area0.width, height: area0.height)
        let holes = regions.all.filter { !$0.touchesBorder && Double($0.pixels.count) <= limit }
        guard !holes.isEmpty else { return self }
        var copy = self
        copy.change(holes, to: true)
        let patch = copy.layer(holes, raster)
        copy.mask = Mask(UnionMask(masks: [mask, patch]), frame: mask.frame, width: mask.width, height: mask.height)
        return copy
    }

    func droppingSpecks(upTo limit: Double, _ raster: WorkingRaster) -> ObjectShape {
        let regions = PixelRegions(bits: bits, value: true, width: area0.width, height: area0.height).all
        guard let largest = regions.map(\.pixels.count).max() else { return self }
        let specks = regions.filter { $0.pixels.count < largest && Double($0.pixels.count) <= limit }
        guard !specks.isEmpty else { return self }
        var copy = self
        copy.change(specks, to: false)
        copy.mask = mask.without(copy.layer(specks, raster))
        return copy
    }

    func without(_ others: [ObjectShape], _ raster: WorkingRaster) -> ObjectShape {
        var copy = self
        for y in 0..<area0.height {
            for x in 0..<area0.width where copy.bits[y * area0.width + x] {
                if others.contains(where: { $0.contains(area0.left + x, area0.top + y) }) {
                    copy.bits[y * area0.width + x] = false
                    copy.area -= 1
                }
            }
        }
        for other in others { copy.mask = copy.mask.without(other.mask) }
        return copy
    }

    func object(on raster: WorkingRaster) -> SegmentedObject {
        let frame = raster.frame
        var object = first
        object.mask = mask
        object.score = score
        object.stability = stability
        object.area = Double(area) / (frame.scaleX * frame.scaleY)
        object.box = box.map { frame.toCanvas($0.box) } ?? Box(x: 0, y: 0, width: 0, height: 0)
        return object
    }

    private mutating func change(_ regions: [PixelRegions.Region], to value: Bool) {
        for region in regions {
            for index in region.pixels { bits[index] = value }
            area += value ? region.pixels.count : -region.pixels.count
        }
    }

    /// Regions as a mask, one pixel wider all around: the object's smooth edge on the original reaches into them.
    private func layer(_ regions: [PixelRegions.Region], _ raster: WorkingRaster) -> Mask {
        RegionLayer.mask(regions.flatMap(\.pixels), in: area0, on: raster)
    }
}
