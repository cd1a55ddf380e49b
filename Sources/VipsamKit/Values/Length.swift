/// A length as the user writes it: `12` or `12px` (pixels of the working image), or `6%`.
public struct Length: Sendable, Hashable {
    public enum Unit: Sendable, Hashable {
        /// Pixels of the working image.
        case pixels
        /// Percent of the object's longer side, or of the image's where there is no object.
        case percent
    }

    public var value: Double
    public var unit: Unit

    public init(_ value: Double, _ unit: Unit = .pixels) {
        self.value = value
        self.unit = unit
    }

    public static func pixels(_ value: Double) -> Length { Length(value, .pixels) }
    public static func percent(_ value: Double) -> Length { Length(value, .percent) }
}

extension Length: CustomStringConvertible {
    public var description: String {
        let number = value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
        return unit == .percent ? number + "%" : number
    }
}

/// A box as the user writes it: each side in pixels of the original or in percent of the image
/// (of the width for x and w, of the height for y and h).
public struct BoxLength: Sendable, Hashable {
    public var x, y, width, height: Length

    public init(x: Length, y: Length, width: Length, height: Length) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// In pixels of an image of that size.
    public func box(inWidth imageWidth: Int, height imageHeight: Int) -> Box {
        func pixels(_ length: Length, of whole: Int) -> Double {
            length.unit == .percent ? length.value / 100 * Double(whole) : length.value
        }
        return Box(
            x: pixels(x, of: imageWidth), y: pixels(y, of: imageHeight),
            width: pixels(width, of: imageWidth), height: pixels(height, of: imageHeight))
    }
}
