internal import Foundation
internal import VipsamKit

/// A picture small enough to lie inside a page.
struct Thumbnail {
    /// Longer side in pixels: sharp at half of it on fine screens.
    private static let side = 360
    private static let quality = 72
    /// Larger files are not decoded for a thumbnail: a page must not take longer than the run.
    private static let mostPixels = 150_000_000

    let width: Int
    let height: Int
    /// `data:image/jpeg;base64,…`
    let uri: String

    /// Nil for what is no picture, cannot be read, or is too large.
    init?(_ path: String) {
        guard let header = try? ImageFile.probe(path), header.width <= Self.mostPixels / header.height,
            let picture = try? SmallPicture.drawn(path, side: Self.side),
            let encoded = try? Pixels.call(
                "jpegsave_buffer", inputs: ["in": .image(picture), "Q": .int(Self.quality), "strip": .bool(true)]),
            case .blob(let bytes)? = encoded["buffer"]
        else { return nil }
        width = picture.width
        height = picture.height
        uri = "data:image/jpeg;base64," + Data(bytes).base64EncodedString()
    }
}
