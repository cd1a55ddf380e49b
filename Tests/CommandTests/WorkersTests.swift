import Foundation
import Testing
import VipsamKit

/// The built program over pictures of many sizes, once with one worker and once with eight.
@Suite struct WorkersTests {
    /// Every kind of work that needs no model: libvips, three fills, four refinements, blurs, cutouts, lossy files.
    private static let recipe = """
        vipsam: 1
        input: {files: "photos/*.png"}
        steps:
          - mask-from-boxes: {boxes: [[20%, 25%, 22%, 30%]]}
            as: box
          - vips.gaussblur: {sigma: 0.7}
            as: soft
          - vips.linear: {a: [1.1], b: [-8]}
          - inpaint-fill: {mask: box, grow: 2, seed: 5}
            as: mended
          - save: {to: "mended/{name}.png"}
          - inpaint-fill: {image: soft, mask: box, method: smooth}
          - save: {to: "smooth/{name}.png"}
          - inpaint-fill: {image: soft, mask: box, method: nearest}
          - save: {to: "nearest/{name}.png"}
          - refine-mask: {image: mended, mask: box, method: matting, band: 5, decontaminate: true}
            as: hair
          - save: {mask: hair, to: "matting/{name}.png"}
          - refine-mask: {image: mended, mask: box, method: graph-cut, band: 6}
            as: cut
          - save: {mask: cut, to: "cut/{name}.png"}
          - refine-mask: {image: mended, mask: box, method: guided, band: 6}
            as: guided
          - save: {mask: guided, to: "guided/{name}.png"}
          - refine-mask: {image: mended, mask: box, method: smooth, band: 4}
            as: round
          - save: {mask: round, to: "round/{name}.png"}
          - blur: {image: mended, mask: hair, radius: 5, method: disc}
          - save: {to: "blurred/{name}.jpg"}
          - cutout: {image: mended, mask: hair, trim: true}
          - save: {to: "cutouts/{name}.webp"}

        """

    @Test func oneAndEightGiveTheSameBytes() throws {
        let folder = try Folder()
        try folder.write(Self.recipe, to: "recipe.yaml")
        let count = 12
        // Of many sizes, so that workers finish in another order than they start.
        for number in 0..<count {
            try folder.picture("photos/\(number).png", width: 230 - 13 * number, height: 90 + 9 * number, seed: number)
        }
        for jobs in ["1", "8"] {
            let run = try Command.run(
                ["run", "recipe.yaml", "-o", "out\(jobs)", "-j", jobs, "--progress", "none"], in: folder)
            #expect(run.code == 0, "\(run.errors)")
        }
        let names = folder.files("out1")
        #expect(names.count == 9 * count)
        #expect(folder.files("out8") == names)
        for name in names {
            #expect(folder.data("out1/" + name) == folder.data("out8/" + name), "\(name)")
        }
        // Files that are all alike, or empty, would show nothing.
        #expect(Set(names.compactMap { folder.data("out1/" + $0) }).count > 8 * count)
    }
}
