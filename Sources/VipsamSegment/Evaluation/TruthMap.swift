import Foundation
import VipsamKit

/// The true objects of one picture, by the value of their pixels.
struct TruthMap {
    let width: Int
    let height: Int
    private let ids: [UInt16]
    /// Pixels that nobody has decided on: 1 where nothing is counted.
    let ignored: [UInt8]?

    /// - Throws: `PixelsError` for a file that cannot be read, a diagnostic for one that is no map of numbers.
    init(_ photo: EvaluationManifest.Photo, folder: String) throws {
        let pixels = try Self.open(folder + "/" + photo.mask)
        width = pixels.width
        height = pixels.height
        ids = try pixels.format == .ushort ? pixels.words() : pixels.bytes().map(UInt16.init)
        let beside = photo.mask.replacingOccurrences(of: "/masks/", with: "/ignore/")
        if beside != photo.mask, FileManager.default.fileExists(atPath: folder + "/" + beside) {
            let band = try Self.open(folder + "/" + beside)
            guard band.width == width, band.height == height, band.format == .uchar else {
                throw Diagnostic.error("'\(beside)' does not have the size of its mask")
            }
            ignored = try band.bytes().map { $0 > 0 ? 1 : 0 }
        } else {
            ignored = nil
        }
    }

    /// 1 on the object, 0 elsewhere; row by row.
    func mask(_ id: Int) -> [UInt8] { ids.map { Int($0) == id ? 1 : 0 } }

    private static func open(_ path: String) throws -> Pixels {
        let pixels = try ImageFile.open(path, access: .random).pixels
        guard pixels.bands == 1, pixels.format == .uchar || pixels.format == .ushort else {
            throw Diagnostic.error("'\(path)' must have one band of 8 or 16 bits")
        }
        return pixels
    }
}
