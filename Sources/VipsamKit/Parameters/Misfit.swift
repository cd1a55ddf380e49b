extension Diagnostic {
    /// Why a value does not have its argument's form: `'radius' must be a number between 0 and 256, not '900'`.
    ///
    /// Of a list that is nearly right it says which member is wrong and why, and points at it: "must be a list, not a
    /// list" would help nobody.
    package static func misfit(_ key: String, _ form: Field.Form, _ node: Node) -> Diagnostic {
        if node.isNull, form == .color {
            return .error("'\(key)' needs a colour, but nothing is here", at: node.mark)
                .noting("'#' starts a comment in YAML; quote it: \"#fff\"")
        }
        let wanted = "'\(key)' must be \(form.phrase)"
        if node.isNull { return .error("\(wanted), but nothing is here", at: node.mark) }
        if let entry = node.map?.first, FileTemplate.Fact(rawValue: String(entry.key.prefix { $0 != ":" })) != nil {
            return .error("\(wanted), not a map", at: node.mark)
                .noting("braces make a map in YAML; a file name with facts needs quotes: \"{\(entry.key)}\"")
        }
        if let misfit = form.misfit(node, calling: nil) {
            return .error("\(wanted); \(misfit.reason)", at: misfit.mark)
        }
        return .error("\(wanted), not \(form.saying(node))", at: node.mark)
    }
}

/// What is wrong inside of a value.
struct Misfit {
    /// A clause: `its width must be above 0, not '-5'`.
    let reason: String
    /// The member's place; the value's where its members are too many or too few.
    let mark: Mark
}

extension Field.Form {
    /// - Parameter owner: the value in words, such as `its 2nd box`; nil for the argument's own value.
    /// - Returns: nil where only the value as a whole can be named.
    func misfit(_ node: Node, calling owner: String?) -> Misfit? {
        if let tuple { return tuple.misfit(node, calling: owner) }
        switch self {
        case .list(let element, let count):
            // One element may stand alone: `boxes: [10, 20, 30, 40]`.
            if let tuple = element.tuple, tuple.stands(for: node) { return tuple.misfit(node, calling: owner) }
            return Self.misfit(ofList: node, of: element, count, calling: owner)
        case .either(let forms):
            for form in forms {
                if let misfit = form.misfit(node, calling: owner) { return misfit }
            }
            return nil
        default: return nil
        }
    }

    private static func misfit(
        ofList node: Node, of element: Field.Form, _ count: ClosedRange<Int>, calling owner: String?
    ) -> Misfit? {
        guard let members = Tuple.members(node, keepsEmpty: false) else { return nil }
        guard count.contains(members.count) else {
            let reason = Tuple.count(members.count, of: element.countedAs, insteadOf: count, calling: owner)
            return Misfit(reason: reason, mark: node.mark)
        }
        for (index, member) in members.enumerated() where !element.takes(member) {
            let place = Tuple.ordinal(index + 1)
            let inner = Tuple.called("\(place) \(element.tuple?.noun ?? "value")", of: owner)
            if let deeper = element.misfit(member, calling: inner) { return deeper }
            let name = Tuple.called("\(place) value", of: owner)
            return Misfit(reason: "\(name) is \(element.saying(member))", mark: member.mark)
        }
        return nil
    }

    /// What was found. Where a list is wanted "a list" would say nothing: then it is spelled out.
    fileprivate func saying(_ node: Node) -> String {
        var words: [String] = []
        if case .choice(let all) = self { words = all }
        if case .list(of: .choice(let all), count: _) = self { words = all }
        let suggestion = node.text.map { Suggestion.clause(for: $0, among: words) } ?? ""
        guard holdsList, let members = node.list, !members.isEmpty else { return node.found + suggestion }
        // What is longer is shortened anyway.
        return Node.shortened("[" + members.prefix(60).map(Self.spelled).joined(separator: ", ") + "]")
    }

    private static func spelled(_ member: Node) -> String {
        if let text = member.text { return text }
        if let members = member.list { return "[" + members.prefix(60).map(spelled).joined(separator: ", ") + "]" }
        return "{…}"
    }

    private var holdsList: Bool {
        switch self {
        case .list: true
        case .either(let forms): forms.contains(where: \.holdsList)
        default: tuple != nil
        }
    }

    private var countedAs: String {
        switch self {
        case .integer, .number, .length: "number"
        default: "value"
        }
    }

    /// Whether a member of a list has this form.
    private func takes(_ node: Node) -> Bool {
        guard !node.isNull else { return false }
        switch self {
        case .text, .template, .model, .condition: return node.text != nil
        case .file: return node.text?.isEmpty == false
        case .integer(let range): return Reading.integer(node, in: range) != nil
        case .number(let range): return Reading.number(node, in: range) != nil
        case .boolean: return node.text.flatMap(Reading.boolean) != nil
        case .color: return Reading.color(node) != nil
        case .length(let range, let percent): return Reading.boundedLength(node, in: range, percent: percent) != nil
        case .box: return Reading.box(node) != nil
        case .point: return Reading.point(node) != nil
        case .click: return Reading.click(node) != nil
        case .choice(let words): return node.text.map { words.contains($0) } ?? false
        case .slot: return Reading.name(node) != nil
        case .list(let element, let count):
            guard let members = Tuple.members(node, keepsEmpty: false) else { return element.takes(node) }
            return count.contains(members.count) && members.allSatisfy { element.takes($0) }
        case .either(let forms): return forms.contains { $0.takes(node) }
        }
    }

    /// Nil for a form whose values are no lists of named members.
    private var tuple: Tuple? {
        switch self {
        case .box:
            Tuple(noun: "box", names: ["x", "y", "width", "height"], least: 4) { index, part in
                guard let length = Reading.length(part) else { return "a length in pixels or %" }
                guard abs(length.value) <= Reading.farthest else { return Tuple.inReach }
                return index < 2 || length.value > 0 ? nil : "above 0"
            }
        case .point, .click:
            Tuple(noun: "point", names: ["x", "y"] + (self == .click ? ["label"] : []), least: 2) { index, part in
                if index == 2 { return ["0", "1"].contains(part) ? nil : "1 on the object or 0 beside it" }
                if Reading.coordinate(part) != nil { return nil }
                return NumberText.number(part) == nil ? "a number of pixels" : Tuple.inReach
            }
        case .color:
            Tuple(noun: "colour", names: ["red", "green", "blue", "alpha"], least: 3) { _, part in
                NumberText.number(part).map { (0...255).contains($0) } == true ? nil : "a number between 0 and 255"
            }
        default: nil
        }
    }
}

/// A form whose values are lists in which every member has a meaning of its own: a box, a point, a colour.
private struct Tuple {
    let noun: String
    /// What the members are called, first to last.
    let names: [String]
    /// So many members are needed.
    let least: Int
    /// What the member of that number must be; nil for a text that is right.
    let wanted: (_ index: Int, _ text: String) -> String?

    static let inReach = "between -\(NumberText.plain(Reading.farthest)) and \(NumberText.plain(Reading.farthest))"

    /// Whether that is one value of this form rather than a list of several.
    func stands(for node: Node) -> Bool {
        guard let parts = node.list ?? Self.members(node, keepsEmpty: true) else { return node.scalar != nil }
        guard parts.allSatisfy({ $0.text?.contains(",") == false }) else { return false }
        // Colours have names: three words are three colours.
        return noun != "colour" || parts.allSatisfy { $0.text.flatMap(NumberText.number) != nil }
    }

    func misfit(_ node: Node, calling owner: String?) -> Misfit? {
        guard let parts = Self.members(node, keepsEmpty: true) else { return nil }
        let count = least...names.count
        guard count.contains(parts.count) else {
            let reason = Self.count(parts.count, of: "number", insteadOf: count, calling: owner)
            return Misfit(reason: reason, mark: node.mark)
        }
        for (index, part) in parts.enumerated() {
            guard let needed = wanted(index, part.text?.trimmingSpaces ?? "") else { continue }
            let name = Self.called(names[index], of: owner)
            return Misfit(reason: "\(name) must be \(needed), not \(part.found)", mark: part.mark)
        }
        return nil
    }

    /// The members of a list, or of a text such as `1,2,3`; nil for a lone word, an empty list and a map.
    static func members(_ node: Node, keepsEmpty: Bool) -> [Node]? {
        switch node.content {
        case .list(let nodes): return nodes.isEmpty ? nil : nodes
        case .scalar(let scalar):
            let parts = scalar.text.split(separator: ",", omittingEmptySubsequences: !keepsEmpty)
            guard parts.count > 1 else { return nil }
            return parts.map { Node(.scalar(.init(String($0).trimmingSpaces)), at: node.mark) }
        case .map: return nil
        }
    }

    /// `its width`, `the width of its 2nd box`
    static func called(_ member: String, of owner: String?) -> String {
        owner.map { "the \(member) of \($0)" } ?? "its \(member)"
    }

    /// `it has 3 numbers instead of 4`
    static func count(
        _ found: Int, of noun: String, insteadOf count: ClosedRange<Int>, calling owner: String?
    ) -> String {
        let low = count.lowerBound, high = count.upperBound
        let allowed =
            switch high - low {
            case 0: "\(low)"
            case 1: "\(low) or \(high)"
            default: found < low ? "at least \(low)" : "at most \(high)"
            }
        return "\(owner ?? "it") has \(found) \(noun)\(found == 1 ? "" : "s") instead of \(allowed)"
    }

    /// `1st`, `2nd`, `11th`
    static func ordinal(_ number: Int) -> String {
        let ending =
            switch (number % 10, number % 100) {
            case (_, 11...13): "th"
            case (1, _): "st"
            case (2, _): "nd"
            case (3, _): "rd"
            default: "th"
            }
        return "\(number)\(ending)"
    }
}
