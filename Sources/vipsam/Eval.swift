internal import ArgumentParser
internal import Foundation
internal import VipsamKit
internal import VipsamRun
internal import VipsamSegment
internal import VipsamTensor

/// `vipsam eval FOLDER`: a model's masks against true ones.
struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold a model's masks against true ones.",
        discussion: "FOLDER holds manifest.csv, one row per object: set, image, mask, instance_id, x0, y0, x1, y1.")

    @Argument(help: "A folder of pictures with true masks.") var folder: String
    @Option(name: .customLong("protocol"), help: "box, point, clicks, everything or subject; may be repeated (default: all).")
    var tasks: [String] = []
    @Option(help: "A model's name or file (also: VIPSAM_MODEL).") var model: String?
    @OptionGroup var precision: PrecisionOption
    @Option(help: "As in segment-by-box: auto, off or a factor.") var zoom = "auto"
    @Option(help: "As in segment-by-box: auto, off or graph-cut.") var refine = "auto"
    @Option(help: "Threads (default: all cores).") var threads: Int?
    @Flag(help: "Print JSON.") var json = false
    @Flag(name: .shortAndLong, help: "Only the result.") var quiet = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        for task in tasks where Evaluator.Task(rawValue: task) == nil {
            let known = Evaluator.Task.allCases.map(\.rawValue)
            throw ValidationError(
                "'--protocol' must be one of \(known.joined(separator: ", ")), not '\(task)'"
                    + Suggestion.clause(for: task, among: known))
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("'--threads' must be between 1 and 1024, not '\(threads)'")
        }
    }

    mutating func run() throws { try failing { try work() } }

    private func work() throws {
        let configuration = try Configuration()
        let manifest = try EvaluationManifest(folder: folder)
        let loaded = try Models.store(
            default: model ?? configuration["model"], keepsEmbeddings: !global.noCache
        ).model(nil, precision: precision.value)
        let (zoom, refine) = try LookOptions.read(zoom: zoom, refine: refine)
        let evaluator = Evaluator(
            loaded, threads: Threads(threads ?? Cores.available()), zoom: zoom, refine: refine)
        let wanted = tasks.isEmpty ? Evaluator.Task.allCases : tasks.compactMap(Evaluator.Task.init)
        var reports: [EvaluationReport] = []
        let isShown = !quiet && Descriptor.isTerminal(Descriptor.standardError)
        for task in wanted {
            let report = try evaluator.run(task, on: manifest) { done, all in
                if isShown { Descriptor.write("\r\u{1B}[2K\(task.rawValue) \(done)/\(all)", to: Descriptor.standardError) }
            }
            if isShown { Descriptor.write("\r\u{1B}[2K", to: Descriptor.standardError) }
            if !json { Terminal.put(report.table + "\n") }
            reports.append(report)
        }
        guard json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        Terminal.put(String(decoding: try encoder.encode(reports), as: UTF8.self) + "\n")
    }
}
