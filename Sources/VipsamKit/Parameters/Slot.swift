/// A place in an operation where a value of a certain kind goes.
///
/// A recipe may name the value (`mask: subject`); what it does not name is the latest of its kind.
/// The plan decides which value that is before anything runs; `Context` hands it over.
public struct Slot: Sendable, Hashable {
    public let key: String
    public let kind: Kind
    /// The name in the recipe and where it stands; nil for the latest.
    public let name: String?
    public let mark: Mark?
    /// Whether the operation runs without a value here.
    public let isOptional: Bool

    public init(key: String, kind: Kind, name: String?, mark: Mark?, isOptional: Bool) {
        self.key = key
        self.kind = kind
        self.name = name
        self.mark = mark
        self.isOptional = isOptional
    }
}
