/// How a picture is written. What a format does not have is not used.
public struct SaveOptions: Sendable {
    /// Metadata that is written with the pixels.
    public enum Keep: String, Sendable, CaseIterable {
        /// The colour profile. Without it colours are converted to sRGB, so that they stay what they are.
        case icc
        /// Camera, lens, exposure, date; never the thumbnail, the maker's private notes or the orientation.
        case exif
        case xmp
        case iptc
        /// The place where the photo was taken.
        case gps
    }

    public enum TiffCompression: String, Sendable, CaseIterable {
        case none, deflate, lzw, packbits, zstd, jpeg, webp
    }

    /// 1 to 100, for the lossy formats. Defaults: JPEG 90, WebP 85, AVIF and HEIC 60, JPEG in TIFF 90.
    public var quality: Int?
    /// WebP, AVIF, HEIC: every pixel stays as it is.
    public var lossless = false
    /// PNG: effort of compression, 0 to 9.
    public var compression = 6
    public var tiffCompression = TiffCompression.deflate
    /// JPEG, PNG: appears coarse first. Costs memory for the whole picture.
    public var progressive = false
    public var keep: Set<Keep> = [.icc]
    /// sRGB, 0 to 255: what shows through where the format has no alpha.
    public var background = Color.white

    public init() {}
}
