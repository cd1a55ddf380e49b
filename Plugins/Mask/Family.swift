public import VipsamKit

/// Operations that make masks of masks.
public enum MaskOperations: OperationFamily {
    public static let name = "mask"

    public static func register(in registry: inout Registry) throws {
        try registry.register(CombineMasks.self)
        try registry.register(FeatherMask.self)
        try registry.register(GrowMask.self)
        try registry.register(InvertMask.self)
        try registry.register(LoadMask.self)
        try registry.register(MaskFromBoxes.self)
        try registry.register(RefineMask.self)
        try registry.register(ShrinkMask.self)
        try registry.register(SmoothMask.self)
    }
}
