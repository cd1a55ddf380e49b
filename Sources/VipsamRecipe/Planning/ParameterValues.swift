import VipsamKit
import VipsamYAML

/// The parameters of one recipe with their values, and putting them where `$name` stands.
struct ParameterValues {
    enum Value {
        case set(Node)
        /// Optional, and nobody gave one.
        case absent
        /// Its declaration or its value has problems, which are reported already.
        case broken
    }

    private(set) var values: [String: Value] = [:]
    private(set) var overridden: Set<String> = []
    /// Shared by the copies that blocks make.
    let uses = ParameterUses()

    /// The values of a recipe on its own.
    init(_ declarations: [ParameterDeclaration], _ request: PlanRequest, _ problems: Problems) {
        setDefaults(declarations)
        for path in request.parameterFiles {
            do {
                let root = try YAML.read(try FileBytes.read(path, what: "file of parameters"), name: path)
                guard let entries = root.map else {
                    if !root.isNull {
                        problems.report(.error("'\(path)' must be a map of names and values", at: root.mark))
                    }
                    continue
                }
                for entry in entries {
                    override(entry.key, entry.keyMark, entry.value, declarations, problems)
                }
            } catch let several as Diagnostics {
                problems.report(several)
            } catch let one as Diagnostic {
                problems.report(one)
            } catch {}
        }
        for text in request.overrides {
            let source = SourceText(name: "-p", text: text)
            let mark = Mark(source: source, line: 1, column: 1, length: text.count)
            guard let equals = text.firstIndex(of: "=") else {
                problems.report(.error("'\(Node.shortened(text))' is not name=value", at: mark))
                continue
            }
            let name = String(text[..<equals])
            let value = String(text[text.index(after: equals)...])
            let keyMark = Mark(source: source, line: 1, column: 1, length: name.count)
            let place = Mark(source: source, line: 1, column: name.count + 2, length: value.count)
            var node = Node(.scalar(.init(value, isQuoted: true)), at: place)
            if value.hasPrefix("["), let list = try? YAML.read(text: value, name: "-p"), list.list != nil {
                node = list
            }
            override(name, keyMark, node, declarations, problems)
        }
    }

    /// The values of a recipe that another one uses.
    init(
        _ declarations: [ParameterDeclaration], with entries: [Node.Entry], _ outer: ParameterValues,
        _ problems: Problems
    ) {
        setDefaults(declarations)
        for entry in entries {
            switch outer.replaced(entry.value, problems) {
            case .kept(let node, _): override(entry.key, entry.keyMark, node, declarations, problems)
            case .absent: break
            case .broken: values[entry.key] = .broken
            }
        }
    }

    private mutating func setDefaults(_ declarations: [ParameterDeclaration]) {
        for declaration in declarations {
            if declaration.isBroken {
                values[declaration.name] = .broken
            } else if let node = declaration.fallback {
                values[declaration.name] = .set(declaration.normal(node))
            } else {
                values[declaration.name] = .absent
            }
        }
    }

    private mutating func override(
        _ name: String, _ keyMark: Mark, _ node: Node, _ declarations: [ParameterDeclaration], _ problems: Problems
    ) {
        guard let declaration = declarations.first(where: { $0.name == name }) else {
            let names = declarations.map(\.name)
            problems.report(
                .error(
                    "'\(Node.shortened(name))' is not a parameter of the recipe"
                        + Suggestion.clause(for: name, among: names),
                    at: keyMark
                ).noting(names.isEmpty ? "it has no parameters" : "known: \(names.joined(separator: ", "))"))
            return
        }
        guard !declaration.isBroken else { return }
        if let problem = declaration.problem(with: node) {
            problems.report(problem.noting("'\(name)' is declared here", at: declaration.mark))
            values[name] = .broken
        } else {
            values[name] = .set(declaration.normal(node))
            overridden.insert(name)
        }
    }

    /// The same with `$item` in a block over values.
    func with(item: Node) -> ParameterValues {
        var copy = self
        copy.values["item"] = .set(item)
        return copy
    }

    /// What `$name` is inside conditions.
    var texts: [String: String] {
        values.compactMapValues { value in
            if case .set(let node) = value { NodeText.text(node) } else { nil }
        }
    }

    // MARK: - Putting in

    enum Replaced {
        /// With the places where values were put in: `use` is where `$name` stands.
        case kept(Node, [Use])
        case absent
        case broken
    }

    struct Use {
        let name: String
        /// What was put in.
        let value: Node
        let use: Mark

        /// Whether the value, or a member of it, stands there.
        func holds(_ mark: Mark) -> Bool { Self.holds(value, mark) }

        private static func holds(_ node: Node, _ mark: Mark) -> Bool {
            if node.mark == mark { return true }
            return switch node.content {
            case .scalar: false
            case .list(let nodes): nodes.contains { holds($0, mark) }
            case .map(let entries): entries.contains { holds($0.value, mark) }
            }
        }
    }

    /// A node with every plain `$name` replaced. One that is absent makes its key absent.
    func replaced(_ node: Node, _ problems: Problems) -> Replaced {
        switch node.content {
        case .scalar(let scalar):
            guard !scalar.isQuoted, scalar.text.hasPrefix("$") else { return .kept(node, []) }
            return lookUp(scalar.text, node.mark, problems)
        case .list(let nodes):
            var kept: [Node] = []
            var uses: [Use] = []
            var isAbsent = false, isBroken = false
            for node in nodes {
                switch replaced(node, problems) {
                case .kept(let node, let inner):
                    kept.append(node)
                    uses += inner
                case .absent: isAbsent = true
                case .broken: isBroken = true
                }
            }
            if isBroken { return .broken }
            return isAbsent ? .absent : .kept(Node(.list(kept), at: node.mark), uses)
        case .map(let entries):
            var kept: [Node.Entry] = []
            var uses: [Use] = []
            var isBroken = false
            for entry in entries {
                switch replaced(entry.value, problems) {
                case .kept(let value, let inner):
                    kept.append(Node.Entry(key: entry.key, keyMark: entry.keyMark, value: value))
                    uses += inner
                case .absent: break
                case .broken: isBroken = true
                }
            }
            return isBroken ? .broken : .kept(Node(.map(kept), at: node.mark), uses)
        }
    }

    private func lookUp(_ text: String, _ mark: Mark, _ problems: Problems) -> Replaced {
        let name = String(text.dropFirst())
        if text.hasPrefix("${"), text.hasSuffix("}") {
            problems.report(
                .error("a parameter is written without braces", at: mark).noting(
                    "write $\(name.dropFirst().dropLast())"))
            return .broken
        }
        guard let value = values[name] else {
            let names = values.keys.sorted()
            let clause = Suggestion.clause(for: name, among: names)
            problems.report(
                .error("'\(Node.shortened(text))' is not a parameter\(clause)", at: mark)
                    .noting(names.isEmpty ? "the recipe has no 'params'" : "known: \(names.joined(separator: ", "))")
                    .noting("quote a text that starts with '$'"))
            return .broken
        }
        uses.note(name)
        switch value {
        case .set(let node): return .kept(node, [Use(name: name, value: node, use: mark)])
        case .absent: return .absent
        case .broken: return .broken
        }
    }
}

/// Which parameters of a recipe stand anywhere in it.
final class ParameterUses {
    private(set) var names: Set<String> = []

    func note(_ name: String) { names.insert(name) }
}

/// Nodes as a recipe would spell them on one line.
enum NodeText {
    static func text(_ node: Node) -> String {
        switch node.content {
        case .scalar(let scalar): scalar.text
        case .list(let nodes): "[" + nodes.map(text).joined(separator: ", ") + "]"
        case .map(let entries): "{" + entries.map { "\($0.key): \(text($0.value))" }.joined(separator: ", ") + "}"
        }
    }
}
