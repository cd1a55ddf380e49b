import CYAML
import VipsamKit

/// libyaml's events as Swift values. Owns the parser; the buffer has to outlive it.
final class EventReader {
    enum Event {
        case documentStart
        case documentEnd
        case streamEnd
        case scalar(String, isQuoted: Bool)
        case alias
        case listStart(isFlow: Bool)
        case listEnd
        case mapStart(isFlow: Bool)
        case mapEnd
    }

    struct Placed {
        let event: Event
        let start: yaml_mark_t
        let end: yaml_mark_t
        let hasAnchor: Bool
        let hasTag: Bool
    }

    let places: Places
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ buffer: UnsafeBufferPointer<UInt8>, _ places: Places) {
        self.places = places
        parser = .allocate(capacity: 1)
        precondition(yaml_parser_initialize(parser) == 1, "no memory for a parser")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// - Throws: a diagnostic where the text is not YAML; nothing can be read after it.
    func next() throws(Diagnostic) -> Placed {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxProblem }
            defer { yaml_event_delete(&event) }
            if let placed = placed(event) { return placed }
        }
    }

    private func placed(_ event: yaml_event_t) -> Placed? {
        func made(_ kind: Event, anchor: Bool = false, tag: Bool = false) -> Placed {
            Placed(event: kind, start: event.start_mark, end: event.end_mark, hasAnchor: anchor, hasTag: tag)
        }
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: return made(.documentStart)
        case YAML_DOCUMENT_END_EVENT: return made(.documentEnd)
        case YAML_STREAM_END_EVENT: return made(.streamEnd)
        case YAML_ALIAS_EVENT: return made(.alias)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return made(
                .scalar(text, isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE), anchor: scalar.anchor != nil,
                tag: scalar.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            let list = event.data.sequence_start
            return made(
                .listStart(isFlow: list.style == YAML_FLOW_SEQUENCE_STYLE), anchor: list.anchor != nil,
                tag: list.tag != nil)
        case YAML_SEQUENCE_END_EVENT: return made(.listEnd)
        case YAML_MAPPING_START_EVENT:
            let map = event.data.mapping_start
            return made(
                .mapStart(isFlow: map.style == YAML_FLOW_MAPPING_STYLE), anchor: map.anchor != nil,
                tag: map.tag != nil)
        case YAML_MAPPING_END_EVENT: return made(.mapEnd)
        default: return nil
        }
    }

    private var syntaxProblem: Diagnostic {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the text ends too early"
        let context = parser.pointee.context.map { String(cString: $0) } ?? ""
        return SyntaxProblem(
            problem: problem, context: context, place: parser.pointee.problem_mark,
            contextPlace: parser.pointee.context_mark, places: places
        ).diagnostic
    }
}
