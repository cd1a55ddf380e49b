import VipsamKit

/// Where the result of a libvips operation lies in the original.
///
/// Cuts, margins and other sizes are followed, so that masks still fit. What turns, mirrors, warps or composes has a
/// place of its own: a mask that was made before says so when it is used. Everything else that keeps its size keeps
/// its place.
struct VipsGeometry {
    private static let scaling: Set<String> = [
        "resize", "shrink", "shrinkh", "shrinkv", "reduce", "reduceh", "reducev", "zoom", "subsample",
    ]

    private static let moving: Set<String> = [
        "affine", "arrayjoin", "autorot", "flip", "fwfft", "globalbalance", "grid", "invfft", "join", "mapim", "match",
        "merge", "mosaic", "mosaic1", "phasecor", "quadratic", "replicate", "rot", "rot45", "rotate", "similarity", "spectrum",
        "transpose3d", "wrap",
    ]

    private let name: String
    private let values: [String: VipsValue]

    init(_ name: String, _ values: [String: VipsValue]) {
        self.name = name
        self.values = values
    }

    /// - Parameter image: what the operation was given; nil for those that make a picture of nothing.
    func placed(_ pixels: Pixels, from image: Image?) -> Image {
        guard let image else {
            let canvas = Canvas(name: "vips.\(name)", width: pixels.width, height: pixels.height)
            return Image(pixels: pixels, frame: Frame(canvas: canvas))
        }
        switch name {
        case "extract_area", "crop":
            return image.with(pixels, in: image.frame.cropped(left: number("left"), top: number("top")))
        case "embed":
            return image.with(pixels, in: image.frame.cropped(left: -number("x"), top: -number("y")))
        case _ where Self.scaling.contains(name):
            let x = Double(pixels.width) / Double(image.width), y = Double(pixels.height) / Double(image.height)
            return image.with(pixels, in: image.frame.scaled(x, y))
        case _ where Self.moving.contains(name):
            return image.with(pixels, onNewCanvas: "the result of vips.\(name)")
        default:
            return pixels.width == image.width && pixels.height == image.height
                ? image.with(pixels) : image.with(pixels, onNewCanvas: "the result of vips.\(name)")
        }
    }

    private func number(_ key: String) -> Double { values[key]?.double ?? 0 }
}
