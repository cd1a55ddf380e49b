import VipsamKit

/// Prints the picture in two inks: dark places in one colour, light places in another.
///
/// A pixel of lightness t (0…1, of the picture turned grey) becomes `dark + t · (light − dark)`, in
/// sRGB with 8 bits. Alpha stays.
public struct Duotone: Operation {
    public static let name = "duotone"
    public static let summary = "Prints the picture in two inks: dark places in one colour, light places in another."

    let dark: Color
    let light: Color
    let image: Slot

    public init(_ p: Parameters) throws {
        dark = p.color("dark", or: Color(red: 24, green: 26, blue: 80), named: "#181a50", "Colour of black places.")
        light = p.color("light", or: Color(red: 255, green: 214, blue: 130), named: "#ffd682", "Colour of white places.")
        image = p.slot("image", .image, "The picture.")
    }

    public var result: Kind? { .image }

    public func apply(_ context: Context) throws -> Value? {
        let image = try context.image(image)
        let low = [dark.red, dark.green, dark.blue], high = [light.red, light.green, light.blue]
        let grey = try image.pixels.withoutAlpha().colourspace(.blackAndWhite).extractBand(0)
        let inked = try Pixels.bandjoin([grey, grey, grey])
            .linear(zip(low, high).map { ($1 - $0) / 255 }, low, asBytes: true)
            .relabelled(.srgb)
        guard let alpha = try image.pixels.alpha() else { return .image(image.with(inked)) }
        let opacity = try alpha.linear([255 / image.pixels.fullScale], [0], asBytes: true)
        return .image(image.with(try inked.bandjoin(opacity)))
    }
}
