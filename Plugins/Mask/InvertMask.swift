public import VipsamKit

/// Puts on the mask what was off it, and the other way round.
///
/// Each value v becomes 255 − v. Margins that a later step adds around the picture are off every mask, so they are on
/// the inverted one.
public struct InvertMask: Operation {
    public static let name = "invert-mask"
    public static let summary = "Puts on the mask what was off it, and the other way round."

    let mask: Slot

    public init(_ p: Parameters) throws {
        mask = p.slot("mask", .mask, "The mask to invert.", main: true)
    }

    public var result: Kind? { .mask }

    public func apply(_ context: Context) throws -> Value? {
        let mask = try context.mask(mask)
        return .mask(mask.drawn { try $0.invert() })
    }
}
