/// What a value of a recipe can be. Every step takes and returns values of these kinds.
public enum Kind: String, Sendable, Hashable, CaseIterable {
    case image, mask, objects, table, number, text

    /// With its article: `an image`, `a mask`.
    public var phrase: String {
        switch self {
        case .image: "an image"
        case .mask: "a mask"
        case .objects: "objects"
        case .table: "a table"
        case .number: "a number"
        case .text: "a text"
        }
    }

    /// Whether a value of this kind may stand, when *named*, where `wanted` is asked for:
    /// objects as their union mask, a mask as an image, objects as a table. No other conversions.
    public func converts(to wanted: Kind) -> Bool {
        switch (self, wanted) {
        case (let a, let b) where a == b: true
        case (.objects, .mask), (.mask, .image), (.objects, .image), (.objects, .table): true
        default: false
        }
    }

    /// The kinds of which the latest value fills an unnamed slot of this kind.
    ///
    /// Exactly this kind; but the latest of mask *or* objects for a mask, and of table or objects
    /// for a table, so that `save: {table}` needs no name.
    public var latestOf: Set<Kind> {
        switch self {
        case .mask: [.mask, .objects]
        case .table: [.table, .objects]
        default: [self]
        }
    }
}
