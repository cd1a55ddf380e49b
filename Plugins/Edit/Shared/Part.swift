import VipsamKit

/// What of a picture an operation changes: the same words everywhere (`what:`).
enum Part: String, CaseIterable {
    case background, subject, all

    /// What the mask of a part is, for users.
    static let maskHelp = "Where the subject is."

    /// Whether a mask has to say where it is.
    var needsMask: Bool { self != .all }

    /// How much each pixel belongs to this part: one band of bytes, 255 for all of it; nil for the whole picture.
    func weights(_ mask: Slot, _ context: Context, on image: Image) throws -> Pixels? {
        switch self {
        case .all: nil
        case .subject: try context.mask(mask).pixels(on: image)
        case .background: try context.mask(mask).pixels(on: image).invert()
        }
    }
}

extension Parameters {
    /// Declares `what` and the mask that says where it is.
    func part(or fallback: Part, _ help: String) -> (what: Part, mask: Slot) {
        let what = choice("what", or: fallback, help)
        return (what, slot("mask", .mask, optional: !what.needsMask, Part.maskHelp))
    }
}
