public import VipsamKit

/// Joins two masks into one.
///
/// With a and b the values of a pixel on both: union max(a, b), intersect min(a, b), subtract min(a, 255 − b).
public struct CombineMasks: Operation {
    public static let name = "combine-masks"
    public static let summary = "Joins two masks into one."
    public static let example: String? = "{with: NAME, by: union}"

    enum Way: String, CaseIterable { case union, intersect, subtract }

    let mask: Slot
    let other: Slot
    let way: Way

    public init(_ p: Parameters) throws {
        mask = p.slot("mask", .mask, "The first mask.")
        other = p.slot("with", .mask, "The second mask; name it.")
        way = p.choice("by", or: .union, "What is kept: all of both, what both have, or the first without the second.")
        if !p.isProbe, !p.has("with") { p.report(.secondMaskIsMissing) }
    }

    public var result: Kind? { .mask }

    public func apply(_ context: Context) throws -> Value? {
        let first = try context.mask(mask), second = try context.mask(other)
        guard first.frame.canvas == second.frame.canvas else {
            throw Diagnostic.differentPictures(first.frame.canvas.name, second.frame.canvas.name)
        }
        let way = way
        return .mask(
            first.redrawn { pixels, frame in
                let other = try second.source.pixels(in: frame, width: pixels.width, height: pixels.height)
                return switch way {
                case .union: try Pixels.maximum([pixels, other])
                case .intersect: try Pixels.minimum([pixels, other])
                case .subtract: try Pixels.minimum([pixels, other.invert()])
                }
            })
    }
}

extension Pixels {
    /// The smallest of several masks in each pixel: 255 minus the greatest of the opposites.
    static func minimum(_ masks: [Pixels]) throws -> Pixels {
        try Pixels.maximum(masks.map { try $0.invert() }).invert()
    }
}

extension Diagnostic {
    fileprivate static var secondMaskIsMissing: Diagnostic {
        .error("combine-masks needs 'with': the name of the second mask", cause: .recipe)
    }

    fileprivate static func differentPictures(_ first: String, _ second: String) -> Diagnostic {
        .error("the masks belong to different pictures: '\(first)' and '\(second)'")
    }
}
