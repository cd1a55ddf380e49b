import VipsamKit

/// A value that a step makes, as the checker sees it.
final class Declared {
    let id: ValueID
    let kind: Kind
    let mark: Mark
    /// What made it, for messages: `cutout`.
    let maker: String
    var isUsed = false

    init(_ id: ValueID, _ kind: Kind, by maker: String, at mark: Mark) {
        self.id = id
        self.kind = kind
        self.maker = maker
        self.mark = mark
    }
}

/// What is visible at one place of a recipe.
struct Scope {
    struct Binding {
        let name: String?
        let value: Declared
    }

    /// In the order in which they were made.
    private(set) var visible: [Binding] = []
    /// Names whose step has problems: what they hold is not known.
    private var unknownNames: Set<String> = []
    /// Whether a step with problems came before: what it would have made is missing here.
    private(set) var isUncertain = false
    /// Names that steps further down will give, for messages.
    var later: [String: Mark] = [:]

    init(input: Declared) { visible = [Binding(name: "input", value: input)] }

    mutating func add(_ value: Declared, named name: String?) {
        visible.append(Binding(name: name, value: value))
    }

    mutating func addUnknown(named name: String?) {
        isUncertain = true
        if let name { unknownNames.insert(name) }
    }

    func value(named name: String) -> Declared? { visible.last { $0.name == name }?.value }

    func isUnknown(_ name: String) -> Bool { unknownNames.contains(name) }

    func latest(for kind: Kind) -> Declared? {
        let kinds = kind.latestOf
        return visible.last { kinds.contains($0.value.kind) }?.value
    }

    var names: [String] {
        var all: [String] = []
        for name in visible.compactMap(\.name) + unknownNames.sorted() where !all.contains(name) { all.append(name) }
        return all
    }

    /// What a used recipe sees: the latest image as its `input`, and everything else without a name.
    func insideUse() -> Scope {
        var inner = self
        inner.unknownNames = []
        inner.later = [:]
        inner.visible = visible.map { Binding(name: nil, value: $0.value) }
        if let image = latest(for: .image) { inner.visible.append(Binding(name: "input", value: image)) }
        return inner
    }
}
