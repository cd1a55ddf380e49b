import VipsamKit

/// What was found wrong so far, in any order; each thing once.
final class Problems {
    private(set) var all: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []
    private var order: [SourceText] = []

    var hasErrors: Bool { all.contains { $0.severity == .error } }

    func report(_ diagnostic: Diagnostic) {
        let diagnostic = diagnostic.severity == .error ? diagnostic.caused(by: .recipe) : diagnostic
        guard seen.insert(diagnostic).inserted else { return }
        if let source = diagnostic.mark?.source, !order.contains(source) { order.append(source) }
        all.append(diagnostic)
    }

    func report(_ diagnostics: Diagnostics) { diagnostics.all.forEach(report) }

    /// Files keep the order in which they were met; the first is the recipe itself.
    func meet(_ source: SourceText) {
        if !order.contains(source) { order.append(source) }
    }

    /// By file, line and column; what has no place comes first.
    var sorted: Diagnostics {
        func key(_ diagnostic: Diagnostic) -> [Int] {
            guard let mark = diagnostic.mark else { return [-1, 0, 0] }
            return [order.firstIndex(of: mark.source) ?? order.count, mark.line, mark.column]
        }
        let keyed = all.enumerated().map { (key: key($1) + [$0], diagnostic: $1) }
        return Diagnostics(keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.diagnostic))
    }
}
