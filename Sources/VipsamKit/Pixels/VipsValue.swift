/// One argument or result of a libvips operation.
public enum VipsValue: Sendable {
    case image(Pixels)
    case double(Double)
    case int(Int)
    case bool(Bool)
    /// Text, the nick of an enum or flag, or the name of an interpolator: the operation's argument decides.
    case string(String)
    case interpolate(String)
    case arrayDouble([Double])
    case arrayInt([Int])
    case arrayImage([Pixels])
    case blob([UInt8])

    public var image: Pixels? { if case .image(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// A number of either kind.
    public var double: Double? {
        switch self {
        case .double(let value): value
        case .int(let value): Double(value)
        default: nil
        }
    }

    public var int: Int? { if case .int(let value) = self { value } else { nil } }

    public var doubles: [Double]? {
        switch self {
        case .arrayDouble(let values): values
        case .arrayInt(let values): values.map(Double.init)
        default: nil
        }
    }
}
