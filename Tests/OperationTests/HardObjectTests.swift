import Foundation
import Testing
import VipsamKit

/// Steps that take sets of objects, and masks from files, over the pictures of `HardPictureTests`.
@Suite struct HardObjectTests {
    static let sizes = [(1, 1), (1, 9), (23, 14)]

    /// Empty, full, at a corner, and a ring with a hole.
    private func masks(on image: Image) throws -> [Mask] {
        let (width, height) = (image.width, image.height)
        let values: [(Int, Int) -> Bool] = [
            { _, _ in false }, { _, _ in true }, { x, y in x <= width / 2 && y >= height / 2 },
            { x, y in (2..<9).contains(x) && (2..<9).contains(y) && (x, y) != (5, 5) },
        ]
        return try values.map { value in try Pictures.mask(on: image) { value($0, $1) ? 255 : 0 } }
    }

    private func covers(_ set: ObjectSet, on image: Image) throws -> [[UInt8]] {
        try set.objects.map { try $0.mask.pixels(on: image).bytes() }
    }

    @Test(arguments: HardPictureTests.pictures) func filtersLookAtEveryPicture(kind: String) throws {
        for (width, height) in Self.sizes {
            let image = try HardPictureTests.picture(kind, width, height)
            let masks = try masks(on: image)
            let bench = Bench(image: image, objects: try Pictures.objects(masks, labels: ["none", "all", "corner", "ring"]))
            func kept(_ condition: String) throws -> [String] {
                try bench.objects("filter", "{where: \"\(condition)\"}").objects.map(\.label)
            }
            let isThere = try masks.map { try $0.pixels(on: image).bytes().contains(255) }
            let there = zip(["none", "all", "corner", "ring"], isThere).filter(\.1).map(\.0)
            #expect(try kept("area > 0") == there, "\(kind)")
            // Whatever is looked up is a number in its range, of an empty object too.
            #expect(try kept("detail in 0..500 and edge in 0..1") == ["none", "all", "corner", "ring"], "\(kind)")
            #expect(try kept("edge > 0").allSatisfy(there.contains), "\(kind)")
        }
    }

    @Test(arguments: HardPictureTests.pictures) func setsAreTidiedOnEveryPicture(kind: String) throws {
        for (width, height) in Self.sizes {
            let image = try HardPictureTests.picture(kind, width, height)
            let masks = try masks(on: image)
            let all = try masks.map { try $0.pixels(on: image).bytes() }
            let there = all.filter { $0.contains(255) }
            let bench = Bench(image: image, objects: try Pictures.objects(masks))
            #expect(try covers(bench.objects("tidy-objects"), on: image) == there)
            // A hole of one pixel is filled, and nothing else changes.
            let filled = try covers(bench.objects("tidy-objects", "{fill-holes: 1}"), on: image)
            let rings = there.map { ring in
                width > 8 && ring == all[3] ? ring.indices.map { $0 == 5 * width + 5 ? 255 : ring[$0] } : ring
            }
            #expect(filled == rings)
            // Everything lies in the full one.
            let one = try covers(bench.objects("tidy-objects", "{merge-overlap: 1}"), on: image)
            #expect(one == [all[1]])
            // Each pixel has one owner, and all have one.
            let apart = try covers(bench.objects("tidy-objects", "{resolve: area, drop-specks: 0}"), on: image)
            let owners = (0..<width * height).map { place in apart.count { $0[place] == 255 } }
            #expect(owners.allSatisfy { $0 == 1 }, "\(kind)")
            let large = try covers(bench.objects("tidy-objects", "{min-side: 101%}"), on: image)
            #expect(large.isEmpty)
        }
    }

    /// libvips' grey: 0.2 R + 0.7 G + 0.1 B of linear light, in the curve of sRGB.
    private func grey(_ colour: [Double]) -> Double {
        let linear = colour.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
        let light = 0.2 * linear[0] + 0.7 * linear[1] + 0.1 * linear[2]
        return light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
    }

    @Test(arguments: HardPictureTests.pictures) func masksAreReadFromEveryPicture(kind: String) throws {
        let folder = TemporaryFolder()
        for (width, height) in Self.sizes {
            let picture = try HardPictureTests.picture(kind, width, height)
            let path = folder.path + "/mask.tif"
            try ImageWriter.write(picture.pixels, to: path)
            let image = try Pictures.image(width, height)
            func read(_ channel: String) throws -> [UInt8] {
                let mask = try Bench(image: image).mask("load-mask", "{file: \"\(path)\", channel: \(channel)}")
                return try mask.pixels(on: image).bytes()
            }
            let bands = picture.pixels.bands, values = try picture.pixels.floats().map(Double.init)
            let full = kind.hasPrefix("sixteen") ? 65535.0 : 255
            func near(_ found: [UInt8], _ expected: (Int) -> Double) -> Bool {
                found.indices.allSatisfy { abs(Double(found[$0]) - expected($0) / full * 255) <= 1 }
            }
            // In a TIFF five bands are three colours and two more, of which the last counts.
            if ["grey-alpha", "rgba", "sixteen-alpha", "five-bands"].contains(kind) {
                #expect(try near(read("auto")) { values[$0 * bands + bands - 1] }, "\(kind)")
                #expect(try read("alpha") == read("auto"))
            } else {
                #expect(try read("auto") == read("lightness"), "\(kind)")
                #expect(throws: Diagnostic.self) { try read("alpha") }
            }
            let light = try read("lightness")
            #expect(light.count == width * height)
            if kind.hasPrefix("grey") { #expect(near(light) { values[$0 * bands] }, "\(kind)") }
            if kind.hasPrefix("rgb") || kind.hasPrefix("sixteen") {
                let greys = light.indices.map { place in
                    // of 16 bits the upper 8
                    full * grey((0..<3).map { (values[place * bands + $0] * 256 / (full + 1)).rounded(.down) / 255 })
                }
                #expect(near(light) { greys[$0] }, "\(kind)")
            }
        }
    }
}
