/// What an operation gets to work with: its values, and its surroundings.
public struct Context: Sendable {
    /// About the item, for names of files; inside `each` about the object at hand as well.
    public let facts: Facts
    /// The prompts that a table gives for this picture; nil without a table.
    public let prompts: [Prompt]?
    public let outputs: any Outputs
    public let views: WorkingViews
    public let services: Services
    /// How many threads a heavy operation may use by itself.
    public let threads: Int

    private let bound: [String: Value]
    private let named: [String: Value]
    private let review: @Sendable (String) -> Void
    private let remark: @Sendable (String) -> Void
    private let lend: MemoryLender

    /// - Parameters:
    ///   - bound: the value of each slot, by key.
    ///   - named: the values that conditions ask about, by name.
    ///   - review: marks the item for review, with the reason.
    ///   - remark: adds a note about the item to the report.
    ///   - lend: gives memory for what only shows in the picture; as much as is asked for, unless told otherwise.
    public init(
        facts: Facts, prompts: [Prompt]?, outputs: any Outputs, views: WorkingViews, services: Services, threads: Int,
        bound: [String: Value], named: [String: Value] = [:], review: @escaping @Sendable (String) -> Void = { _ in },
        remark: @escaping @Sendable (String) -> Void = { _ in },
        lend: @escaping MemoryLender = { _, _, body in try body() }
    ) {
        self.facts = facts
        self.prompts = prompts
        self.outputs = outputs
        self.views = views
        self.services = services
        self.threads = threads
        self.bound = bound
        self.named = named
        self.review = review
        self.remark = remark
        self.lend = lend
    }

    /// Whether an optional slot has a value.
    public func has(_ slot: Slot) -> Bool { bound[slot.key] != nil }

    public func value(_ slot: Slot) throws -> Value {
        guard let value = try bound[slot.key]?.converted(to: slot.kind) else {
            throw Diagnostic.error("there is no \(slot.kind.rawValue) for '\(slot.key)'")
        }
        return value
    }

    public func image(_ slot: Slot) throws -> Image {
        guard case .image(let image) = try value(slot) else { throw Self.mismatch(slot) }
        return image
    }

    /// A set of no objects is an empty mask, which is worth a note: what was to be hidden or cut out stays as it was.
    public func mask(_ slot: Slot) throws -> Mask {
        guard case .mask(let mask) = try value(slot) else { throw Self.mismatch(slot) }
        if objectsBehind(slot)?.objects.isEmpty == true {
            note("'\(slot.name ?? slot.key)' holds no object, so it is an empty mask")
        }
        return mask
    }

    public func objects(_ slot: Slot) throws -> ObjectSet {
        guard case .objects(let set) = try value(slot) else { throw Self.mismatch(slot) }
        return set
    }

    public func table(_ slot: Slot) throws -> Table {
        guard case .table(let table) = try value(slot) else { throw Self.mismatch(slot) }
        return table
    }

    /// The objects behind a mask slot, where objects were given: for boxes and scores without pixels.
    public func objectsBehind(_ slot: Slot) -> ObjectSet? {
        if case .objects(let set)? = bound[slot.key] { set } else { nil }
    }

    /// The mask or objects behind an image slot, where those were given: to be drawn on the raster of another image.
    public func maskBehind(_ slot: Slot) -> Mask? {
        switch bound[slot.key] {
        case .mask(let mask)?: mask
        case .objects(let set)?: set.union
        default: nil
        }
    }

    public func holds(_ condition: Condition) throws -> Bool { try condition.holds(answer) }

    /// What a condition found, in words, for reports.
    public func found(_ condition: Condition) -> String? { condition.found(answer) }

    /// The item needs a person's eye: its outputs go under `review/`, with the reason in the report.
    public func needsReview(_ reason: String) { review(reason) }

    /// Something worth knowing about the item, for the report.
    public func note(_ text: String) { remark(text) }

    /// Runs what holds `bytes` at once beyond the operation's `footprint`, as soon as there is room for it: for memory
    /// that goes with what is found in the picture, and that no header foretells.
    ///
    /// - Parameter purpose: what it is for, as the subject of a message ("the hole of 900 × 700 pixels").
    /// - Throws: a diagnostic where the memory that is allowed never suffices, and what `body` throws.
    public func holding<Result>(_ bytes: Int, for purpose: String, _ body: () throws -> Result) throws -> Result {
        var result: Result?
        try lend(bytes, purpose) { result = try body() }
        guard let result else { throw Diagnostic.error("there was no memory for \(purpose)") }
        return result
    }

    private func answer(_ name: String?, _ field: String) throws -> Condition.Answer {
        guard let name else { throw Diagnostic.error("'\(field)' needs an object") }
        guard let value = named[name] else { throw Diagnostic.error("'\(name)' has no value here") }
        return try value.answer(field)
    }

    private static func mismatch(_ slot: Slot) -> Diagnostic { .error("'\(slot.key)' needs \(slot.kind.phrase)") }
}

/// Runs its body when there is room for so many bytes; the words say what for.
public typealias MemoryLender = @Sendable (Int, String, () throws -> Void) throws -> Void

/// Where files are written.
public protocol Outputs: Sendable {
    /// Writes one file of the item.
    ///
    /// All files of an item appear together at its end, or none does.
    ///
    /// - Parameters:
    ///   - path: relative to the output folder.
    ///   - make: writes the file at the path it is given: another name in the same folder, with the
    ///     same extension. Not called when an existing file is to be kept.
    func write(_ path: String, _ make: (_ path: String) throws -> Void) throws
}

/// Things that are made once and used by operations, found by their type.
public struct Services: Sendable {
    private var all: [ObjectIdentifier: any Sendable] = [:]

    public init() {}

    public subscript<Service: Sendable>(type: Service.Type) -> Service? {
        get { all[ObjectIdentifier(type)] as? Service }
        set { all[ObjectIdentifier(type)] = newValue }
    }
}
