import VipsamKit

/// Objects as JSON in the form of the SA-1B data set and of COCO.
///
/// `{"image": {width, height, file_name}, "annotations": [{id, label, bbox, area, predicted_iou, stability_score,
/// segmentation: {size: [height, width], counts}, point_coords, crop_box}]}`. Places are pixels of the original.
/// `counts` is COCO's compressed text of column-major run lengths. `bbox` is [x, y, width, height] with width = last
/// − first column, as the official code of Segment Anything writes it: one less than the columns that the object
/// covers.
struct ObjectsDocument {
    private let set: ObjectSet
    private let fileName: String

    init(_ set: ObjectSet, file facts: Facts) {
        self.set = set
        fileName = facts.ext.isEmpty ? facts.name : "\(facts.name).\(facts.ext)"
    }

    func text() throws -> String {
        let canvas = set.canvas
        let rows = try set.objects.enumerated().map { try annotation($1, number: $0 + 1) }
        let image = JSONText.map([
            ("file_name", JSONText.text(fileName)), ("width", JSONText.number(Double(canvas.width))),
            ("height", JSONText.number(Double(canvas.height))),
        ])
        return "{\"image\": \(image), \"annotations\": [" + (rows.isEmpty ? "" : "\n" + rows.joined(separator: ",\n") + "\n")
            + "]}\n"
    }

    private func annotation(_ object: SegmentedObject, number: Int) throws -> String {
        let runs = try object.runsOnCanvas()
        let box = runs.box ?? Box(x: 0, y: 0, width: 1, height: 1)
        let bounds = [box.x, box.y, box.width - 1, box.height - 1]
        let clicks = object.prompt?.clicks.map { JSONText.numbers([$0.point.x, $0.point.y]) } ?? []
        let size = [Double(runs.height), Double(runs.width)]
        return JSONText.map([
            ("id", JSONText.number(Double(number))), ("label", JSONText.text(object.label)),
            ("bbox", JSONText.numbers(bounds)), ("area", JSONText.number(Double(runs.area))),
            ("predicted_iou", JSONText.number(object.score)), ("stability_score", JSONText.number(object.stability)),
            (
                "segmentation",
                JSONText.map([("size", JSONText.numbers(size)), ("counts", JSONText.text(runs.cocoText))])
            ),
            ("point_coords", "[" + clicks.joined(separator: ", ") + "]"),
            ("crop_box", JSONText.numbers([0, 0, Double(set.canvas.width), Double(set.canvas.height)])),
        ])
    }
}
