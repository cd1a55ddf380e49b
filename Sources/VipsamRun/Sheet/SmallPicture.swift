internal import VipsamKit

/// A small copy of a picture file, to look at: 8-bit sRGB, a checkerboard where it is transparent.
enum SmallPicture {
    /// Squares of the checkerboard, in pixels.
    private static let square = 8
    private static let greys: [UInt8] = [232, 204]

    /// - Parameter side: the longer side at most, in pixels; never enlarged.
    static func drawn(_ path: String, side: Int) throws -> Pixels {
        let header = try ImageFile.probe(path)
        let longer = max(header.width, header.height), shorter = min(header.width, header.height)
        if !header.hasAlpha {
            let target = max(1, Int((Double(shorter) * min(1, Double(side) / Double(longer))).rounded()))
            let view = try ImageFile.working(path, shorterSide: target, lenient: true)
            // A long thin picture is a pixel high and still longer than asked for.
            let scale = Double(side) / Double(max(view.width, view.height))
            return scale < 1 ? try view.resize(scale).copyMemory() : view
        }
        return try drawn(ImageFile.open(path, lenient: true).pixels, side: side)
    }

    /// - Parameter side: the longer side at most, in pixels; never enlarged.
    static func drawn(_ whole: Pixels, side: Int) throws -> Pixels {
        let scale = min(1, Double(side) / Double(max(whole.width, whole.height)))
        func shrunk(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded())) }
        let small = try whole.resized(width: shrunk(whole.width), height: shrunk(whole.height))
            .relabelled(whole.interpretation).copyMemory()
        guard small.hasAlpha else { return try ImageFile.model(of: small).copyMemory() }
        let alpha = try small.extractBand(small.bands - 1).linear([255 / small.fullScale], [0]).cast(.uchar)
        let colours = try ImageFile.model(of: small.withoutAlpha())
        return try alpha.ifthenelse(colours, checkerboard(small.width, small.height), blend: true).copyMemory()
    }

    private static func checkerboard(_ width: Int, _ height: Int) throws -> Pixels {
        let side = 2 * square
        let tile: [UInt8] = (0..<side * side).flatMap { i in
            [UInt8](repeating: greys[(i % side / square + i / side / square) % 2], count: 3)
        }
        return try Pixels.from(bytes: tile, width: side, height: side, bands: 3)
            .replicate(across: width / side + 1, down: height / side + 1)
            .extractArea(left: 0, top: 0, width: width, height: height)
    }
}
