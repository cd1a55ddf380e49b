import VipsamKit

/// Operations that only declare what they take: enough to plan with.
struct Fake: Operation {
    static let name = "fake"
    static let summary = "Nothing."

    var result: Kind?
    var access = Access.streamed

    init(_ result: Kind?, _ access: Access = .streamed) {
        self.result = result
        self.access = access
    }

    init(_ p: Parameters) throws { self.init(nil) }

    func apply(_ context: Context) throws -> Value? { nil }
}

enum FakeRegistry {
    private enum What: String, CaseIterable { case background, subject, all }
    private enum Otherwise: String, CaseIterable { case fail, skip, review }

    static func make() throws -> Registry {
        var registry = Registry()
        registry.family = "fake"
        func add(_ name: String, _ summary: String, _ make: @escaping @Sendable (Parameters) throws -> any Operation)
            throws
        {
            try registry.register(Registry.Entry(name: name, family: "fake", summary: summary, make: make))
        }
        try add("segment-everything", "Finds every object.") { p in
            _ = p.slot("image", .image, "The picture.", main: true)
            _ = p.integer("points-per-side", 1...256, or: 32, "How dense the grid is.")
            _ = p.model()
            return Fake(.objects)
        }
        try add("segment-by-box", "Finds what is in a box.") { p in
            _ = p.slot("image", .image, "The picture.")
            _ = p.optionalBox("box", "The box.", main: true)
            _ = p.model()
            return Fake(.objects)
        }
        try add("select-by-text", "Keeps what a text describes.") { p in
            _ = p.slot("objects", .objects, "The objects.")
            _ = p.text("keep", "What to keep.")
            _ = p.optionalText("reject", "What to drop.")
            _ = p.number("min-score", 0...1, or: 0.25, "The least score.")
            return Fake(.objects)
        }
        try add("tidy-objects", "Joins and drops objects.") { p in
            _ = p.slot("objects", .objects, "The objects.")
            _ = p.number("merge-overlap", 0...1, or: 0.8, "From which overlap.")
            _ = p.number("fill-holes", 0...100_000, or: 0, "Smaller holes are closed.")
            _ = p.length("min-side", 0...10_000, or: .pixels(0), "Smaller ones are dropped.")
            return Fake(.objects)
        }
        try add("filter", "Keeps some objects.") { p in
            _ = p.slot("objects", .objects, "The objects.")
            _ = p.condition("where", .object, "Which.", main: true)
            return Fake(.objects)
        }
        try add("refine-mask", "Sharpens edges.") { p in
            _ = p.slot("mask", .mask, "The mask.")
            _ = p.slot("image", .image, "The picture.")
            _ = p.text("method", or: "matting", "How.")
            _ = p.integer("band", 1...100, or: 8, "How wide.")
            _ = p.boolean("decontaminate", or: false, "Whether colours are cleaned.")
            return Fake(.mask)
        }
        try add("grow-mask", "Makes a mask larger.") { p in
            _ = p.slot("mask", .mask, "The mask.")
            _ = p.length("radius", 0...1000, or: .pixels(4), "By how much.", main: true)
            return Fake(.mask)
        }
        try add("cutout", "Cuts out.") { p in
            _ = p.slot("image", .image, "The picture.")
            _ = p.slot("mask", .mask, "What to keep.", main: true)
            _ = p.boolean("trim", or: false, "Whether to crop.")
            _ = p.length("margin", 0...1000, or: .pixels(0), "Around it.")
            _ = p.length("feather", 0...100, or: .pixels(0), "Soft edge.")
            return Fake(.image)
        }
        try add("blur", "Blurs.") { p in
            _ = p.slot("image", .image, "The picture.")
            _ = p.number("radius", 0...256, or: 4, "The radius.", main: true)
            _ = p.choice("what", or: What.all, "What is blurred.")
            return Fake(.image)
        }
        try add("shadow", "Draws a shadow.") { p in
            _ = p.slot("image", .image, "The picture.")
            _ = p.number("blur", 0...256, or: 4, "How soft.")
            _ = p.lengths("offset", -1000...1000, count: 2...2, "Where.")
            _ = p.number("opacity", 0...1, or: 0.5, "How dark.")
            return Fake(.image)
        }
        try add("canvas", "Lays the picture on a canvas.") { p in
            _ = p.slot("image", .image, "The picture.")
            _ = p.numbers("size", 1...100_000, count: 2...2, "Its size.")
            _ = p.text("fit", or: "inside", "How.")
            _ = p.color("color", or: .white, named: "white", "Its colour.")
            return Fake(.image)
        }
        try add("fill", "Paints.") { p in
            _ = p.slot("image", .image, "The picture.")
            _ = p.optionalColor("color", "The colour.", main: true)
            return Fake(.image)
        }
        try add("overlay", "Lays one picture on another.") { p in
            _ = p.namedSlot("with", .image, "The upper one.")
            _ = p.slot("image", .image, "The lower one.")
            return Fake(.image)
        }
        try add("turn", "Turns a picture.") { p in
            _ = p.slot("image", .image, "The picture.")
            return Fake(.image, .random)
        }
        try add("stats", "Measures.") { p in
            _ = p.slot("image", .image, "The picture.")
            return Fake(.table)
        }
        try add("require", "Asks.") { p in
            _ = p.condition("that", .named, "What must hold.", main: true)
            _ = p.choice("else", or: Otherwise.fail, "What else.")
            return Fake(nil)
        }
        try add("require-range", "Asks as the recipe language writes it.") { p in
            _ = p.text("that", "What.")
            _ = p.text("between", "The range.")
            return Fake(nil)
        }
        try add("save", "Writes a file.") { p in
            _ = p.namedSlot("mask", .mask, "A mask.")
            _ = p.namedSlot("table", .table, "A table.")
            _ = p.slot("image", .image, optional: true, "The picture.")
            _ = p.template("to", or: nil, "The file.", main: true)
            _ = p.optionalInteger("quality", 1...100, "Of JPEG.")
            return Fake(nil)
        }
        return registry
    }
}
