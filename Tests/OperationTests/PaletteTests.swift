import Foundation
import Testing
import VipsamKit

/// A PNG whose pixels are numbers of colours, byte by byte as the PNG specification (third edition) has it.
struct PaletteFile {
    /// 1, 2, 4 or 8 bits per pixel.
    let depth: Int
    let width: Int, height: Int
    let colours: [[UInt8]]
    /// Of the first colours; the others are opaque.
    var alphas: [UInt8] = []

    func index(_ x: Int, _ y: Int) -> Int { (3 * x + 5 * y + x * y) % colours.count }

    var bytes: [UInt8] {
        let header = Self.number(UInt32(width)) + Self.number(UInt32(height)) + [UInt8(depth), 3, 0, 0, 0]
        return [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + Self.chunk("IHDR", header)
            + Self.chunk("PLTE", colours.flatMap { $0 }) + (alphas.isEmpty ? [] : Self.chunk("tRNS", alphas))
            + Self.chunk("IDAT", Self.stored(rows)) + Self.chunk("IEND", [])
    }

    /// Each row with filter 0; its first pixel is in the highest bits.
    private var rows: [UInt8] {
        (0..<height).flatMap { y -> [UInt8] in
            var row = [UInt8](repeating: 0, count: (width * depth + 7) / 8)
            for x in 0..<width { row[x * depth / 8] |= UInt8(index(x, y) << (8 - depth - x * depth % 8)) }
            return [0] + row
        }
    }

    private static func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let checked = Array(name.utf8) + content
        let sum = checked.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return number(UInt32(content.count)) + checked + number(~sum)
    }

    /// A zlib stream of one block that is not compressed: at most 65 535 bytes.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var a: UInt32 = 1, b: UInt32 = 0
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        let count = UInt16(bytes.count)
        return [0x78, 1, 1, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)] + bytes
            + number(b << 16 | a)
    }
}

/// Pictures with a palette are pictures of their colours.
@Suite struct PaletteTests {
    private let folder = TemporaryFolder()

    private func written(_ file: PaletteFile) throws -> String {
        let path = folder.path + "/palette.png"
        try Data(file.bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Half as many colours as numbers, so that what is no number of a colour would show.
    private func file(_ depth: Int, alphas: [UInt8] = []) -> PaletteFile {
        let bytes = Pictures.noise(3 * max(2, 1 << depth / 2), seed: UInt64(depth))
        let colours = stride(from: 0, to: bytes.count, by: 3).map { Array(bytes[$0..<$0 + 3]) }
        return PaletteFile(depth: depth, width: 23, height: 14, colours: colours, alphas: alphas)
    }

    private func expected(_ file: PaletteFile, left: Int = 0, width: Int = 23) -> [UInt8] {
        (0..<file.height).flatMap { y in
            (left..<left + width).flatMap { x in
                let index = file.index(x, y)
                let alpha = file.alphas.indices.contains(index) ? file.alphas[index] : 255
                return file.colours[index] + (file.alphas.isEmpty ? [] : [alpha])
            }
        }
    }

    @Test(arguments: [1, 2, 4, 8], [false, true]) func coloursComeOut(depth: Int, isTransparent: Bool) throws {
        let file = file(depth, alphas: isTransparent ? [40, 200] : []), path = try written(file)
        for access in [ImageFile.Access.random, .sequential] {
            let pixels = try ImageFile.open(path, access: access).pixels
            #expect(pixels.bands == (isTransparent ? 4 : 3) && pixels.format == .uchar)
            #expect(try pixels.bytes() == expected(file))
        }
        let loaded = try Bench().image("load-image", "\"\(path)\"")
        let cropped = try Bench(image: loaded).image("crop", "{box: [5, 0, 9, 14]}")
        #expect(try cropped.pixels.bytes() == expected(file, left: 5, width: 9))
        let outputs = Collector()
        var bench = Bench(image: loaded)
        bench.outputs = outputs
        try bench.run("save", "out.png")
        let saved = folder.path + "/saved.png"
        try Data(#require(outputs["out.png"])).write(to: URL(fileURLWithPath: saved))
        #expect(try ImageFile.open(saved, access: .random).pixels.bytes() == expected(file))
    }

    @Test func theMaskOfAPaletteIsItsTransparencyElseItsLightness() throws {
        let image = try Pictures.image(23, 14)
        let faint = file(4, alphas: [40, 200, 7])
        let alphas = expected(faint).enumerated().filter { $0.offset % 4 == 3 }.map(\.element)
        let path = try written(faint)
        #expect(try Bench(image: image).mask("load-mask", "\"\(path)\"").pixels(on: image).bytes() == alphas)
        let grey = PaletteFile(depth: 2, width: 23, height: 14, colours: [[0, 0, 0], [90, 90, 90], [255, 255, 255]])
        _ = try written(grey)
        let found = try Bench(image: image).mask("load-mask", "\"\(path)\"").pixels(on: image).bytes()
        let lightness = expected(grey).enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
        #expect(zip(found, lightness).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }
}
