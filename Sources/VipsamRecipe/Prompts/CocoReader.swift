import VipsamKit

/// Boxes of a COCO file, or of the JSON that `save: {objects: …}` writes for one picture.
struct CocoReader {
    private struct Annotation {
        var image: String?
        var category: String?
        var box: Box?
        var offset: Int
    }

    private let text: ByteText
    private var files: [String: String] = [:]
    private var order: [(id: String, offset: Int)] = []
    private var categories: [String: String] = [:]
    private var annotations: [Annotation] = []
    private var hasAnnotations = false

    /// The identifier of the picture of a file that has just one.
    private static let only = "image"

    init(_ text: ByteText) { self.text = text }

    mutating func read(into builder: inout PromptTable.Builder) {
        var reader = JSONReader(text.bytes)
        do {
            try reader.map { (reader, key) throws(JSONReader.Problem) in
                switch key {
                case "images": try reader.list { (reader) throws(JSONReader.Problem) in try self.image(&reader, nil) }
                case "image": try self.image(&reader, Self.only)
                case "categories": try reader.list { (reader) throws(JSONReader.Problem) in try self.category(&reader) }
                case "annotations":
                    self.hasAnnotations = true
                    try reader.list { (reader) throws(JSONReader.Problem) in try self.annotation(&reader) }
                default: try reader.skip()
                }
            }
            try reader.end()
        } catch {
            return builder.report(error.message, at: error.offset)
        }
        guard !order.isEmpty, hasAnnotations else {
            return builder.report("a COCO file has 'images' and 'annotations'; one is missing", at: 0)
        }
        for (id, offset) in order {
            if let file = files[id] { builder.add(file, nil, at: offset) }
        }
        for annotation in annotations where !builder.isFull { add(annotation, &builder) }
    }

    private func add(_ annotation: Annotation, _ builder: inout PromptTable.Builder) {
        let id = annotation.image ?? (order.count == 1 ? order[0].id : "")
        guard let file = files[id] else {
            let what =
                annotation.image.map { "no image has the 'id' \(Node.shortened($0))" }
                ?? "an annotation needs an 'image_id'"
            return builder.report(what, at: annotation.offset)
        }
        guard let box = annotation.box else {
            return builder.report("an annotation needs a 'bbox'", at: annotation.offset)
        }
        guard box.width > 0, box.height > 0,
            [box.x, box.y, box.width, box.height].allSatisfy({ abs($0) <= Reading.farthest })
        else {
            return builder.report(
                "a 'bbox' is [x, y, width, height] in pixels, larger than nothing", at: annotation.offset)
        }
        let label = annotation.category.flatMap { categories[$0] } ?? ""
        builder.add(file, Prompt(box: box, label: label), at: annotation.offset)
    }

    private mutating func image(_ reader: inout JSONReader, _ fixed: String?) throws(JSONReader.Problem) {
        var id = fixed
        var file: String?
        _ = try reader.peek()
        let offset = reader.offset
        try reader.map { (reader, key) throws(JSONReader.Problem) in
            switch key {
            case "id" where fixed == nil: id = try reader.identifier()
            case "file_name": file = try reader.string()
            default: try reader.skip()
            }
        }
        guard let id, let file else {
            throw JSONReader.Problem(message: "an image needs an 'id' and a 'file_name'", offset: offset)
        }
        guard files.updateValue(file, forKey: id) == nil else {
            throw JSONReader.Problem(message: "the 'id' \(Node.shortened(id)) belongs to two images", offset: offset)
        }
        order.append((id, offset))
    }

    private mutating func category(_ reader: inout JSONReader) throws(JSONReader.Problem) {
        var id: String?
        var name: String?
        try reader.map { (reader, key) throws(JSONReader.Problem) in
            switch key {
            case "id": id = try reader.identifier()
            case "name": name = try reader.string()
            default: try reader.skip()
            }
        }
        if let id, let name { categories[id] = name }
    }

    private mutating func annotation(_ reader: inout JSONReader) throws(JSONReader.Problem) {
        _ = try reader.peek()
        var annotation = Annotation(offset: reader.offset)
        try reader.map { (reader, key) throws(JSONReader.Problem) in
            switch key {
            case "image_id": annotation.image = try reader.identifier()
            case "category_id": annotation.category = try reader.identifier()
            case "bbox":
                _ = try reader.peek()
                annotation.offset = reader.offset
                var sides: [Double] = []
                try reader.list { (reader) throws(JSONReader.Problem) in
                    let side = try reader.number()
                    if sides.count < 5 { sides.append(side) }
                }
                guard sides.count == 4 else {
                    throw JSONReader.Problem(
                        message: "a 'bbox' has four numbers: x, y, width, height", offset: annotation.offset)
                }
                annotation.box = Box(x: sides[0], y: sides[1], width: sides[2], height: sides[3])
            default: try reader.skip()
            }
        }
        annotations.append(annotation)
    }
}
