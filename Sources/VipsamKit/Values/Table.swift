/// Rows of named columns: what is written as CSV or JSON.
public struct Table: Sendable, Hashable {
    public enum Cell: Sendable, Hashable {
        case number(Double)
        case text(String)
    }

    public var columns: [String]
    public var rows: [[Cell]]

    public init(columns: [String], rows: [[Cell]]) {
        self.columns = columns
        self.rows = rows
    }

    /// n, label, score, stability, x, y, w, h, area: places and areas in pixels of the original.
    public init(_ set: ObjectSet) {
        self.columns = ["n", "label", "score", "stability", "x", "y", "w", "h", "area"]
        self.rows = set.objects.enumerated().map { index, object in
            [
                .number(Double(index + 1)), .text(object.label), .number(object.score), .number(object.stability),
                .number(object.box.x), .number(object.box.y), .number(object.box.width), .number(object.box.height),
                .number(object.area),
            ]
        }
    }
}
