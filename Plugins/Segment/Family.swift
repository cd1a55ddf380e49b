public import VipsamKit

/// Operations that ask a model where things are.
public enum SegmentFamily: OperationFamily {
    public static let name = "segment"

    public static func register(in registry: inout Registry) throws {
        try registry.register(SegmentByBox.self)
        try registry.register(SegmentByPoints.self)
        try registry.register(SegmentEverything.self)
    }
}
