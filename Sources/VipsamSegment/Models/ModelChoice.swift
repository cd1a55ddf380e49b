public import VipsamKit
public import VipsamTensor

/// Which model a step asks, and how exactly it computes: the parameters `model` and `precision`.
public struct ModelChoice: Sendable, Hashable {
    /// As the step names it; nil for the default.
    public let name: String?
    public let precision: Precision

    public init(_ name: String? = nil, precision: Precision = .float32) {
        self.name = name
        self.precision = precision
    }

    /// Declares `model` and `precision`.
    public init(_ p: Parameters) {
        var precision = Precision.float32
        name = p.model {
            precision = p.choice("precision", or: .float32, Self.precisionHelp)
            return precision == .float32 ? nil : precision.rawValue
        }
        self.precision = precision
    }

    private static let precisionHelp =
        "How the image encoder multiplies: float32 as the original code, or int8, with weights and activations rounded to 8 "
        + "bits, which is faster and gives slightly other masks."
}
