/// The number type of one band of a pixel. Raw values and names are libvips'.
public enum BandFormat: Int, Sendable, CaseIterable {
    case uchar = 0
    case char
    case ushort
    case short
    case uint
    case int
    case float
    case complex
    case double
    case dpcomplex

    /// libvips' word for it, as `vips.cast: {format: …}` takes it.
    public var nick: String { "\(self)" }

    public init?(nick: String) {
        guard let found = Self.allCases.first(where: { $0.nick == nick }) else { return nil }
        self = found
    }

    /// Bytes of one band of one pixel.
    public var size: Int {
        switch self {
        case .uchar, .char: 1
        case .ushort, .short: 2
        case .uint, .int, .float: 4
        case .complex, .double: 8
        case .dpcomplex: 16
        }
    }

    public var isFloatingPoint: Bool { self == .float || self == .double }
    public var isComplex: Bool { self == .complex || self == .dpcomplex }

    /// The value of full white, or of full opacity, in an image of this type: 255, 65535, …; 1 for floating point
    /// in scRGB, but 255 in everything else that libvips makes.
    public var fullScale: Double {
        switch self {
        case .ushort: 65535
        case .short: 32767
        case .char: 127
        case .uint: 4_294_967_295
        case .int: 2_147_483_647
        default: 255
        }
    }
}
