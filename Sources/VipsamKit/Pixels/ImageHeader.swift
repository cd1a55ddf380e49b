/// What a picture file says about itself, read without decoding pixels.
public struct ImageHeader: Sendable, Equatable {
    /// libvips' loader: "jpegload", "pngload", …
    public let loader: String
    /// Pixels across and down as stored.
    public let storedWidth: Int
    public let storedHeight: Int
    /// EXIF orientation, 1 to 8; 1 means upright, or that it is not asked for.
    public private(set) var orientation: Int
    public let bands: Int
    public let format: BandFormat
    public let interpretation: Interpretation
    public let hasAlpha: Bool
    /// Bits of one band of one pixel, in the file.
    public let bitDepth: Int
    /// Pages or frames; only the first is used.
    public let pages: Int
    public let hasProfile: Bool
    /// JPEG: colour is stored at half the resolution both ways (4:2:0).
    public let hasReducedColour: Bool
    /// Whether pixels can be decoded strip by strip: not for interlaced PNG, progressive JPEG, WebP, HEIF, GIF.
    public let streams: Bool

    /// "jpeg", "png", …
    public var kind: String { String(loader.prefix { $0 != "_" }.dropLast("load".count)) }
    /// Rows and columns change places when the picture is turned upright.
    public var isSideways: Bool { orientation >= 5 }
    /// Pixels across and down, upright.
    public var width: Int { isSideways ? storedHeight : storedWidth }
    public var height: Int { isSideways ? storedWidth : storedHeight }

    /// As the pixels lie in the file, whatever EXIF says about them.
    package var asStored: ImageHeader {
        var header = self
        header.orientation = 1
        return header
    }

    /// Bytes of all pixels, decoded.
    public var decodedBytes: Int {
        let (pixels, overflow) = storedWidth.multipliedReportingOverflow(by: storedHeight)
        let (bytes, more) = pixels.multipliedReportingOverflow(by: bands * format.size)
        return overflow || more ? Int.max : bytes
    }

    init(of image: Pixels, loader: String) {
        self.loader = loader
        storedWidth = image.width
        storedHeight = image.height
        orientation = image.orientation
        bands = image.bands
        format = image.format
        interpretation = image.interpretation
        hasAlpha = image.hasAlpha
        bitDepth = image.integer("bits-per-sample") ?? image.integer("palette-bit-depth") ?? image.format.size * 8
        pages = image.pages
        hasProfile = image.hasProfile
        hasReducedColour = image.text("jpeg-chroma-subsample") == "4:2:0"
        let whole = image.integer("interlaced") == 1 || image.integer("jpeg-multiscan") == 1
        streams = !whole && ["jpegload", "pngload", "tiffload", "ppmload"].contains { loader.hasPrefix($0) }
    }
}
