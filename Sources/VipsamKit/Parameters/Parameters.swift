/// What an operation's initializer reads its arguments from; the initializer is the schema.
///
///     radius = p.number("radius", 0...256, or: 4, "Blur radius, in pixels of the working image.")
///
/// reads, checks, defaults and documents in one line. Run on an empty *probe* it records the
/// fields, from which `vipsam ops`, the JSON Schema and the documents come. Run on the arguments of
/// a recipe it yields values; problems are gathered, not thrown, so that one look at a recipe
/// reports all of them. An initializer declares all its fields before it branches.
public final class Parameters {
    /// The operation's name, for messages; of a section of the recipe its key.
    public let operation: String

    /// Whether there are no arguments to read: only the fields are wanted.
    public let isProbe: Bool

    /// Where the step stands; nil in a probe.
    public let mark: Mark?

    /// The recipe's parameters as text, for `$name` inside conditions.
    public let variables: [String: String]

    public private(set) var fields: [Field] = []
    public private(set) var slots: [Slot] = []
    public private(set) var conditions: [Condition] = []
    public private(set) var templates: [FileTemplate] = []
    /// The models that are named, in order of declaration, and the form in which each is wanted; a name of nil stands for
    /// the default.
    public private(set) var models: [(name: String?, form: String?, mark: Mark?)] = []
    public private(set) var problems: [Diagnostic] = []

    private let arguments: Node?
    private let isSection: Bool

    /// A probe.
    public init(probing operation: String) {
        self.operation = operation
        self.arguments = nil
        self.mark = nil
        self.variables = [:]
        self.isProbe = true
        self.isSection = false
    }

    /// - Parameter arguments: the map, or the one main value, or nil or an empty scalar for none.
    public init(
        _ operation: String, reading arguments: Node?, at mark: Mark?, variables: [String: String] = [:]
    ) {
        self.operation = operation
        self.arguments = arguments.flatMap { $0.isNull ? nil : $0 }
        self.mark = mark
        self.variables = variables
        self.isProbe = false
        self.isSection = false
    }

    /// A section of a recipe (`input`, `run`, a parameter), read by the same rules.
    package init(section key: String, reading content: Node?, at mark: Mark?) {
        self.operation = "'\(key)'"
        self.arguments = content.flatMap { $0.isNull ? nil : $0 }
        self.mark = mark
        self.variables = [:]
        self.isProbe = content == nil && mark == nil
        self.isSection = true
    }

    /// Adds a problem of the operation's own, such as two arguments that do not go together.
    public func report(_ diagnostic: Diagnostic) {
        problems.append(diagnostic.caused(by: .recipe).at(mark))
    }

    /// Where the value of a key stands, for problems of the operation's own; the step if it is absent.
    public func mark(of key: String) -> Mark? { value(key)?.mark ?? mark }

    /// Whether the recipe gives this argument.
    public func has(_ key: String) -> Bool { value(key) != nil }

    /// Declares a field and hands out what the recipe says of it.
    ///
    /// - Returns: the node to convert; nil when it is absent (a missing required one is reported).
    package func declare(_ field: Field) -> Node? {
        precondition(!fields.contains { $0.key == field.key }, "\(operation): '\(field.key)' is declared twice")
        fields.append(field)
        guard !isProbe else { return nil }
        guard let node = value(field.key) else {
            if field.isRequired {
                report(.error("\(operation) needs '\(field.key)': \(field.form.phrase)", cause: .recipe))
            }
            return nil
        }
        return node
    }

    package func add(_ slot: Slot) { slots.append(slot) }
    package func add(_ condition: Condition) { conditions.append(condition) }
    package func add(_ template: FileTemplate) { templates.append(template) }
    package func addModel(_ name: String?, form: String?, at mark: Mark?) { models.append((name, form, mark)) }

    /// Reports what was given and never read: unknown keys, and a value alone where none may stand.
    package func finish() {
        guard let arguments else { return }
        switch arguments.content {
        case .map(let entries):
            for entry in entries where !fields.contains(where: { $0.key == entry.key }) {
                report(unknown(entry))
            }
        case .scalar, .list:
            if !fields.contains(where: \.isMain) {
                report(
                    .error("\(operation) takes a map of arguments, not \(arguments.found)", at: arguments.mark)
                        .noting("known: \(fields.map(\.key).joined(separator: ", "))"))
            }
        }
    }

    private func value(_ key: String) -> Node? {
        guard let arguments else { return nil }
        if case .map(let entries) = arguments.content {
            return entries.first { $0.key == key }?.value
        }
        let main = fields.last { $0.isMain }
        return main?.key == key ? arguments : nil
    }

    private func unknown(_ entry: Node.Entry) -> Diagnostic {
        let key = Node.shortened(entry.key)
        let what = isSection ? "'\(key)' is not known in \(operation)" : "'\(key)' is not an argument of \(operation)"
        if NumberText.number(entry.key) != nil, entry.value.isNull {
            return .error(what, at: entry.keyMark)
                .noting("a list of numbers needs brackets: write [10, 20, 300, 400]")
        }
        if entry.key.hasPrefix("{"), entry.value.isNull {
            return .error(what, at: entry.keyMark)
                .noting("a file name with facts needs quotes: \"{name}.png\"")
        }
        if FileTemplate.Fact(rawValue: String(entry.key.prefix { $0 != ":" })) != nil, entry.value.isNull {
            return .error(what, at: entry.keyMark)
                .noting("braces make a map in YAML; a file name with facts needs quotes: \"{\(key)}\"")
        }
        let keys = fields.map(\.key)
        let known = keys.isEmpty ? "\(operation) takes no arguments" : "known: \(keys.joined(separator: ", "))"
        return .error(what + Suggestion.clause(for: entry.key, among: keys), at: entry.keyMark).noting(known)
    }
}
