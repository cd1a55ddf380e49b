import VipsamKit

/// Objects as one picture of their numbers: 0 is background, the first object is 1.
///
/// 8 bits up to 255 objects, else 16. Where objects overlap the smaller one is seen: parts lie on their wholes. A pixel
/// belongs to an object that covers at least half of it.
struct LabelMap {
    static let mostObjects = 65_535

    private let set: ObjectSet

    init(_ set: ObjectSet) { self.set = set }

    func pixels(in frame: Frame, width: Int, height: Int) throws -> Pixels {
        guard set.objects.count <= Self.mostObjects else { throw Diagnostic.tooManyObjects(set.objects.count) }
        return set.objects.count < 256
            ? try Pixels.from(
                bytes: drawn(UInt8.self, frame, width, height), width: width, height: height, bands: 1)
            : try Pixels.from(
                words: drawn(UInt16.self, frame, width, height), width: width, height: height, bands: 1)
    }

    private func drawn<Number: FixedWidthInteger>(
        _: Number.Type, _ frame: Frame, _ width: Int, _ height: Int
    ) throws -> [Number] {
        var map = [Number](repeating: 0, count: width * height)
        let order = set.objects.indices.sorted { set.objects[$0].area > set.objects[$1].area }
        for index in order {
            let object = set.objects[index]
            let margin = Int((2 * frame.scale / max(1e-9, object.mask.frame.scale)).rounded(.up))
            guard
                let area = PixelArea(frame.toRaster(object.box), inWidth: width, height: height)?
                    .grown(by: min(1_000_000, margin)).clipped(toWidth: width, height: height)
            else { continue }
            let part = try object.mask.source.pixels(
                in: frame.cropped(left: Double(area.left), top: Double(area.top)), width: area.width,
                height: area.height
            ).bytes()
            let number = Number(truncatingIfNeeded: index + 1)
            for y in 0..<area.height {
                let row = (area.top + y) * width + area.left
                for x in 0..<area.width where part[y * area.width + x] >= 128 { map[row + x] = number }
            }
        }
        return map
    }
}

extension Diagnostic {
    fileprivate static func tooManyObjects(_ count: Int) -> Diagnostic {
        .error("a label map holds at most \(LabelMap.mostObjects) objects, not \(count)")
    }
}
