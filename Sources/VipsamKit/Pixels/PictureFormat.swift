/// The formats that pictures are written in, by the ending of the name.
public enum PictureFormat: String, Sendable, CaseIterable {
    case png, jpeg, webp, tiff, avif, heic

    public var endings: [String] {
        switch self {
        case .png: ["png"]
        case .jpeg: ["jpg", "jpeg"]
        case .webp: ["webp"]
        case .tiff: ["tif", "tiff"]
        case .avif: ["avif"]
        case .heic: ["heic", "heif"]
        }
    }

    /// All endings, for messages.
    public static var allEndings: [String] { allCases.flatMap(\.endings) }

    /// Endings of other formats that people know, in lower case: no slips of the pen.
    public static let unwrittenEndings: Set<String> = [
        "gif", "bmp", "jp2", "j2k", "jxl", "svg", "pdf", "ppm", "pgm", "pbm", "pnm", "pfm", "hdr", "exr", "fits", "psd",
        "ico", "tga", "dng", "raw",
    ]

    /// The format of a file name, upper or lower case. Throws, with what is allowed, for any other.
    public init(ofFile path: String) throws(PixelsError) {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let ending = name.dropFirst().split(separator: ".", omittingEmptySubsequences: false).dropFirst().last
        let lower = ending?.lowercased() ?? ""
        guard let found = Self.allCases.first(where: { $0.endings.contains(lower) }) else {
            throw .ending(path, ending.map(String.init) ?? "")
        }
        self = found
    }

    public var hasAlpha: Bool { self != .jpeg }
    public var hasSixteenBits: Bool { self == .png || self == .tiff || self == .avif || self == .heic }
    public var hasCMYK: Bool { self == .jpeg || self == .tiff }
    /// Numbers of any type, any count of bands.
    public var hasEverything: Bool { self == .tiff }

    /// libvips' saver.
    var saver: String {
        switch self {
        case .png: "pngsave_target"
        case .jpeg: "jpegsave_target"
        case .webp: "webpsave_target"
        case .tiff: "tiffsave_target"
        case .avif, .heic: "heifsave_target"
        }
    }

    /// Longest side that the format can store.
    var longestSide: Int {
        switch self {
        case .jpeg: 65_500
        case .webp: 16_383
        case .avif, .heic: 16_384
        case .png, .tiff: 10_000_000
        }
    }
}

extension PixelsError {
    fileprivate static func ending(_ path: String, _ found: String) -> PixelsError {
        let problem = found.isEmpty ? "the name '\(path)' has no ending" : "pictures are not written as '.\(found)'"
        let allowed = PictureFormat.allEndings.map { ".\($0)" }.joined(separator: ", ")
        return PixelsError(operation: "save", reason: .unknownFormat, message: "\(problem): use one of \(allowed)")
    }
}
