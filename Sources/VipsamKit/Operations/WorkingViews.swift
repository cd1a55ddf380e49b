import Synchronization

/// What a model looks at: a copy in memory, 8-bit RGB, downsampled to the working size.
public struct WorkingView: Sendable {
    /// Three bands of `uchar`, sRGB, in memory.
    public let pixels: Pixels
    public let frame: Frame

    public init(pixels: Pixels, frame: Frame) {
        self.pixels = pixels
        self.frame = frame
    }
}

/// How large the picture is that a model looks at.
public enum WorkSize: Sendable, Hashable {
    /// The shorter side at most so many pixels, never enlarged, at most 16 megapixels in all.
    case shorterSide(Int)
    /// Every pixel of the original.
    case original

    /// As the SA-1B data set was made (Kirillov et al. 2023, section 5).
    public static let standard = WorkSize.shorterSide(1500)

    /// No view has more pixels than this, however long and thin the picture.
    public static let mostPixels = 16_000_000.0

    /// Pixels of a picture of this size per pixel of its view; at least 1.
    public func scale(width: Int, height: Int) -> Double {
        switch self {
        case .original: 1
        case .shorterSide(let side):
            max(
                1, Double(min(width, height)) / Double(side),
                (Double(width) * Double(height) / Self.mostPixels).squareRoot())
        }
    }
}

/// The small views of one item's images; each is made once. Safe to use from several threads.
public final class WorkingViews: Sendable {
    public let workSize: WorkSize
    private let upright: Bool
    private let lenient: Bool
    private let made = Mutex<[ObjectIdentifier: (image: Image, view: WorkingView)]>([:])

    /// - Parameters:
    ///   - upright: whether files are turned as their EXIF data says; as the images were opened.
    ///   - lenient: whether damaged files are read as far as they go.
    public init(_ workSize: WorkSize, upright: Bool = true, lenient: Bool = false) {
        self.workSize = workSize
        self.upright = upright
        self.lenient = lenient
    }

    /// The view of an image: decoded small from the file while the image is untouched, else computed
    /// from its pixels.
    public func view(of image: Image) throws -> WorkingView {
        // Images are kept with their views, so an identifier is not used again by another one.
        let key = ObjectIdentifier(image.pixels)
        if let known = made.withLock({ $0[key]?.view }) { return known }
        let view = try make(of: image)
        made.withLock { $0[key] = (image, view) }
        return view
    }

    private func make(of image: Image) throws -> WorkingView {
        let pixels: Pixels
        switch workSize {
        case .original:
            pixels = try ImageFile.model(of: image.pixels).copyMemory()
        case .shorterSide(let side):
            if let path = image.path {
                pixels = try ImageFile.working(
                    path, shorterSide: side, maxPixels: WorkSize.mostPixels, upright: upright,
                    lenient: lenient)
            } else {
                let scale = workSize.scale(width: image.width, height: image.height)
                let seen = try ImageFile.model(of: image.pixels)
                pixels = try scale > 1 ? seen.resize(1 / scale).copyMemory() : seen.copyMemory()
            }
        }
        let frame = image.frame.scaled(
            Double(pixels.width) / Double(image.width), Double(pixels.height) / Double(image.height))
        return WorkingView(pixels: pixels, frame: frame)
    }
}
