/// What the bands of a pixel mean. Raw values are libvips'.
public enum Interpretation: Int, Sendable, CaseIterable {
    case error = -1
    case multiband = 0
    case blackAndWhite = 1
    case histogram = 10
    case xyz = 12
    case lab = 13
    case cmyk = 15
    case labq = 16
    case rgb = 17
    case cmc = 18
    case lch = 19
    case labs = 21
    case srgb = 22
    case yxy = 23
    case fourier = 24
    case rgb16 = 25
    case grey16 = 26
    case matrix = 27
    case scrgb = 28
    case hsv = 29

    /// libvips' word for it, as `vips.colourspace: {space: …}` takes it.
    public var nick: String {
        self == .blackAndWhite ? "b-w" : "\(self)"
    }
}
