internal import VipsamKit

extension Outcome {
    /// One entry of the report; docs/report.md says what is in it.
    public var json: JSON {
        .object([
            "input": .text(input),
            "status": .text(status.rawValue),
            "outputs": .texts(outputs),
            "kept": kept.isEmpty ? nil : .texts(kept),
            "ms": .number(milliseconds),
            "reasons": reasons.isEmpty ? nil : .texts(reasons),
            "degraded": isDegraded ? .truth(true) : nil,
            "retry": isRetryable ? .truth(true) : nil,
            "diagnostics": diagnostics.isEmpty ? nil : .list(diagnostics.map(\.json)),
            "notes": notes.isEmpty ? nil : .texts(notes),
        ])
    }
}

extension Diagnostic {
    /// With its place, where it has one; counted from 1.
    package var json: JSON {
        .object([
            "severity": .text(severity.rawValue),
            "message": .text(message),
            "file": mark.map { .text($0.source.name) },
            "line": mark.map { .integer($0.line) },
            "column": mark.map { .integer($0.column) },
            "notes": notes.isEmpty ? nil : .list(notes.map(\.json)),
        ])
    }
}
