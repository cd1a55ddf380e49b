/// One argument, or result, of a libvips operation, as libvips describes it.
public struct VipsArgument: Sendable {
    public enum Kind: Sendable, Equatable {
        case image
        case double
        case int
        case bool
        /// One of these words.
        case choice([String])
        /// Any of these words.
        case flags([String])
        case string
        case arrayDouble
        case arrayInt
        case arrayImage
        /// A list of these words, which libvips takes as numbers: `VipsChoice.number` in a `.arrayInt`.
        case arrayChoice([VipsChoice])
        /// One of these interpolators.
        case interpolate([String])
        case blob
        case source
        case target
        case other

        /// What a user gives, in words.
        public var words: String {
            switch self {
            case .image: "an image"
            case .double: "a number"
            case .int: "a whole number"
            case .bool: "true or false"
            case .choice(let words), .interpolate(let words): "one of \(words.joined(separator: ", "))"
            case .flags(let words): "any of \(words.joined(separator: ", "))"
            case .string: "text"
            case .arrayDouble: "a list of numbers"
            case .arrayInt: "a list of whole numbers"
            case .arrayImage: "a list of images"
            case .arrayChoice(let choices): "a list of \(choices.map(\.nick).joined(separator: ", "))"
            case .blob: "bytes"
            case .source, .target: "a stream"
            case .other: "something that a recipe cannot hold"
            }
        }
    }

    /// libvips' name, words joined with hyphens ("min-ampl").
    public let name: String
    /// A few words, without a full stop.
    public let blurb: String
    public internal(set) var kind: Kind
    public let isRequired: Bool
    public let isInput: Bool
    public let isOutput: Bool
    /// The image that a draw operation paints on; it comes out as a result as well.
    public let isModified: Bool
    /// For numbers: the allowed range, inclusive.
    public let range: ClosedRange<Double>?
    /// What an optional argument is when it is left out, where libvips tells.
    public let defaultValue: VipsValue?
}

/// A word of an enum and its number.
public struct VipsChoice: Sendable, Equatable {
    public let nick: String
    public let number: Int
}
