public import VipsamKit

/// The failures of a run as people read them: equal ones once, with the first pictures and a count.
public struct FailureList: Sendable {
    /// Pictures named per kind of failure.
    private static let named = 3

    private struct Group {
        let diagnostic: Diagnostic
        var inputs: [String]
    }

    private let groups: [Group]

    public init(_ outcomes: [Outcome]) {
        var order: [String] = []
        var byKey: [String: Group] = [:]
        for outcome in outcomes where outcome.status == .failed {
            for diagnostic in outcome.diagnostics.prefix(1) {
                let key = Self.key(diagnostic, outcome)
                if byKey[key] == nil {
                    order.append(key)
                    byKey[key] = Group(diagnostic: diagnostic, inputs: [])
                }
                byKey[key]?.inputs.append(outcome.input)
            }
        }
        groups = order.compactMap { byKey[$0] }
    }

    public func rendered(_ style: Diagnostic.Style) -> String {
        groups.map { group in
            var text = group.diagnostic.rendered(style)
            let others = group.inputs.dropFirst()
            if !others.isEmpty {
                let shown = others.prefix(Self.named).joined(separator: ", ")
                let more = others.count > Self.named ? " and \(others.count - Self.named) more" : ""
                text += "  the same for \(shown)\(more)\n"
            }
            return text
        }.joined()
    }

    /// Equal but for the picture's name.
    private static func key(_ diagnostic: Diagnostic, _ outcome: Outcome) -> String {
        let stem = Paths.stemAndExtension(of: outcome.input).stem
        let place = diagnostic.mark?.description ?? ""
        // One pass per occurrence; messages are short.
        return place + "|" + diagnostic.message.replacing(outcome.input, with: "…").replacing(stem, with: "…")
    }
}
