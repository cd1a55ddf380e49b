internal import VipsamKit
internal import VipsamRecipe

/// The report as one page to look at: `vipsam-report/report.html`.
///
/// It needs no server, no script and no other file: small copies of the pictures are inside. What went wrong comes
/// first, then what wants review, then the rest, slowest first.
package struct ReportPage {
    /// Pictures with a before and an after; a page with more would be slow to make and to open.
    package static let mostPictured = 400
    /// Results shown for one picture; more are only linked.
    private static let mostResults = 6

    private let report: Report

    package init(_ report: Report) { self.report = report }

    /// - Parameter pictured: how many items get small copies.
    package func rendered(pictured: Int = mostPictured) -> String {
        let ordered = Self.order(report.result.outcomes)
        var left = pictured
        var sections: [HTML] = []
        for status in [Outcome.Status.failed, .review, .ok, .skipped] {
            let items = ordered.filter { $0.status == status }
            guard !items.isEmpty else { continue }
            let rows = items.map { outcome in
                let isPictured = left > 0 && status != .skipped
                if isPictured { left -= 1 }
                return item(outcome, isPictured: isPictured)
            }
            sections.append(
                """
                <details open><summary><h2>\(status.title) <span class="count">\(items.count)</span></h2></summary>
                \(HTML(joining: rows))
                </details>
                """)
        }
        let unpictured = ordered.count { $0.status != .skipped } - pictured
        if unpictured > 0 {
            sections.append("<p class=\"note\">The last \(unpictured) are listed without small copies.</p>")
        }
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>vipsam: \(Paths.name(of: report.plan.path)), \(report.result.outcomes.count) pictures</title>
            <link rel="icon" href="data:,">
            <style>\(HTML(stringLiteral: ReportStyle.text))</style>
            </head>
            <body>
            \(header)
            <main>
            \(HTML(joining: sections))
            </main>
            </body>
            </html>

            """
        return page.text
    }

    /// Failed ones first, then those to review, then the slowest; skipped ones last.
    package static func order(_ outcomes: [Outcome]) -> [Outcome] {
        let rank: [Outcome.Status: Int] = [.failed: 0, .review: 1, .ok: 2, .skipped: 3]
        return outcomes.enumerated().sorted { a, b in
            let first = rank[a.element.status] ?? 0, second = rank[b.element.status] ?? 0
            if first != second { return first < second }
            if a.element.milliseconds != b.element.milliseconds { return a.element.milliseconds > b.element.milliseconds }
            return a.offset < b.offset
        }.map(\.element)
    }

    // MARK: - Head

    private var header: HTML {
        let result = report.result
        var chips: [HTML] = []
        for status in [Outcome.Status.failed, .review, .ok, .skipped] where result.count(status) > 0 {
            chips.append("<span class=\"chip \(status.rawValue)\">\(result.count(status)) \(status.word)</span>")
        }
        if result.left > 0 { chips.append("<span class=\"chip failed\">\(result.left) left</span>") }
        var facts: [(String, String)] = [("Recipe", report.plan.path)]
        for parameter in report.plan.parameters { facts.append((parameter.name, parameter.text ?? "not set")) }
        facts += models
        facts.append(("Time", "\(Self.seconds(result.seconds * 1000)), ended \(RunClock.stamp)"))
        facts.append(("Workers", "\(report.budget.workers) at once, \(report.budget.threadsPerWorker) threads each"))
        facts += report.versions.map { ($0.name, $0.version) }
        facts.append(("Exit code", String(report.exitCode.rawValue)))
        if let reason = result.stopReason { facts.append(("Stopped", reason.rawValue)) }
        let rows = facts.map { fact -> HTML in "<dt>\(fact.0)</dt><dd>\(fact.1)</dd>" }
        let warnings = (report.plan.warnings + report.unusedPrompts).map { $0.rendered() } + result.warnings
        let remarks: HTML = warnings.isEmpty ? "" : "<pre>\(warnings.joined(separator: "\n"))</pre>"
        return """
            <header>
            <h1>\(report.plan.about ?? Paths.name(of: report.plan.path))</h1>
            <p>\(HTML(joining: chips, separator: " "))</p>
            <details><summary>How it was run</summary><dl>\(HTML(joining: rows))</dl></details>
            \(remarks)
            </header>
            """
    }

    private var models: [(String, String)] {
        guard case .list(let models)? = report.model else { return [] }
        return models.compactMap { model in
            guard case .object(let entries) = model,
                case .text(let name)? = entries.first(where: { $0.key == "name" })?.value
            else { return nil }
            return ("Model", name)
        }
    }

    // MARK: - Items

    private func item(_ outcome: Outcome, isPictured: Bool) -> HTML {
        let results = outcome.outputs + outcome.kept
        var figures: [HTML] = []
        if isPictured {
            if let before = figure(outcome.input, "before", link: nil) { figures.append(before) }
            let shown = results.prefix(Self.mostResults)
            figures += shown.compactMap { figure($0, named($0), link: relative($0)) }
        }
        let links = results.map { path -> HTML in
            guard let link = relative(path) else { return "<li>\(path)</li>" }
            return "<li><a href=\"\(HTML.address(link))\">\(named(path))</a></li>"
        }
        var notes: [HTML] = outcome.reasons.map { "<p class=\"reason\">\($0)</p>" }
        notes += outcome.diagnostics.map { "<pre>\($0.rendered())</pre>" }
        if outcome.isDegraded { notes.append("<p class=\"reason\">the file is damaged and was read as far as it goes</p>") }
        notes += outcome.notes.map { "<p class=\"note\">\($0)</p>" }
        let list: HTML = links.isEmpty ? "" : "<ul>\(HTML(joining: links, separator: ""))</ul>"
        let strip: HTML = figures.isEmpty ? "" : "<div class=\"strip\">\(HTML(joining: figures))</div>"
        return """
            <article class="\(outcome.status.rawValue)">
            <h3>\(outcome.input) <span class="time">\(Self.seconds(outcome.milliseconds))</span></h3>
            \(HTML(joining: notes))
            \(strip)
            \(list)
            </article>
            """
    }

    private func figure(_ path: String, _ caption: String, link: String?) -> HTML? {
        guard let small = Thumbnail(path) else { return nil }
        // Enlarged by the style: squares, not a blur.
        let form: HTML = max(small.width, small.height) < 32 ? " class=\"tiny\"" : ""
        let image: HTML = """
            <img\(form) loading="lazy" alt="\(caption)" width="\(small.width)" height="\(small.height)"
             src="\(small.uri)">
            """
        let linked: HTML = link.map { "<a href=\"\(HTML.address($0))\">\(image)</a>" } ?? image
        return "<figure>\(linked)<figcaption>\(caption)</figcaption></figure>"
    }

    /// Below the output folder; the page lies one folder down from it.
    private func named(_ path: String) -> String {
        let root = report.outputRoot.hasSuffix("/") ? report.outputRoot : report.outputRoot + "/"
        if path.hasPrefix(root) { return String(path.dropFirst(root.count)) }
        return path
    }

    private func relative(_ path: String) -> String? {
        let name = named(path)
        if name.hasPrefix("/") { return nil }
        return report.outputRoot == "." || name != path ? "../" + name : nil
    }

    private static func seconds(_ milliseconds: Double) -> String {
        if milliseconds < 1000 { return "\(Int(milliseconds.rounded())) ms" }
        let tenths = Int((milliseconds / 100).rounded())
        return tenths < 1200 ? "\(tenths / 10).\(tenths % 10) s" : "\(tenths / 600) min \(tenths / 10 % 60) s"
    }
}

extension Outcome.Status {
    fileprivate var title: HTML {
        switch self {
        case .failed: "Failed"
        case .review: "To review"
        case .ok: "Done"
        case .skipped: "Skipped"
        }
    }

    fileprivate var word: HTML {
        switch self {
        case .failed: "failed"
        case .review: "to review"
        case .ok: "done"
        case .skipped: "skipped"
        }
    }
}
