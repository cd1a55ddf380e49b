internal import VipsamKit
internal import VipsamRecipe

/// Gathers the cells of a preview while a plan is walked.
final class PreviewRecord: StepWitness {
    let mostPasses = 3
    let files = PreviewFiles()

    /// Cells on a sheet; results after them are counted.
    private static let mostCells = 120

    private let run: ItemRun
    private let side: Int
    private var cells: [PreviewCell] = []
    private var title = ""
    private var facts: Facts
    private var isInBlock = false
    private var uncounted = 0
    private var seenReviews = 0
    /// The latest picture of every canvas, for masks to lie on.
    private var pictures: [Canvas: Image] = [:]
    private var input: Image?

    init(_ run: ItemRun, side: Int) {
        self.run = run
        self.side = side
        facts = run.item.file.facts
    }

    func show(input: Image) throws {
        self.input = input
        let canvas = input.frame.canvas
        title = "input"
        add(
            try PreviewCell(
                title: title, picture: Sketch(small(input).pixels),
                lines: ["\(Paths.name(of: run.item.file.path)), \(canvas.width) × \(canvas.height)"]))
    }

    // MARK: - Steps

    func begins(_ step: OperationStep, _ facts: Facts, isInBlock: Bool) {
        title = PreviewWords.title(step, facts, isInBlock: isInBlock)
        self.facts = facts
        self.isInBlock = isInBlock
    }

    func ended(_ step: OperationStep, with result: Value?) throws -> Value? {
        let result = try result.map(computed)
        let remarks = reviews() + files.taken().map { "→ \($0)" }
        guard !isInBlock || (facts.outer + [facts.n]).allSatisfy({ $0 <= mostPasses }) else { return result }
        let words = result.map { PreviewWords.lines($0, title) } ?? []
        if let result, let (picture, about) = try drawn(result) {
            add(PreviewCell(title: title, picture: picture, lines: about + remarks))
        } else {
            remark(words + (result == nil && remarks.isEmpty ? ["\(title): holds"] : remarks.map { "\(title): \($0)" }))
        }
        return result
    }

    func passedOver(_ step: OperationStep) { remark(["\(title): off, as its 'when' says"]) }

    func leavesOut(passes: Int) {
        remark(["the first \(mostPasses) of \(passes + mostPasses) passes of the next block follow"])
    }

    func fail(_ message: String, isSkip: Bool) {
        let rest = reviews()
        cells.append(PreviewCell(title: title, lines: [message] + rest, isFailure: !isSkip))
    }

    func finished() -> [PreviewCell] {
        if uncounted > 0 { remark(["\(uncounted) more results are not shown"]) }
        return cells
    }

    // MARK: - Cells

    private func add(_ cell: PreviewCell) {
        if cells.count < Self.mostCells { cells.append(cell) } else { uncounted += 1 }
    }

    /// Below the latest picture.
    private func remark(_ lines: [String]) {
        guard let last = cells.indices.last, uncounted == 0 || !lines.isEmpty else { return }
        cells[last].lines += lines
    }

    private func reviews() -> [String] {
        let all = run.reviews
        defer { seenReviews = all.count }
        return all.dropFirst(seenReviews).map { "to review: \($0)" }
    }

    // MARK: - Values

    /// Pictures are computed once, not again for every later step.
    private func computed(_ value: Value) throws -> Value {
        guard case .image(var image) = value,
            image.pixels.pixelSize * image.width <= PreviewInput.mostBytes / max(1, image.height)
        else { return value }
        image.pixels = try image.pixels.copyMemory()
        return .image(image)
    }

    private func drawn(_ value: Value) throws -> (Sketch, [String])? {
        switch value {
        case .image(let image):
            pictures[image.frame.canvas] = image
            let picture = try SmallPicture.drawn(image.pixels, side: side)
            return (try Sketch(picture), ["\(image.width) × \(image.height)"])
        case .mask(let mask):
            guard let base = try base(mask.frame.canvas) else {
                let share = try mask.pixels().average() / 255
                let picture = try SmallPicture.drawn(mask.pixels(), side: side)
                return (try Sketch(picture), ["covers \(PreviewWords.percent(share))"])
            }
            var sketch = try Sketch(base.pixels)
            let share = try MaskPaint.draw(mask, on: base, &sketch)
            return (sketch, ["covers \(PreviewWords.percent(share))"])
        case .objects(let set):
            guard let base = try base(set.canvas) ?? blank(set) else { return nil }
            var sketch = try Sketch(base.pixels)
            try MaskPaint.draw(set, on: base, &sketch)
            return (sketch, [PreviewWords.about(set)])
        case .table, .number, .text: return nil
        }
    }

    /// What a mask lies on, small: the picture that it was made of, as it came in.
    private func base(_ canvas: Canvas) throws -> Image? {
        if let input, input.frame.canvas == canvas { return try small(input) }
        return try pictures[canvas].map(small)
    }

    private func blank(_ set: ObjectSet) throws -> Image? {
        try small(Image(pixels: Pixels.black(width: set.width, height: set.height), frame: set.frame))
    }

    private func small(_ image: Image) throws -> Image {
        let picture = try SmallPicture.drawn(image.pixels, side: side)
        let frame = image.frame.scaled(
            Double(picture.width) / Double(image.width), Double(picture.height) / Double(image.height))
        return image.with(picture, in: frame)
    }
}
