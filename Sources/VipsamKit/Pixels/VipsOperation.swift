/// One operation of libvips, as it describes itself.
public struct VipsOperation: Sendable {
    public let name: String
    /// A few words, without a full stop.
    public let description: String
    /// Required ones first, in libvips' order; deprecated ones are left out.
    public let arguments: [VipsArgument]
    public let isDeprecated: Bool
    public let isUntrusted: Bool
    /// Loads or saves.
    public let isForeign: Bool
    /// Paints on its image; it gets a copy.
    public let draws: Bool
    /// Can read its input strip by strip.
    public let isSequential: Bool
    /// Why it is not a step of recipes, as the end of "'NAME' cannot be used: …"; nil for those that are.
    public internal(set) var refusal: String?

    public var isCallable: Bool { refusal == nil }
    public var inputs: [VipsArgument] { arguments.filter(\.isInput) }
    /// Results; the painted image of draw operations is among them.
    public var outputs: [VipsArgument] { arguments.filter { $0.isOutput || $0.isModified } }

    /// The input that the latest image of a chain goes into: the first required image, or list of images.
    public var mainInput: VipsArgument? {
        inputs.first { $0.isRequired && $0.kind == .image } ?? inputs.first { $0.isRequired && $0.kind == .arrayImage }
    }

    public func argument(_ name: String) -> VipsArgument? { arguments.first { $0.name == name } }
}
