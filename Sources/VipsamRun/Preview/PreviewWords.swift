internal import VipsamKit
internal import VipsamRecipe

/// What stands beside the pictures of a preview.
enum PreviewWords {
    /// Rows of a table that are shown.
    private static let mostRows = 4

    static func title(_ step: OperationStep, _ facts: Facts, isInBlock: Bool) -> String {
        var title = "\(step.index)  \(step.name)"
        if let label = step.label { title += " → \(label)" }
        if isInBlock {
            title += " · {n} = \(facts.text(of: .n, width: 0))"
            let name = facts.label.isEmpty ? facts.item : facts.label
            if !name.isEmpty { title += " \(name)" }
        }
        return title
    }

    /// Two decimals, rounded.
    static func hundredths(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "?" }
        let whole = Int((abs(value) * 100).rounded())
        return (value < 0 && whole > 0 ? "-" : "") + "\(whole / 100)." + (whole % 100 < 10 ? "0" : "") + "\(whole % 100)"
    }

    static func about(_ set: ObjectSet) -> String {
        let scores = set.objects.map(\.score)
        guard let low = scores.min(), let high = scores.max() else { return "no objects" }
        if set.objects.count == 1 { return "1 object, score \(hundredths(low)), \(share(set))" }
        let unnamed = set.objects.count > MaskPaint.mostNames ? ", the first \(MaskPaint.mostNames) named" : ""
        return "\(set.objects.count) objects\(unnamed), scores \(hundredths(low)) to \(hundredths(high))"
    }

    static func percent(_ share: Double) -> String { hundredths(share * 100) + " %" }

    static func lines(_ value: Value, _ title: String) -> [String] {
        switch value {
        case .number(let number): return ["\(title): \(NumberText.plain(number))"]
        case .text(let text): return ["\(title): \(text)"]
        case .table(let table):
            let head = "\(title): \(table.rows.count) rows of \(table.columns.joined(separator: ", "))"
            let rows = table.rows.prefix(mostRows).map { row in
                row.map { cell -> String in
                    switch cell {
                    case .number(let number): NumberText.plain((number * 100).rounded() / 100)
                    case .text(let text): text
                    }
                }.joined(separator: ", ")
            }
            return [head] + rows
        case .image, .mask, .objects: return []
        }
    }

    private static func share(_ set: ObjectSet) -> String {
        let area = Double(set.canvas.width) * Double(set.canvas.height)
        return percent(set.objects.reduce(0) { $0 + $1.area } / max(1, area))
    }
}
