import Glibc

/// Arguments that libvips 8.14 does not survive.
///
/// It checks much, but not everything: these were found by calling every operation with odd images and numbers. Each
/// one ends the whole process (a failed assertion, a division by zero) or writes beyond its memory, so they are refused
/// here, before libvips sees them.
enum VipsGuards {
    /// Operations that mean something for complex numbers. Some of the others corrupt memory with them.
    private static let takesComplex: Set<String> = [
        "abs", "add", "avg", "bandjoin", "black", "byteswap", "cast", "complex", "complex2", "complexget", "copy",
        "crop", "embed", "extract_area", "extract_band", "flip", "freqmult", "getpoint", "ifthenelse", "insert", "invfft",
        "join", "linear", "multiply", "replicate", "rot", "sign", "subtract", "wrap",
    ]

    /// Throws with a reason when the arguments would bring the process down.
    static func check(_ operation: String, _ inputs: [String: VipsValue]) throws(PixelsError) {
        for (name, value) in inputs {
            if case .arrayImage(let images) = value, images.isEmpty {
                throw .unsafe(operation, "'\(name)' has no image in it")
            }
        }
        if !takesComplex.contains(operation), inputs.values.contains(where: \.isComplex) {
            throw .unsafe(operation, "complex numbers are not taken")
        }
        let problem: String? =
            switch operation {
            case "fwfft", "invfft", "spectrum", "phasecor", "freqmult": fourier(inputs)
            case "fractsurf": surface(inputs)
            case "affine": transformed(inputs, by: inputs["matrix"]?.doubles ?? [])
            case "similarity": transformed(inputs, by: turned(inputs))
            case "draw_line", "draw_circle", "draw_rect", "draw_smudge": near(inputs)
            case "hist_find_ndim": bins(inputs)
            case "hough_circle": radius(inputs)
            case "conv", "convsep", "compass": inputs["precision"]?.string == "approximate" ? .approximate : nil
            case "conva", "convasep": .approximate
            case "boolean", "boolean_const": shifted(inputs)
            case "draw_flood": flood(inputs)
            case "remainder_const": divisor(inputs)
            case "remainder": try smallest(inputs)
            case "match", "mosaic1": tiePoints(inputs)
            default: nil
            }
        if let problem { throw .unsafe(operation, problem) }
    }

    /// The transform of a single row writes beyond its memory.
    private static func fourier(_ inputs: [String: VipsValue]) -> String? {
        let flat = inputs.values.contains { ($0.image?.height ?? 2) < 2 }
        return flat ? "at least 2 pixels of height are needed" : nil
    }

    /// It is transformed at once, in memory.
    private static func surface(_ inputs: [String: VipsValue]) -> String? {
        let width = inputs["width"]?.int ?? 2
        let height = inputs["height"]?.int ?? 2
        if height < 2 { return "at least 2 pixels of height are needed" }
        return Double(width) * Double(height) > 2.5e7 ? "at most 25 megapixels are made" : nil
    }

    private static func turned(_ inputs: [String: VipsValue]) -> [Double] {
        let angle = (inputs["angle"]?.double ?? 0) * .pi / 180
        let scale = inputs["scale"]?.double ?? 1
        let cosine = scale * cos(angle)
        let sine = scale * sin(angle)
        return [cosine, -sine, sine, cosine]
    }

    /// An image of no size fails an assertion.
    private static func transformed(_ inputs: [String: VipsValue], by matrix: [Double]) -> String? {
        guard let image = inputs["in"]?.image, matrix.count == 4 else { return nil }
        guard matrix.allSatisfy(\.isFinite) else { return "the matrix holds a number that is none" }
        if case .arrayInt(let area)? = inputs["oarea"], area.count == 4 {
            let sizes = 1...10_000_000
            return sizes.contains(area[2]) && sizes.contains(area[3]) ? nil : "'oarea' has no size"
        }
        let width = abs(matrix[0]) * Double(image.width) + abs(matrix[1]) * Double(image.height)
        let height = abs(matrix[2]) * Double(image.width) + abs(matrix[3]) * Double(image.height)
        let shifts = ["idx", "idy", "odx", "ody"].map { abs(inputs[$0]?.double ?? 0) }
        guard width >= 1, height >= 1 else { return "nothing of the image would be left" }
        guard max(width, height) <= 1e6, (shifts.max() ?? 0) <= 1e6 else { return "the result would be too large" }
        return nil
    }

    /// Every point of a line or circle is visited, inside the image or not.
    private static func near(_ inputs: [String: VipsValue]) -> String? {
        let far = inputs.first { name, value in abs(Double(value.int ?? 0)) > 1_000_000 && name != "ink" }
        return far.map { "'\($0.key)' is more than 1000000 pixels away" }
    }

    private static func bins(_ inputs: [String: VipsValue]) -> String? {
        guard let bins = inputs["bins"]?.int, let image = inputs["in"]?.image else { return nil }
        var cells = 1.0
        for _ in 0..<min(3, image.bands) { cells *= Double(bins) }
        return cells > 2_097_152 ? "at most 2097152 bins in all are counted" : nil
    }

    private static func radius(_ inputs: [String: VipsValue]) -> String? {
        guard let image = inputs["in"]?.image, let radius = inputs["max-radius"]?.int else { return nil }
        let most = max(image.width, image.height)
        return radius > most ? "'max-radius' must not be larger than the image, \(most)" : nil
    }

    private static func flood(_ inputs: [String: VipsValue]) -> String? {
        guard let image = inputs["image"]?.image, let x = inputs["x"]?.int, let y = inputs["y"]?.int else { return nil }
        guard (0..<image.width).contains(x) && (0..<image.height).contains(y) else {
            return "the starting point \(x), \(y) lies outside the \(image.width) × \(image.height) image"
        }
        guard let test = inputs["test"]?.image else { return nil }
        let same = test.width == image.width && test.height == image.height
        return same ? nil : "'test' must have the size of the image"
    }

    /// Numbers of 8 and 16 bits with a sign are written as if they had 32.
    private static func shifted(_ inputs: [String: VipsValue]) -> String? {
        guard inputs["boolean"]?.string == "lshift" else { return nil }
        let signed = inputs.values.contains { $0.image?.format == .char || $0.image?.format == .short }
        return signed ? "char and short numbers cannot be shifted left" : nil
    }

    /// Constants are cut to whole numbers first, and whole numbers are not divided by zero.
    private static func divisor(_ inputs: [String: VipsValue]) -> String? {
        guard let image = inputs["in"]?.image, !image.format.isFloatingPoint else { return nil }
        let numbers = inputs["c"]?.doubles ?? [inputs["c"]?.double].compactMap { $0 }
        if numbers.contains(where: { abs($0) < 1 }) { return "'c' must not be between -1 and 1" }
        return image.format == .int && numbers.contains { $0 <= -1 && $0 > -2 } ? "'c' must not be -1" : nil
    }

    /// The smallest 32-bit number modulo -1 is a division error of the processor.
    private static func smallest(_ inputs: [String: VipsValue]) throws(PixelsError) -> String? {
        guard let left = inputs["left"]?.image, let right = inputs["right"]?.image,
            left.format == .int || left.format == .uint
        else { return nil }
        guard try right.min() < 0, try left.cast(.double).min() <= Double(Int32.min) else { return nil }
        return "'left' holds -2147483648, which cannot be divided by -1"
    }

    /// Two points of each image fix how the second is turned and scaled; nearly equal ones scale it to nothing.
    private static func tiePoints(_ inputs: [String: VipsValue]) -> String? {
        guard let first = inputs["ref"]?.image, let second = inputs["sec"]?.image else { return nil }
        func point(_ x: String, _ y: String) -> (x: Int, y: Int)? {
            guard let x = inputs[x]?.int, let y = inputs[y]?.int else { return nil }
            return (x, y)
        }
        guard let r1 = point("xr1", "yr1"), let r2 = point("xr2", "yr2"), let s1 = point("xs1", "ys1"),
            let s2 = point("xs2", "ys2")
        else { return nil }
        func inside(_ point: (x: Int, y: Int), _ image: Pixels) -> Bool {
            (0..<image.width).contains(point.x) && (0..<image.height).contains(point.y)
        }
        guard inside(r1, first), inside(r2, first), inside(s1, second), inside(s2, second) else {
            return "the points must lie inside their images"
        }
        func distance(_ a: (x: Int, y: Int), _ b: (x: Int, y: Int)) -> Double {
            let dx = Double(a.x - b.x)
            let dy = Double(a.y - b.y)
            return (dx * dx + dy * dy).squareRoot()
        }
        let scale = distance(r1, r2) / max(distance(s1, s2), 0.5)
        let smaller = Double(min(second.width, second.height)) * scale
        guard distance(s1, s2) >= 1, scale >= 0.05, scale <= 20, smaller >= 4 else {
            return "the points ask for a scale of 1:\(scale == 0 ? "0" : "\(1 / scale)"), which is out of reason"
        }
        return nil
    }
}

extension VipsValue {
    fileprivate var isComplex: Bool {
        switch self {
        case .image(let image): image.format.isComplex
        case .arrayImage(let images): images.contains { $0.format.isComplex }
        default: false
        }
    }
}

extension String {
    fileprivate static let approximate = "approximate convolution divides by zero with some masks"
}

extension PixelsError {
    fileprivate static func unsafe(_ operation: String, _ problem: String) -> PixelsError {
        PixelsError(operation: operation, reason: .refused, message: "'\(operation)' cannot do this: \(problem)")
    }
}
