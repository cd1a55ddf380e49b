import VipsamKit

/// Small pictures and masks with known numbers.
enum Pictures {
    /// Numbers that look random and are always the same (a linear congruence, Knuth's MMIX constants).
    static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    static func image(_ width: Int, _ height: Int, bands: Int = 3, seed: UInt64 = 1, workingScale: Double = 1) throws -> Image {
        let bytes = noise(width * height * bands, seed: seed)
        return place(try Pixels.from(bytes: bytes, width: width, height: height, bands: bands), workingScale)
    }

    static func wide(_ width: Int, _ height: Int, bands: Int = 3, seed: UInt64 = 1) throws -> Image {
        let bytes = noise(width * height * bands * 2, seed: seed)
        let words = (0..<bytes.count / 2).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        return place(try Pixels.from(words: words, width: width, height: height, bands: bands))
    }

    static func place(_ pixels: Pixels, _ workingScale: Double = 1) -> Image {
        let canvas = Canvas(name: "test", width: pixels.width, height: pixels.height)
        return Image(pixels: pixels, frame: Frame(canvas: canvas, workingScale: workingScale))
    }

    static func mask(on image: Image, _ value: (Int, Int) -> UInt8) throws -> Mask {
        var bytes: [UInt8] = []
        for y in 0..<image.height { for x in 0..<image.width { bytes.append(value(x, y)) } }
        return Mask(
            try Pixels.from(bytes: bytes, width: image.width, height: image.height, bands: 1), frame: image.frame)
    }

    /// A blob that is neither convex nor connected.
    static func blob(on image: Image) throws -> Mask {
        let w = Double(image.width), h = Double(image.height)
        return try mask(on: image) { x, y in
            let u = Double(x) - 0.4 * w, v = Double(y) - 0.5 * h
            let ring = u * u + v * v
            let inside = ring < 0.09 * w * h && ring > 0.01 * w * h
            return inside || (x > Int(0.85 * w) && y < Int(0.2 * h)) ? 255 : 0
        }
    }

    /// A set with one object per mask; boxes and areas are the masks' own.
    static func objects(_ masks: [Mask], scores: [Double] = [], labels: [String] = []) throws -> ObjectSet {
        let objects = try masks.enumerated().map { index, mask in
            let runs = try mask.runLengths()
            return SegmentedObject(
                mask: mask, box: mask.frame.toCanvas(runs.box ?? Box(x: 0, y: 0, width: 0, height: 0)),
                area: Double(runs.area) / (mask.frame.scaleX * mask.frame.scaleY),
                score: scores.indices.contains(index) ? scores[index] : 0.9, stability: 0.95,
                label: labels.indices.contains(index) ? labels[index] : "")
        }
        let first = masks[0]
        return ObjectSet(objects, frame: first.frame, width: first.width, height: first.height)
    }
}
