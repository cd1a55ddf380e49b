internal import VipsamKit

/// Masks and objects as coloured glass with a contour, on the picture that they were found in.
enum MaskPaint {
    /// Told apart by people with any colour vision as well as eight can be (Okabe and Ito 2008, without black).
    static let palette: [Sketch.RGB] = [
        (213, 94, 0), (0, 114, 178), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233), (240, 228, 66),
        (148, 0, 211),
    ]

    /// How much of the picture the glass hides, of 255.
    private static let strength = 112
    /// More names than this would hide the picture; the caption says how many there are.
    static let mostNames = 40
    private static let nameSize = 12

    /// - Parameters:
    ///   - weights: a byte a pixel of the sketch, 255 on the object.
    ///   - area: where it can differ from 0.
    static func glaze(_ sketch: inout Sketch, _ weights: [UInt8], in area: PixelArea, _ colour: Sketch.RGB) {
        let width = sketch.width, height = sketch.height
        func isOn(_ x: Int, _ y: Int) -> Bool {
            x >= 0 && y >= 0 && x < width && y < height && weights[y * width + x] >= 128
        }
        for y in area.top..<area.bottom {
            for x in area.left..<area.right {
                let weight = Int(weights[y * width + x])
                guard weight > 0 else { continue }
                let isEdge = isOn(x, y)
                    && !(isOn(x - 1, y) && isOn(x + 1, y) && isOn(x, y - 1) && isOn(x, y + 1) && isOn(x - 2, y)
                        && isOn(x + 2, y) && isOn(x, y - 2) && isOn(x, y + 2))
                sketch.mix(x, y, colour, isEdge ? 255 : weight * strength / 255)
            }
        }
    }

    /// - Returns: the share of the picture that the mask covers.
    static func draw(_ mask: Mask, on picture: Image, _ sketch: inout Sketch) throws -> Double {
        let weights = try mask.pixels(on: picture).bytes()
        glaze(&sketch, weights, in: PixelArea(left: 0, top: 0, width: picture.width, height: picture.height), palette[0])
        return Double(weights.reduce(0) { $0 + Int($1) }) / 255 / Double(max(1, weights.count))
    }

    /// Large ones first, so that small ones lie on top; names last.
    static func draw(_ set: ObjectSet, on picture: Image, _ sketch: inout Sketch) throws {
        let whole = PixelArea(left: 0, top: 0, width: picture.width, height: picture.height)
        let order = set.objects.indices.sorted { set.objects[$0].area > set.objects[$1].area }
        for index in order {
            let object = set.objects[index]
            guard let seen = PixelArea(picture.frame.toRaster(object.box), inWidth: picture.width, height: picture.height),
                let area = seen.grown(by: 2).clipped(toWidth: picture.width, height: picture.height)
            else { continue }
            let part = picture.frame.cropped(left: Double(area.left), top: Double(area.top))
            guard object.mask.frame.canvas == part.canvas else { continue }
            let drawn = try object.mask.source.pixels(in: part, width: area.width, height: area.height).bytes()
            var weights = [UInt8](repeating: 0, count: whole.width * whole.height)
            for y in 0..<area.height {
                let to = (area.top + y) * whole.width + area.left
                weights.replaceSubrange(to..<to + area.width, with: drawn[y * area.width..<(y + 1) * area.width])
            }
            glaze(&sketch, weights, in: area, palette[index % palette.count])
        }
        for index in set.objects.indices.prefix(mostNames) { name(set.objects[index], index, on: picture, &sketch) }
    }

    /// `2 cup 0.93` in a tag of the object's colour, at the top left of its box and inside the picture.
    private static func name(_ object: SegmentedObject, _ index: Int, on picture: Image, _ sketch: inout Sketch) {
        let label = object.label.isEmpty ? "" : " " + object.label.prefix(16)
        guard let words = Lettering("\(index + 1)\(label) \(PreviewWords.hundredths(object.score))", size: nameSize)
        else { return }
        let box = picture.frame.toRaster(object.box)
        func place(_ value: Double, _ room: Int) -> Int { max(0, min(room, value.isFinite ? Int(max(-1e6, min(1e6, value))) : 0)) }
        let x = place(box.x, sketch.width - words.width - 6), y = place(box.y, sketch.height - words.height - 6)
        let colour = palette[index % palette.count]
        let isBright = Int(colour.red) * 3 + Int(colour.green) * 6 + Int(colour.blue) > 1400
        sketch.fill(x: x, y: y, width: words.width + 6, height: words.height + 6, colour)
        sketch.write(words, x: x + 3, y: y + 3, isBright ? (0, 0, 0) : (255, 255, 255))
    }
}
