/// A value of a recipe while it runs.
public enum Value: Sendable {
    case image(Image)
    case mask(Mask)
    case objects(ObjectSet)
    case table(Table)
    case number(Double)
    case text(String)

    public var kind: Kind {
        switch self {
        case .image: .image
        case .mask: .mask
        case .objects: .objects
        case .table: .table
        case .number: .number
        case .text: .text
        }
    }

    /// This value where `kind` is wanted; nil where `Kind.converts(to:)` says no.
    public func converted(to kind: Kind) throws -> Value? {
        switch (self, kind) {
        case (_, self.kind): return self
        case (.objects(let set), .mask): return .mask(set.union)
        case (.objects(let set), .table): return .table(Table(set))
        case (.mask(let mask), .image): return .image(Image(pixels: try mask.pixels(), frame: mask.frame))
        case (.objects(let set), .image):
            return .image(Image(pixels: try set.union.pixels(), frame: set.frame))
        default: return nil
        }
    }
}
