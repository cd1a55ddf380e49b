extension Value {
    /// What `name.field` of a condition answers.
    ///
    /// Of several objects: the area of their union's parts added up, the best score and stability,
    /// the box around all. `count` is how many there are.
    ///
    /// - Throws: a diagnostic where this kind of value has no such field.
    public func answer(_ field: String) throws -> Condition.Answer {
        switch (self, field) {
        case (.image(let image), "width"): return .number(Double(image.width), whole: 0)
        case (.image(let image), "height"): return .number(Double(image.height), whole: 0)
        case (.objects(let set), "count"): return .number(Double(set.objects.count), whole: 0)
        case (.objects(let set), _):
            let box = set.box ?? Box(x: 0, y: 0, width: 0, height: 0)
            let whole = SegmentedObject(
                mask: set.union, box: box, area: set.objects.reduce(0) { $0 + $1.area },
                score: set.objects.map(\.score).max() ?? 0, stability: set.objects.map(\.stability).max() ?? 0,
                label: set.objects.first?.label ?? "")
            if let answer = whole.answer(field, number: 1, on: set.canvas) { return answer }
        case (.mask(let mask), "area"):
            let mean = try mask.pixels().average() / 255
            let pixels = mean * Double(mask.width * mask.height) / (mask.frame.scaleX * mask.frame.scaleY)
            return .number(pixels, whole: mask.frame.canvas.area)
        case (.mask(let mask), "width"): return .number(Double(mask.width), whole: 0)
        case (.mask(let mask), "height"): return .number(Double(mask.height), whole: 0)
        default: break
        }
        throw Diagnostic.error("\(kind.phrase) has no '\(field)'")
    }
}

extension SegmentedObject {
    /// What a bare field of `where` answers; nil for a word that is no field.
    ///
    /// - Parameter number: the object's place in its set, counted from 1.
    public func answer(_ field: String, number: Int, on canvas: Canvas) -> Condition.Answer? {
        let width = Double(canvas.width), height = Double(canvas.height)
        switch field {
        case "area": return .number(area, whole: canvas.area)
        case "score": return .number(score, whole: 1)
        case "stability": return .number(stability, whole: 1)
        case "label": return .text(label)
        case "n": return .number(Double(number), whole: 0)
        case "x": return .number(box.x, whole: width)
        case "y": return .number(box.y, whole: height)
        case "w", "width": return .number(box.width, whole: width)
        case "h", "height": return .number(box.height, whole: height)
        default: return nil
        }
    }
}

extension Canvas {
    var area: Double { Double(width) * Double(height) }
}
