import Testing
import VipsamKit

@Suite struct CallTests {
    private func ramp() throws -> Pixels {
        try Pixels.from(bytes: (0..<12).map { UInt8($0 * 20) }, width: 4, height: 3, bands: 1)
    }

    @Test func callGivesNamedResults() throws {
        let outputs = try Pixels.call("max", inputs: ["in": .image(ramp())])
        #expect(outputs["out"]?.double == 220)
        #expect(outputs["x"]?.int == 3 && outputs["y"]?.int == 2)
    }

    @Test func aWholeNumberMayStandForARealOneAndAList() throws {
        let image = try ramp().apply("linear", ["a": .int(2), "b": .arrayInt([1])])
        #expect(try image.floats() == (0..<12).map { Float($0 * 40 + 1) })
    }

    @Test func wrongArgumentsAreRefusedInWords() throws {
        let image = try ramp()
        func message(_ operation: String, _ inputs: [String: VipsValue]) -> String {
            do {
                _ = try image.apply(operation, inputs)
                return "accepted"
            } catch {
                return error.message
            }
        }
        #expect(message("gaussblurr", [:]) == "libvips has no operation 'gaussblurr'")
        #expect(message("gaussblur", ["sigmo": .double(2)]) == "'gaussblur' has no argument 'sigmo'")
        #expect(message("gaussblur", ["sigma": .double(-1)]) == "'sigma' of 'gaussblur' does not allow -1.0")
        #expect(message("gaussblur", ["sigma": .double(.nan)]) == "'sigma' of 'gaussblur' does not allow nan")
        #expect(message("gaussblur", ["sigma": .string("a")]) == "'sigma' of 'gaussblur' does not take 'a'")
        #expect(message("rot", ["angle": .string("d45")]) == "'angle' of 'rot' does not allow 'd45'")
        #expect(message("embed", ["x": .int(1)]) == "'embed' does not accept these arguments")
        let huge = message("affine", ["oarea": .arrayInt([1 << 40])])
        #expect(huge == "'oarea' of 'affine' does not allow [1099511627776]")
    }

    @Test func drawingLeavesTheOriginalAlone() throws {
        let image = try ramp()
        let before = try image.bytes()
        let drawn = try Pixels.image(
            "draw_rect",
            [
                "image": .image(image), "ink": .double(255), "left": .int(0), "top": .int(0), "width": .int(2),
                "height": .int(1), "fill": .bool(true),
            ])
        #expect(try image.bytes() == before)
        #expect(try drawn.bytes() == [255, 255] + before.dropFirst(2))
    }
}
