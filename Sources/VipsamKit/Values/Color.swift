/// A colour in sRGB with alpha, each channel 0…255.
public struct Color: Sendable, Hashable {
    public var red, green, blue, alpha: Double

    public init(red: Double, green: Double, blue: Double, alpha: Double = 255) {
        self.red = red
        self.green = green
        self.blue = blue
        self.alpha = alpha
    }

    /// Red, green and blue are equal: a grey, which a picture of one band can hold.
    public var isNeutral: Bool { red == green && green == blue }

    public static let white = Color(red: 255, green: 255, blue: 255)
    public static let black = Color(red: 0, green: 0, blue: 0)
    public static let transparent = Color(red: 0, green: 0, blue: 0, alpha: 0)

    /// `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, a CSS name of the sixteen basic ones and a few
    /// more, or `r,g,b` / `r,g,b,a` with 0…255. Nil for anything else.
    public init?(_ text: String) {
        let word = text.lowercased()
        if let named = Color.names[word] {
            self = named
        } else if word.hasPrefix("#") {
            self.init(hex: word.dropFirst())
        } else {
            let parts = word.split(separator: ",", omittingEmptySubsequences: false).map {
                Double($0.filter { $0 != " " })
            }
            self.init(channels: parts)
        }
    }

    /// Three or four channels of 0…255. Nil for anything else.
    public init?(channels: [Double?]) {
        let values = channels.compactMap { $0 }
        guard values.count == channels.count, (3...4).contains(values.count),
            values.allSatisfy({ (0...255).contains($0) })
        else { return nil }
        self.init(red: values[0], green: values[1], blue: values[2], alpha: values.count == 4 ? values[3] : 255)
    }

    private init?(hex: Substring) {
        let digits = hex.map { $0.hexDigitValue }
        guard digits.allSatisfy({ $0 != nil }) else { return nil }
        let d = digits.compactMap { $0 }.map(Double.init)
        switch d.count {
        case 3, 4: self.init(channels: d.map { $0 * 17 })
        case 6, 8: self.init(channels: stride(from: 0, to: d.count, by: 2).map { d[$0] * 16 + d[$0 + 1] })
        default: return nil
        }
    }

    /// CSS Color Module Level 4, section 6.1: the names that users write most.
    public static let names: [String: Color] = [
        "transparent": .transparent, "black": .black, "white": .white,
        "red": Color(red: 255, green: 0, blue: 0), "lime": Color(red: 0, green: 255, blue: 0),
        "green": Color(red: 0, green: 128, blue: 0), "blue": Color(red: 0, green: 0, blue: 255),
        "yellow": Color(red: 255, green: 255, blue: 0), "cyan": Color(red: 0, green: 255, blue: 255),
        "magenta": Color(red: 255, green: 0, blue: 255), "silver": Color(red: 192, green: 192, blue: 192),
        "gray": Color(red: 128, green: 128, blue: 128), "grey": Color(red: 128, green: 128, blue: 128),
        "maroon": Color(red: 128, green: 0, blue: 0), "olive": Color(red: 128, green: 128, blue: 0),
        "navy": Color(red: 0, green: 0, blue: 128), "purple": Color(red: 128, green: 0, blue: 128),
        "teal": Color(red: 0, green: 128, blue: 128), "orange": Color(red: 255, green: 165, blue: 0),
        "pink": Color(red: 255, green: 192, blue: 203), "brown": Color(red: 165, green: 42, blue: 42),
        "beige": Color(red: 245, green: 245, blue: 220), "ivory": Color(red: 255, green: 255, blue: 240),
        "lightgray": Color(red: 211, green: 211, blue: 211), "lightgrey": Color(red: 211, green: 211, blue: 211),
        "darkgray": Color(red: 169, green: 169, blue: 169), "darkgrey": Color(red: 169, green: 169, blue: 169),
        "skyblue": Color(red: 135, green: 206, blue: 235), "gold": Color(red: 255, green: 215, blue: 0),
    ]
}
