import VipsamKit

/// RFC 4180 with a header; the separator may be a semicolon or a tab where the header has no comma.
enum PromptCSV {
    static let columns = ["file", "x", "y", "w", "h", "points", "label"]

    struct Cell {
        var text: String
        let offset: Int
        let length: Int
    }

    static func read(_ text: ByteText, into builder: inout PromptTable.Builder) {
        let firstLine = text.bytes.prefix { $0 != 10 && $0 != 13 }
        let separator = [",", ";", "\t"].map { Character($0).asciiValue ?? 44 }.first(where: firstLine.contains) ?? 44
        var rows = Rows(text, separator)
        guard let header = rows.next(&builder) else {
            if builder.problems.isEmpty {
                builder.report("the table is empty; it starts with a header such as file,x,y,w,h", at: 0)
            }
            return
        }
        guard let layout = layout(header, &builder) else { return }
        while let row = rows.next(&builder) {
            if builder.isFull { return }
            guard row.count == header.count else {
                builder.report(
                    "this row has \(row.count) fields, but the header has \(header.count)", at: row[0].offset,
                    length: row[0].length)
                continue
            }
            read(row, layout, into: &builder)
        }
    }

    private static func layout(_ header: [Cell], _ builder: inout PromptTable.Builder) -> [String: Int]? {
        var layout: [String: Int] = [:]
        for (index, cell) in header.enumerated() {
            let name = cell.text.trimmingSpaces.lowercased()
            if columns.contains(name) {
                if layout[name] != nil {
                    builder.report("the column '\(name)' is here twice", at: cell.offset, length: cell.length)
                }
                layout[name] = index
            } else if let near = Suggestion.nearest(to: name, among: columns.filter { $0.count > 1 }),
                !header.contains(where: { $0.text.trimmingSpaces.lowercased() == near })
            {
                builder.report(
                    "'\(Node.shortened(name))' is not a column of a table of prompts; did you mean '\(near)'?",
                    at: cell.offset,
                    length: cell.length)
            }
        }
        guard layout["file"] != nil else {
            builder.report(
                "the header has no column 'file'; known: \(columns.joined(separator: ", "))", at: header[0].offset,
                length: header[0].length)
            return nil
        }
        let sides = ["x", "y", "w", "h"]
        let missing = sides.filter { layout[$0] == nil }
        if missing.count == sides.count, layout["points"] == nil {
            builder.report(
                "the header has neither x, y, w, h nor 'points'", at: header[0].offset, length: header[0].length)
            return nil
        }
        if !missing.isEmpty, missing.count < sides.count {
            builder.report(
                "a box needs x, y, w and h; \(missing.map { "'\($0)'" }.joined(separator: " and ")) is missing",
                at: header[0].offset, length: header[0].length)
            return nil
        }
        return builder.problems.isEmpty ? layout : nil
    }

    private static func read(
        _ row: [Cell], _ layout: [String: Int], into builder: inout PromptTable.Builder
    ) {
        func cell(_ key: String) -> Cell? { layout[key].map { row[$0] } }
        guard let file = cell("file") else { return }
        let name = file.text.trimmingSpaces
        guard !name.isEmpty else { return builder.report("the file's name is missing", at: file.offset) }
        var prompt = Prompt(label: cell("label")?.text.trimmingSpaces ?? "")
        let sides = ["x", "y", "w", "h"].compactMap { cell($0) }
        let given = sides.filter { !$0.text.trimmingSpaces.isEmpty }
        if given.count == 4 {
            var values: [Double] = []
            for (index, side) in sides.enumerated() {
                guard let value = Reading.coordinate(side.text.trimmingSpaces), index < 2 || value > 0 else {
                    let what = index < 2 ? "a number of pixels" : "a number of pixels greater than 0"
                    return builder.report(
                        "'\(["x", "y", "w", "h"][index])' must be \(what), not '\(Node.shortened(side.text))'",
                        at: side.offset, length: side.length)
                }
                values.append(value)
            }
            prompt.box = Box(x: values[0], y: values[1], width: values[2], height: values[3])
        } else if !given.isEmpty {
            return builder.report(
                "a box needs x, y, w and h; not all are here", at: given[0].offset, length: given[0].length)
        }
        if let points = cell("points"), !points.text.trimmingSpaces.isEmpty {
            guard let clicks = clicks(points.text) else {
                return builder.report(
                    "'points' must be like '120 80; 40 30 0' (x y, and 1 on the object or 0 beside it), not '"
                        + Node.shortened(points.text) + "'", at: points.offset, length: points.length)
            }
            prompt.clicks = clicks
        }
        guard prompt.box != nil || !prompt.clicks.isEmpty else {
            return builder.report(
                "'\(Node.shortened(name))' has neither a box nor points here", at: file.offset, length: file.length)
        }
        builder.add(name, prompt, at: file.offset, length: file.length)
    }

    static func clicks(_ text: String) -> [Click]? {
        var clicks: [Click] = []
        for piece in text.split(separator: ";") where !String(piece).trimmingSpaces.isEmpty {
            let parts = piece.split { $0 == " " || $0 == "," || $0 == "\t" }.map(String.init)
            guard (2...3).contains(parts.count), let x = Reading.coordinate(parts[0]),
                let y = Reading.coordinate(parts[1])
            else { return nil }
            let label = parts.count == 3 ? parts[2] : "1"
            guard label == "0" || label == "1", clicks.count < 1000 else { return nil }
            clicks.append(Click(Point(x: x, y: y), isForeground: label == "1"))
        }
        return clicks.isEmpty ? nil : clicks
    }

    /// Row after row; blank lines are left out.
    struct Rows {
        private let text: ByteText
        private let separator: UInt8
        private var i = 0

        init(_ text: ByteText, _ separator: UInt8) {
            self.text = text
            self.separator = separator
        }

        mutating func next(_ builder: inout PromptTable.Builder) -> [Cell]? {
            let bytes = text.bytes
            while i < bytes.count {
                var row: [Cell] = []
                while true {
                    guard let cell = cell(&builder) else { return nil }
                    row.append(cell)
                    guard i < bytes.count, bytes[i] == separator else { break }
                    i += 1
                }
                if i < bytes.count, bytes[i] == 13 { i += 1 }
                if i < bytes.count, bytes[i] == 10 { i += 1 }
                if row.count > 1 || !row[0].text.trimmingSpaces.isEmpty { return row }
            }
            return nil
        }

        /// Nil, with a report, where the rest cannot be read.
        private mutating func cell(_ builder: inout PromptTable.Builder) -> Cell? {
            let bytes = text.bytes
            let start = i
            var content: [UInt8] = []
            if i < bytes.count, bytes[i] == UInt8(ascii: "\"") {
                i += 1
                while true {
                    guard i < bytes.count else {
                        builder.report("a quote is not closed", at: start)
                        return nil
                    }
                    if bytes[i] == UInt8(ascii: "\"") {
                        guard i + 1 < bytes.count, bytes[i + 1] == UInt8(ascii: "\"") else { break }
                        i += 1
                    }
                    content.append(bytes[i])
                    i += 1
                }
                i += 1
                if i < bytes.count, bytes[i] != separator, bytes[i] != 10, bytes[i] != 13 {
                    builder.report("after a closing quote comes the next field; a quote inside is written twice", at: i)
                    return nil
                }
            } else {
                while i < bytes.count, bytes[i] != separator, bytes[i] != 10, bytes[i] != 13 { i += 1 }
                content = Array(bytes[start..<i])
            }
            guard let decoded = String(validating: content, as: UTF8.self) else {
                builder.report("this field is not UTF-8 text; save the table as UTF-8", at: start)
                return nil
            }
            return Cell(text: decoded, offset: start, length: max(1, i - start))
        }
    }
}
