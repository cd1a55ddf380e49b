/// The operations that recipes can use: a value that `main` builds in a fixed order.
public struct Registry: Sendable {
    public struct Entry: Sendable {
        /// As recipes spell it.
        public let name: String
        /// What registered it: `edit`, `mask`, a plugin's name.
        public let family: String
        /// One sentence.
        public let summary: String
        /// Arguments for an example (see `Operation`); nil for those that are needed.
        public let example: String?
        /// Reads arguments into an operation.
        public let make: @Sendable (Parameters) throws -> any Operation

        public init(
            name: String, family: String, summary: String, example: String? = nil,
            make: @escaping @Sendable (Parameters) throws -> any Operation
        ) {
            self.name = name
            self.family = family
            self.summary = summary
            self.example = example
            self.make = make
        }
    }

    private var byName: [String: Entry] = [:]

    /// What registers now, for messages and `vipsam ops`.
    public var family = "built-in"

    public init() {}

    /// In alphabetical order, `vips.*` last.
    public var names: [String] {
        byName.keys.sorted { a, b in
            let foreignA = a.hasPrefix("vips."), foreignB = b.hasPrefix("vips.")
            return foreignA == foreignB ? a < b : foreignB
        }
    }

    public var entries: [Entry] { names.compactMap { byName[$0] } }

    public subscript(name: String) -> Entry? { byName[name] }

    /// - Throws: a diagnostic when the name is taken: whatever comes first keeps it.
    public mutating func register<O: Operation>(_ type: O.Type) throws {
        try register(Entry(name: O.name, family: family, summary: O.summary, example: O.example) { try O($0) })
    }

    public mutating func register(_ entry: Entry) throws {
        if let taken = byName[entry.name] {
            throw Diagnostic.error(
                "the operation '\(entry.name)' of '\(entry.family)' is already there, from '\(taken.family)'",
                cause: .model)
        }
        byName[entry.name] = entry
    }

    /// The fields of an operation, as its initializer declares them.
    public func describe(_ name: String) -> Description? {
        guard let entry = byName[name] else { return nil }
        let probe = Parameters(probing: name)
        let operation = try? entry.make(probe)
        return Description(
            entry: entry, fields: probe.fields, slots: probe.slots, result: operation?.result,
            access: operation?.access ?? .streamed)
    }

    /// What `vipsam ops NAME`, the schema and the documents are made from.
    public struct Description: Sendable {
        public let entry: Entry
        public let fields: [Field]
        public let slots: [Slot]
        public let result: Kind?
        public let access: Access
    }
}

/// A family of operations that registers together: the built-in ones and outside plugins alike.
public protocol OperationFamily {
    /// `edit`, `mask`, or a plugin's name.
    static var name: String { get }

    static func register(in registry: inout Registry) throws
}

extension Registry {
    public mutating func add<F: OperationFamily>(_ family: F.Type) throws {
        let before = self.family
        defer { self.family = before }
        self.family = F.name
        try F.register(in: &self)
    }
}
