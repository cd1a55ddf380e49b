public import VipsamKit

/// How closely a step looks at what is in a box or around clicks, as recipes spell it: `auto`, `off` or a number.
public enum ZoomChoice: Sendable, Hashable {
    /// As the checkpoint's metadata says; official checkpoints say nothing.
    case automatic
    case off
    /// The crop's side as a multiple of the box's longer side.
    case factor(Double)

    private static let range = 1.0...10.0

    /// Declares `zoom`.
    public init(_ p: Parameters) {
        let word = p.text(
            "zoom", or: "auto",
            "Look again from near: at what is in a box in a crop of so many times its longer side, 1 to 10; off; or auto "
                + "(as the model's file says, which is for clicks too).")
        if let choice = ZoomChoice(word) {
            self = choice
        } else {
            p.report(.error("'zoom' must be auto, off or a number between 1 and 10, not '\(word)'", at: p.mark(of: "zoom")))
            self = .automatic
        }
    }

    /// `auto`, `off` or a factor; nil for anything else.
    public init?(_ word: String) {
        switch word {
        case "auto": self = .automatic
        case "off", "false", "no": self = .off
        default:
            guard let factor = NumberText.number(word), Self.range.contains(factor) else { return nil }
            self = .factor(factor)
        }
    }

    func factor(_ recommended: Double?) -> Double? {
        switch self {
        case .automatic: recommended
        case .off: nil
        case .factor(let factor): factor
        }
    }
}

/// Whether a mask's contour is moved onto the picture's colour edges, as recipes spell it.
public enum RefineChoice: String, Sendable, CaseIterable {
    case auto, off
    case graphCut = "graph-cut"

    public static let help =
        "Move the contour onto colour edges where that agrees with the model's mask and there are 180 pixels along a "
        + "side: graph-cut, off, or auto (as the model's file says)."

    func cuts(_ recommended: Bool) -> Bool {
        switch self {
        case .auto: recommended
        case .off: false
        case .graphCut: true
        }
    }
}
