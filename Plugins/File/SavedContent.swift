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
        let objects = p.namedSlot("objects", .objects, "Objects, as COCO / SA-1B JSON.")
        let table = p.namedSlot("table", .table, "A table or objects, as CSV or JSON.")
        let labels = p.namedSlot("labels", .objects, "Objects, as a picture of their numbers.")
        if !p.isProbe, others.count + (p.has("image") ? 1 : 0) > 1 {
            p.report(.several(others + (p.has("image") ? ["image"] : [])))
        }
        if let mask {
            self = .mask(mask)
        } else if let objects {
            self = .objects(objects)
        } else if let table {
            self = .table(table)
        } else if let labels {
            self = .labels(labels)
        } else {
            self = .image(image ?? Slot(key: "image", kind: .image, name: nil, mark: nil, isOptional: false))
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
        .error(
            "\(word) cannot be written as '.\(found)': use one of \(allowed.map { ".\($0)" }.joined(separator: ", "))"
                + Suggestion.clause(for: found, among: allowed),
            cause: .recipe)
    }
}
