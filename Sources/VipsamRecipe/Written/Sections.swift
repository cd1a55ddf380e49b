import VipsamKit

/// `input` and `run`: read like the arguments of an operation.
enum Sections {
    static let mostPatterns = 1000

    /// Reads a section with the parameters put in.
    static func read<T>(
        _ entry: Node.Entry?, _ values: ParameterValues, _ problems: Problems, _ read: (Parameters) -> T
    ) -> T? {
        guard let entry, case .kept(let node, _) = values.replaced(entry.value, problems) else { return nil }
        let parameters = Parameters(section: entry.key, reading: node, at: entry.keyMark)
        let result = read(parameters)
        parameters.finish()
        parameters.problems.forEach(problems.report)
        return result
    }

    static func input(_ p: Parameters) -> PlannedInput {
        var input = PlannedInput()
        input.files =
            p.texts(
                "files", count: 1...mostPatterns,
                "The pictures: a glob or several, relative to the current directory. ** is any number of folders.")
            ?? []
        input.filesMark = p.has("files") ? p.mark(of: "files") : nil
        input.exclude = p.texts("exclude", count: 1...mostPatterns, "Globs of pictures that are left out.") ?? []
        input.prompts = p.optionalFile(
            "prompts",
            "A table of boxes or points for each picture: CSV (file, x, y, w, h or points, label) or COCO JSON.")
        input.promptsMark = p.has("prompts") ? p.mark(of: "prompts") : nil
        input.workSize =
            p.custom(
                "work-size", .either([.integer(64...20_000), .choice(["original"])]), defaultText: "1500",
                "What models look at: the shorter side at most so many pixels; 'original' for every pixel."
            ) { node -> WorkSize? in
                guard let text = node.text else { return nil }
                if text == "original" { return .original }
                return NumberText.integer(text).flatMap { (64...20_000).contains($0) ? .shorterSide($0) : nil }
            } ?? .standard
        input.orient = p.boolean("orient", or: true, "Whether pictures are turned upright as their EXIF data says.")
        for (key, pattern) in input.files.map({ ("files", $0) }) + input.exclude.map({ ("exclude", $0) }) {
            if let problem = Glob.problem(pattern) { p.report(.error(problem, at: p.mark(of: key))) }
        }
        return input
    }

    static func run(_ p: Parameters) -> RunDefaults {
        var run = RunDefaults()
        if let text = p.optionalText("memory", "How much memory the pictures on the way may take, such as 6GB.") {
            run.memory = Quantity.bytes(text)
            if run.memory == nil { p.report(.amount("memory", "an amount such as 6GB", text, p)) }
        }
        run.jobs = p.optionalInteger("jobs", 1...1024, "Pictures at once.")
        run.onError = p.custom(
            "on-error", .choice(RunDefaults.OnError.allCases.map(\.rawValue)), defaultText: "continue",
            "Whether a broken picture ends the batch."
        ) { $0.text.flatMap(RunDefaults.OnError.init) }
        if let text = p.optionalText("time-limit", "When to stop taking pictures, such as 55m or 2h.") {
            run.timeLimit = Quantity.seconds(text)
            if run.timeLimit == nil { p.report(.amount("time-limit", "a time such as 55m or 2h", text, p)) }
        }
        return run
    }
}

extension Diagnostic {
    fileprivate static func amount(_ key: String, _ wanted: String, _ found: String, _ p: Parameters) -> Diagnostic {
        .error("'\(key)' must be \(wanted), not '\(Node.shortened(found))'", at: p.mark(of: key))
    }
}

/// Amounts of memory and time, as the command line and recipes write them.
public enum Quantity {
    /// `6GB`, `6G`, `512MiB`, `1000000`: powers of 1024, as memory is counted. Nil for anything else
    /// and for amounts beyond an exabyte.
    public static func bytes(_ text: String) -> Int? {
        let units: [(String, Double)] = [("k", 1024), ("m", 1_048_576), ("g", 1_073_741_824), ("t", 1_099_511_627_776)]
        let word = text.lowercased().filter { $0 != " " }
        let number = word.prefix { $0.isNumber || $0 == "." }
        var factor = 1.0
        let unit = word.dropFirst(number.count)
        if !unit.isEmpty, unit != "b" {
            guard let known = units.first(where: { [$0.0, $0.0 + "b", $0.0 + "ib"].contains(String(unit)) }) else {
                return nil
            }
            factor = known.1
        }
        guard let value = NumberText.number(String(number)).map({ $0 * factor }), value >= 1, value < 1e18 else {
            return nil
        }
        return Int(value)
    }

    /// `90`, `90s`, `55m`, `2h`, `1d`, `1h30m`: in seconds. Nil for anything else.
    public static func seconds(_ text: String) -> Double? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        if let plain = NumberText.number(text) { return plain > 0 && plain < 1e9 ? plain : nil }
        var total = 0.0
        var digits = ""
        for character in text {
            if character.isNumber || character == "." {
                digits.append(character)
            } else {
                guard let unit = units[character], let number = NumberText.number(digits) else { return nil }
                total += number * unit
                digits = ""
            }
        }
        return digits.isEmpty && total > 0 && total < 1e9 ? total : nil
    }
}
