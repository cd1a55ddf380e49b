import CYAML
import VipsamKit

/// Events to a tree. Problems of meaning (a key twice, an anchor) are gathered; one of syntax ends
/// the reading.
struct TreeBuilder {
    private let events: EventReader
    private var problems: [Diagnostic] = []

    init(_ events: EventReader) { self.events = events }

    mutating func document() -> Result<Node, Diagnostics> {
        do {
            let root = try read()
            return problems.isEmpty ? .success(root) : .failure(Diagnostics(problems))
        } catch {
            return .failure(Diagnostics(problems + [error.caused(by: .recipe)]))
        }
    }

    private mutating func read() throws(Diagnostic) -> Node {
        var root = Node(.scalar(.init("")), at: Mark(source: events.places.source, line: 1, column: 1))
        var documents = 0
        while true {
            let next = try events.next()
            switch next.event {
            case .streamEnd: return root
            case .documentStart:
                documents += 1
                guard documents == 1 else {
                    throw .error("a second document starts here; a file holds one", at: mark(next))
                }
            case .documentEnd: break
            default: root = try node(next, depth: 0)
            }
        }
    }

    private mutating func node(_ placed: EventReader.Placed, depth: Int) throws(Diagnostic) -> Node {
        guard depth < YAML.deepest else {
            throw .error("lists and maps nest deeper than \(YAML.deepest)", at: mark(placed))
        }
        refuse(placed)
        switch placed.event {
        case .scalar(let text, let isQuoted): return Node(.scalar(.init(text, isQuoted: isQuoted)), at: mark(placed))
        case .listStart(let isFlow): return try list(placed, isFlow, depth)
        case .mapStart(let isFlow): return try map(placed, isFlow, depth)
        default: return Node(.scalar(.init("")), at: mark(placed))
        }
    }

    private mutating func list(
        _ start: EventReader.Placed, _ isFlow: Bool, _ depth: Int
    ) throws(Diagnostic) -> Node {
        var nodes: [Node] = []
        while true {
            let next = try events.next()
            if case .listEnd = next.event {
                return Node(.list(nodes), at: extent(start, next, isFlow, first: nil))
            }
            nodes.append(try node(next, depth: depth + 1))
        }
    }

    private mutating func map(
        _ start: EventReader.Placed, _ isFlow: Bool, _ depth: Int
    ) throws(Diagnostic) -> Node {
        var entries: [Node.Entry] = []
        var places: [String: Mark] = [:]
        while true {
            let next = try events.next()
            if case .mapEnd = next.event {
                return Node(.map(entries), at: extent(start, next, isFlow, first: entries.first?.keyMark))
            }
            let key = try node(next, depth: depth + 1)
            let value = try node(try events.next(), depth: depth + 1)
            guard let text = key.text else {
                problems.append(.error("a key must be a text, not \(key.found)", cause: .recipe, at: key.mark))
                continue
            }
            if text == "<<", key.scalar?.isQuoted == false {
                problems.append(
                    .error("merge keys ('<<') are not known; write the keys out", cause: .recipe, at: key.mark))
                continue
            }
            if let first = places[text] {
                problems.append(
                    .error("the key '\(text)' is here twice", cause: .recipe, at: key.mark)
                        .noting("it is here for the first time", at: first))
                continue
            }
            places[text] = key.mark
            entries.append(Node.Entry(key: text, keyMark: key.mark, value: value))
        }
    }

    private mutating func refuse(_ placed: EventReader.Placed) {
        if case .alias = placed.event {
            problems.append(
                .error(
                    "aliases ('*') are not known; write the value out, or make it a parameter", cause: .recipe,
                    at: mark(placed)
                ).noting("a text that starts with '*' needs quotes: \"*.jpg\""))
        }
        if placed.hasAnchor {
            problems.append(
                .error("anchors ('&') are not known; make the value a parameter", cause: .recipe, at: mark(placed)))
        }
        if placed.hasTag {
            problems.append(
                .error(
                    "tags ('!') are not known; types come from what a value is for", cause: .recipe,
                    at: mark(placed)
                ).noting("a text that starts with '!' needs quotes"))
        }
    }

    private func mark(_ placed: EventReader.Placed) -> Mark { events.places.mark(placed.start, placed.end) }

    /// Brackets from the first to the last; of what is indented its first key.
    private func extent(
        _ start: EventReader.Placed, _ end: EventReader.Placed, _ isFlow: Bool, first: Mark?
    ) -> Mark {
        isFlow ? events.places.mark(start.start, end.end) : first ?? mark(start)
    }
}
