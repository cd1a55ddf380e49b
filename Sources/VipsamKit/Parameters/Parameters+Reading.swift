/// The readers: one for each form of argument. `or:` is the default; without it an argument is
/// required; `or: nil` makes it optional.
extension Parameters {
    public func text(_ key: String, or fallback: String, _ help: String, main: Bool = false) -> String {
        read(key, .text, fallback, { $0 }, main, help) { $0.text } ?? fallback
    }

    public func text(_ key: String, _ help: String, main: Bool = false) -> String {
        read(key, .text, required: true, main, help) { $0.text } ?? ""
    }

    public func optionalText(_ key: String, _ help: String, main: Bool = false) -> String? {
        read(key, .text, required: false, main, help) { $0.text }
    }

    public func integer(
        _ key: String, _ range: ClosedRange<Int>, or fallback: Int, _ help: String, main: Bool = false
    ) -> Int {
        read(key, .integer(range), fallback, { String($0) }, main, help) { Reading.integer($0, in: range) } ?? fallback
    }

    public func integer(_ key: String, _ range: ClosedRange<Int>, _ help: String, main: Bool = false) -> Int {
        read(key, .integer(range), required: true, main, help) { Reading.integer($0, in: range) } ?? range.lowerBound
    }

    public func optionalInteger(_ key: String, _ range: ClosedRange<Int>, _ help: String) -> Int? {
        read(key, .integer(range), required: false, false, help) { Reading.integer($0, in: range) }
    }

    public func number(
        _ key: String, _ range: ClosedRange<Double>, or fallback: Double, _ help: String, main: Bool = false
    ) -> Double {
        read(key, .number(range), fallback, NumberText.plain, main, help) { Reading.number($0, in: range) } ?? fallback
    }

    public func number(_ key: String, _ range: ClosedRange<Double>, _ help: String, main: Bool = false) -> Double {
        read(key, .number(range), required: true, main, help) { Reading.number($0, in: range) } ?? range.lowerBound
    }

    public func optionalNumber(_ key: String, _ range: ClosedRange<Double>, _ help: String) -> Double? {
        read(key, .number(range), required: false, false, help) { Reading.number($0, in: range) }
    }

    public func boolean(_ key: String, or fallback: Bool, _ help: String, main: Bool = false) -> Bool {
        read(key, .boolean, fallback, { String($0) }, main, help) { $0.text.flatMap(Reading.boolean) } ?? fallback
    }

    public func optionalBoolean(_ key: String, _ help: String) -> Bool? {
        read(key, .boolean, required: false, false, help) { $0.text.flatMap(Reading.boolean) }
    }

    public func color(_ key: String, or fallback: Color, named name: String, _ help: String, main: Bool = false) -> Color {
        read(key, .color, fallback, { _ in name }, main, help, Reading.color) ?? fallback
    }

    public func optionalColor(_ key: String, _ help: String, main: Bool = false) -> Color? {
        read(key, .color, required: false, main, help, Reading.color)
    }

    /// A length in pixels of the working image, or in percent where `percent` allows it.
    public func length(
        _ key: String, _ range: ClosedRange<Double>, percent: Bool = true, or fallback: Length, _ help: String,
        main: Bool = false
    ) -> Length {
        let form = Field.Form.length(range, percent: percent)
        return read(key, form, fallback, \.description, main, help) {
            Reading.boundedLength($0, in: range, percent: percent)
        } ?? fallback
    }

    public func optionalLength(
        _ key: String, _ range: ClosedRange<Double>, percent: Bool = true, _ help: String, main: Bool = false
    ) -> Length? {
        let form = Field.Form.length(range, percent: percent)
        return read(key, form, required: false, main, help) { Reading.boundedLength($0, in: range, percent: percent) }
    }

    /// One word of an enumeration whose raw values are the words of the recipe.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, or fallback: Choice, _ help: String, main: Bool = false
    ) -> Choice {
        let words = Choice.allCases.map(\.rawValue)
        return read(key, .choice(words), fallback, \.rawValue, main, help) { $0.text.flatMap(Choice.init) } ?? fallback
    }

    public func optionalBox(_ key: String, _ help: String, main: Bool = false) -> BoxLength? {
        read(key, .box, required: false, main, help, Reading.box)
    }

    public func boxes(_ key: String, _ help: String, main: Bool = false) -> [BoxLength]? {
        list(key, .box, 1...10_000, main, help, Reading.box)
    }

    public func clicks(_ key: String, _ help: String, main: Bool = false) -> [Click]? {
        list(key, .click, 1...1_000, main, help, Reading.click)
    }

    /// Texts; one may stand alone.
    public func texts(_ key: String, count: ClosedRange<Int>, _ help: String, main: Bool = false) -> [String]? {
        list(key, .text, count, main, help) { $0.isNull ? nil : $0.text }
    }

    public func numbers(
        _ key: String, _ range: ClosedRange<Double>, count: ClosedRange<Int>, _ help: String, main: Bool = false
    ) -> [Double]? {
        list(key, .number(range), count, main, help) { Reading.number($0, in: range) }
    }

    /// `[x, y]`, each a length.
    public func lengths(
        _ key: String, _ range: ClosedRange<Double>, percent: Bool = true, count: ClosedRange<Int>, _ help: String,
        main: Bool = false
    ) -> [Length]? {
        list(key, .length(range, percent: percent), count, main, help) {
            Reading.boundedLength($0, in: range, percent: percent)
        }
    }

    /// Words of an enumeration.
    public func choices<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, of type: Choice.Type, or fallback: [Choice], _ help: String
    ) -> [Choice] {
        let words = Choice.allCases.map(\.rawValue)
        let form = Field.Form.list(of: .choice(words), count: 0...words.count)
        let text = "[" + fallback.map(\.rawValue).joined(separator: ", ") + "]"
        return read(key, form, fallback, { _ in text }, false, help) { node in
            Self.elements(node) { $0.text.flatMap(Choice.init) }
        } ?? fallback
    }

    /// A file to read, relative to the current directory.
    public func file(_ key: String, _ help: String, main: Bool = false) -> String {
        read(key, .file, required: true, main, help) { $0.text.flatMap { $0.isEmpty ? nil : $0 } } ?? ""
    }

    public func optionalFile(_ key: String, _ help: String, main: Bool = false) -> String? {
        read(key, .file, required: false, main, help) { $0.text.flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// A model's name or file; nil stands for the recipe's or the command line's.
    ///
    /// - Parameter form: reads what else decides how the model is loaded, in a word that its loader knows; nil for nothing.
    public func model(
        _ key: String = "model", _ help: String = "The model: a name of the catalog, or a file.",
        form: () -> String? = { nil }
    ) -> String? {
        let name: String? = read(key, .model, required: false, false, help) { $0.text }
        addModel(name, form: form(), at: name == nil ? nil : mark(of: key))
        return name
    }

    /// A value of the recipe: by name, or the latest of its kind.
    ///
    /// - Parameter needed: false where other arguments make it idle: then it takes a value only when the recipe names one.
    public func slot(
        _ key: String, _ kind: Kind, optional: Bool = false, needed: Bool = true, _ help: String, main: Bool = false
    ) -> Slot {
        let name: String? = read(key, .slot(kind), required: false, main, help) { Reading.name($0) }
        let slot = Slot(
            key: key, kind: kind, name: name, mark: name == nil ? nil : mark(of: key), isOptional: optional)
        if needed || name != nil || isProbe { add(slot) }
        return slot
    }

    /// A value that takes part only when the recipe names it.
    public func namedSlot(_ key: String, _ kind: Kind, _ help: String, main: Bool = false) -> Slot? {
        let name: String? = read(key, .slot(kind), required: false, main, help) { Reading.name($0) }
        guard let name else { return nil }
        let slot = Slot(key: key, kind: kind, name: name, mark: mark(of: key), isOptional: false)
        add(slot)
        return slot
    }

    public func condition(_ key: String, _ scope: Condition.Scope, _ help: String, main: Bool = false) -> Condition {
        let text: Condition? = read(key, .condition, required: true, main, help) { node in
            guard let scalar = node.scalar else { return nil }
            switch Condition.parsed(
                scalar.text, at: node.mark, quoted: scalar.isQuoted, scope, variables: self.variables)
            {
            case .success(let condition): return condition
            case .failure(let problem):
                self.report(problem)
                return .always
            }
        }
        let condition = text ?? .always
        add(condition)
        return condition
    }

    /// The name of a file to write, with facts in braces.
    public func template(_ key: String, or fallback: String?, _ help: String, main: Bool = false) -> FileTemplate {
        let isRequired = fallback == nil
        let node = declare(
            Field(key: key, form: .template, defaultText: fallback, isRequired: isRequired, isMain: main, help: help))
        if let node, node.text == nil || node.isNull { report(.misfit(key, .template, node)) }
        // What is missing or no text is told already; two of them do not write one file.
        guard isProbe || fallback != nil || node?.text != nil else { return FileTemplate.plain("out", at: node?.mark) }
        let text = node?.text ?? fallback ?? "{name}"
        switch FileTemplate.parsed(text, at: node?.mark) {
        case .success(let template):
            add(template)
            return template
        case .failure(let problem):
            report(problem)
            return FileTemplate.plain("out", at: node?.mark)
        }
    }

    /// A form of the caller's own.
    package func custom<T>(
        _ key: String, _ form: Field.Form, defaultText: String? = nil, isRequired: Bool = false, _ help: String,
        _ convert: (Node) -> T?
    ) -> T? {
        let field = Field(
            key: key, form: form, defaultText: defaultText, isRequired: isRequired, isMain: false, help: help)
        return converted(field, convert)
    }

    // MARK: - The one way in

    private func list<T>(
        _ key: String, _ form: Field.Form, _ count: ClosedRange<Int>, _ main: Bool, _ help: String,
        _ convert: (Node) -> T?
    ) -> [T]? {
        read(key, .list(of: form, count: count), required: false, main, help) { node in
            // One element may stand alone: `boxes: [10, 20, 30, 40]`.
            if let single = convert(node), count.contains(1) { return [single] }
            return Self.elements(node, convert).flatMap { count.contains($0.count) ? $0 : nil }
        }
    }

    private static func elements<T>(_ node: Node, _ convert: (Node) -> T?) -> [T]? {
        switch node.content {
        case .list(let nodes):
            let converted = nodes.map(convert)
            return converted.contains { $0 == nil } ? nil : converted.compactMap { $0 }
        case .scalar(let scalar):
            let nodes = scalar.text.split(separator: ",").map {
                Node(.scalar(.init(String($0).trimmingSpaces)), at: node.mark)
            }
            let converted = nodes.map(convert)
            return converted.contains { $0 == nil } ? nil : converted.compactMap { $0 }
        case .map: return nil
        }
    }

    private func read<T>(
        _ key: String, _ form: Field.Form, _ fallback: T, _ spell: (T) -> String, _ main: Bool, _ help: String,
        _ convert: (Node) -> T?
    ) -> T? {
        let field = Field(
            key: key, form: form, defaultText: spell(fallback), isRequired: false, isMain: main, help: help)
        return converted(field, convert)
    }

    private func read<T>(
        _ key: String, _ form: Field.Form, required: Bool, _ main: Bool, _ help: String, _ convert: (Node) -> T?
    ) -> T? {
        let field = Field(key: key, form: form, defaultText: nil, isRequired: required, isMain: main, help: help)
        return converted(field, convert)
    }

    private func converted<T>(_ field: Field, _ convert: (Node) -> T?) -> T? {
        guard let node = declare(field) else { return nil }
        if !node.isNull, let value = convert(node) { return value }
        report(.misfit(field.key, field.form, node))
        return nil
    }
}
