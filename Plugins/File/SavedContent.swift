import VipsamKit

/// What a `save` writes: exactly one value.
enum SavedContent {
    case image(Slot)
    case mask(Slot)
    case objects(Slot)
    case table(Slot)
    case labels(Slot)

    /// Declares the five slots; the latest image stands where none is named.
    init(_ p: Parameters) {
        let others = ["mask", "objects", "table", "labels"].filter(p.has)
        let help = "A picture; the latest one where nothing is named."
        let image = others.isEmpty ? p.slot("image", .image, help) : p.namedSlot("image", .image, help)
        let mask = p.namedSlot("mask", .mask, "A mask, as one band of the original's size.")
        let objects = p.namedSlot(
            "objects", .objects,
            "Objects, as COCO / SA-1B JSON. As there, bbox goes from the first pixel to the last: a width is one less than "
                + "in tables.")
        let table = p.namedSlot("table", .table, "A table or objects, as CSV or JSON.")
        let labels = p.namedSlot("labels", .objects, "Objects, as a picture of their numbers.")
        if !p.isProbe, others.count + (p.has("image") ? 1 : 0) > 1 {
            p.report(.several(others + (p.has("image") ? ["image"] : [])))
        }
        // A key whose name cannot be read still says what was meant; the problem is told already.
        func unnamed(_ key: String, _ kind: Kind) -> Slot {
            Slot(key: key, kind: kind, name: nil, mark: nil, isOptional: false)
        }
        switch others.first {
        case "mask": self = .mask(mask ?? unnamed("mask", .mask))
        case "objects": self = .objects(objects ?? unnamed("objects", .objects))
        case "table": self = .table(table ?? unnamed("table", .table))
        case "labels": self = .labels(labels ?? unnamed("labels", .objects))
        default: self = .image(image ?? unnamed("image", .image))
        }
    }

    private var word: String {
        switch self {
        case .image: "a picture"
        case .mask: "a mask"
        case .objects: "objects"
        case .table: "a table"
        case .labels: "labels"
        }
    }

    private var endings: [String] {
        switch self {
        case .image, .mask: PictureFormat.allEndings
        case .objects: ["json"]
        case .table: ["csv", "json"]
        case .labels: ["png", "tif", "tiff"]
        }
    }

    /// Reports an ending that this cannot be written with.
    func check(_ template: FileTemplate, _ p: Parameters) {
        guard let ending = template.fixedExtension, !endings.contains(ending) else { return }
        p.report(.ending(ending, word, endings).at(p.mark(of: "to")))
    }

    /// The path with the usual ending, where the template gives none.
    func completed(_ path: String, _ template: FileTemplate) -> String {
        if template.fixedExtension != nil { return path }
        if case .fact(.ext, _)? = template.parts.last { return path }
        switch self {
        case .image, .mask, .labels: return path + ".png"
        case .objects, .table: return path + ".json"
        }
    }
}

extension Diagnostic {
    fileprivate static func several(_ keys: [String]) -> Diagnostic {
        .error(
            "save writes one value, not \(keys.map { "'\($0)'" }.joined(separator: " and ")); write one step for each",
            cause: .recipe)
    }

    fileprivate static func ending(_ found: String, _ word: String, _ allowed: [String]) -> Diagnostic {
        // Who writes .gif means it: .tif is no better spelling of that.
        let isKnown = PictureFormat.unwrittenEndings.contains(found)
        let endings = allowed.map { ".\($0)" }.joined(separator: ", ")
        return .error(
            "\(word) cannot be written as '.\(found)': use one of \(endings)"
                + (isKnown ? "" : Suggestion.clause(for: found, among: allowed)),
            cause: .recipe)
    }
}
