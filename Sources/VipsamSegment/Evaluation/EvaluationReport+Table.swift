/// The report as a table for people.
extension EvaluationReport {
    public var table: String {
        var rows = [header]
        rows += lines.map(cells)
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n") + "\n"
    }

    private var header: [String] {
        let start = ["set", "objects", "IoU", "95 %"]
        let sizes = ["small", "medium", "large"]
        switch task {
        case .box, .point: return start + ["best of 3", "boundary F"] + sizes + ["error of predicted IoU", "ECE", "AUROC"]
        case .clicks: return start + (1...Evaluator.clicks).map { $0 == 1 ? "1 click" : "\($0) clicks" } + sizes
        case .everything: return start + ["recall at 0.5", "95 %", "masks per photo"] + sizes
        case .subject: return start + ["boundary F"] + sizes + ["error of predicted IoU", "ECE", "AUROC"]
        }
    }

    private func cells(_ line: Line) -> [String] {
        let start = [line.set, String(line.objects), Self.mean(line.iou), Self.interval(line.iou)]
        let sizes = [line.small, line.medium, line.large].map(Self.mean)
        let trust = [
            Self.text(line.predictedIoU?.meanAbsoluteError), Self.text(line.predictedIoU?.expectedCalibrationError),
            Self.text(line.predictedIoU?.areaUnderCurve),
        ]
        switch task {
        case .box, .point: return start + [Self.mean(line.bestOfThree), Self.mean(line.boundary)] + sizes + trust
        case .clicks:
            let course = line.byClick ?? []
            return start + (0..<Evaluator.clicks).map { Self.mean($0 < course.count ? course[$0] : nil) } + sizes
        case .everything:
            return start + [Self.mean(line.recall), Self.interval(line.recall), Self.text(line.masksPerPhoto)] + sizes
        case .subject: return start + [Self.mean(line.boundary)] + sizes + trust
        }
    }

    private static func interval(_ estimate: Estimate?) -> String {
        estimate.map { "\(hundredths($0.low))–\(hundredths($0.high))" } ?? "–"
    }

    private static func mean(_ estimate: Estimate?) -> String { text(estimate?.mean) }

    private static func text(_ value: Double?) -> String { value.map(hundredths) ?? "–" }

    private static func hundredths(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "–" }
        let whole = Int((abs(value) * 100).rounded())
        let digits = String(whole % 100)
        return (value < 0 ? "-" : "") + "\(whole / 100)." + (digits.count == 1 ? "0" : "") + digits
    }
}
