import VipsamKit

/// How an operation of libvips treats the alpha band of its first picture.
///
/// To libvips alpha is one more colour in most operations: a picture made brighter would become less transparent, and a
/// blur would mix in colours that nobody sees. So what changes tones leaves alpha alone here, and what averages
/// neighbours works on colours that are multiplied by alpha (Porter and Duff 1984). Everything else is as in libvips,
/// which has its own way with alpha where it matters (`affine`, `composite2`, `flatten`), or is about numbers.
enum VipsTransparency {
    case literal, apart, premultiplied

    private static let tones: Set<String> = [
        "colourspace", "gamma", "hist_equal", "hist_local", "icc_export", "icc_import", "icc_transform", "invert", "linear",
        "maplut", "math2_const", "scale", "stdif",
    ]

    private static let averages: Set<String> = [
        "conv", "conva", "convasep", "convf", "convi", "convsep", "gaussblur", "reduce", "reduceh", "reducev", "resize",
        "shrink", "shrinkh", "shrinkv",
    ]

    init(_ operation: String) {
        self = Self.tones.contains(operation) ? .apart : Self.averages.contains(operation) ? .premultiplied : .literal
    }

    /// For the page of the operation.
    var remark: String {
        switch self {
        case .literal: ""
        case .apart: " Its transparency stays as it is, unless a list has a number for it as well."
        case .premultiplied: " Colours count by their opacity."
        }
    }

    /// - Parameters:
    ///   - inputs: those of the operation; lists that have a number for alpha as well are meant literally.
    ///   - main: the argument that is the picture.
    func call(_ operation: String, _ inputs: [String: VipsValue], main: String) throws -> [String: VipsValue] {
        guard let picture = inputs[main]?.image, let alpha = try picture.alpha(), !isForEveryBand(inputs, of: picture) else {
            return try Pixels.call(operation, inputs: inputs)
        }
        func made(of pixels: Pixels) throws -> [String: VipsValue] {
            try Pixels.call(operation, inputs: inputs.merging([main: .image(pixels)]) { $1 })
        }
        switch self {
        case .literal: return try made(of: picture)
        case .apart:
            return try made(of: picture.withoutAlpha()).withImages { colours in
                // Opaque is another number at another depth.
                let scale = colours.fullScale / picture.fullScale
                let joined = try colours.bandjoin(
                    (scale == 1 ? alpha : alpha.linear([scale], [0])).rounded(to: colours.format))
                // What libvips made plain numbers of would have no alpha.
                return try joined.hasAlpha ? joined : joined.relabelled(picture.interpretation)
            }
        case .premultiplied:
            // Labelled as plain numbers meanwhile, and of the number type that libvips would give.
            let format = try made(of: picture).values.lazy.compactMap(\.image).first?.format ?? picture.format
            return try made(of: picture.premultiply().relabelled(.multiband)).withImages { mixed in
                try mixed.relabelled(picture.interpretation).unpremultiply().rounded(to: format)
                    .relabelled(picture.interpretation)
            }
        }
    }

    private func isForEveryBand(_ inputs: [String: VipsValue], of picture: Pixels) -> Bool {
        self == .apart && inputs.values.contains { $0.doubles?.count == picture.bands }
    }
}

extension [String: VipsValue] {
    fileprivate func withImages(_ change: (Pixels) throws -> Pixels) rethrows -> Self {
        try mapValues { value in try value.image.map { .image(try change($0)) } ?? value }
    }
}
