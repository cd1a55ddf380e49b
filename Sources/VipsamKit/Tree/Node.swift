/// A tree of text in which every key and value knows its place: what a recipe file is read into.
///
/// Scalars stay text. What they mean is decided by the declared type of the parameter that reads
/// them, so `no`, `12:30`, `1.10` and `#fff` never change their meaning on the way.
public struct Node: Sendable {
    public struct Scalar: Sendable {
        public var text: String
        /// Quoted text is never a parameter (`$word`), a null or a number in disguise.
        public var isQuoted: Bool

        public init(_ text: String, isQuoted: Bool = false) {
            self.text = text
            self.isQuoted = isQuoted
        }
    }

    public struct Entry: Sendable {
        public var key: String
        public var keyMark: Mark
        public var value: Node

        public init(key: String, keyMark: Mark, value: Node) {
            self.key = key
            self.keyMark = keyMark
            self.value = value
        }
    }

    public enum Content: Sendable {
        case scalar(Scalar)
        case list([Node])
        /// In the order of the file. Keys are unique: duplicates are errors when reading.
        case map([Entry])
    }

    public var content: Content
    public var mark: Mark

    public init(_ content: Content, at mark: Mark) {
        self.content = content
        self.mark = mark
    }
}

extension Node {
    public var scalar: Scalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    public var text: String? { scalar?.text }

    public var list: [Node]? {
        if case .list(let list) = content { list } else { nil }
    }

    public var map: [Entry]? {
        if case .map(let map) = content { map } else { nil }
    }

    /// An empty plain scalar, `~` or `null`: what YAML reads for `color: #fff`.
    public var isNull: Bool {
        guard let scalar, !scalar.isQuoted else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    public subscript(key: String) -> Node? {
        map?.first { $0.key == key }?.value
    }

    /// What this is, in the user's words: `a list`, `a map`, `'text'`.
    public var found: String {
        switch content {
        case .scalar(let scalar): isNull ? "nothing" : "'\(Self.shortened(scalar.text))'"
        case .list(let list): list.isEmpty ? "an empty list" : "a list"
        case .map: "a map"
        }
    }

    /// At most 60 characters of a text, for messages: hostile files hold words of megabytes.
    package static func shortened(_ text: String) -> String {
        let head = text.prefix(61)
        return head.count <= 60 ? text : head.prefix(57) + "..."
    }
}
