import Testing
import VipsamKit

/// Each of these ended the process, or corrupted its memory, when libvips 8.14 got it.
@Suite struct GuardTests {
    private func message(_ operation: String, _ inputs: [String: VipsValue]) -> String {
        Pictures.message { _ = try Pixels.call(operation, inputs: inputs) }
    }

    private func picture(_ width: Int, _ height: Int) throws -> VipsValue {
        .image(try Pixels.from(
            bytes: [UInt8](repeating: 7, count: width * height), width: width, height: height, bands: 1))
    }

    @Test func whatLibvipsDoesNotSurviveIsRefused() throws {
        #expect(message("sum", ["in": .arrayImage([])]) == "'sum' cannot do this: 'in' has no image in it")
        #expect(
            message("fwfft", ["in": try picture(5, 1)])
                == "'fwfft' cannot do this: at least 2 pixels of height are needed")
        #expect(
            message("remainder_const", ["in": try picture(3, 3), "c": .double(0.5)])
                == "'remainder_const' cannot do this: 'c' must not be between -1 and 1")
        #expect(
            message("draw_flood", ["image": try picture(3, 3), "ink": .double(1), "x": .int(3), "y": .int(0)])
                == "'draw_flood' cannot do this: the starting point 3, 0 lies outside the 3 × 3 image")
        #expect(
            message("similarity", ["in": try picture(3, 3), "scale": .double(0.1)])
                == "'similarity' cannot do this: nothing of the image would be left")
        #expect(
            message("affine", ["in": try picture(3, 3), "matrix": .arrayDouble([1e9, 0, 0, 1])])
                == "'affine' cannot do this: the result would be too large")
        #expect(
            message(
                "affine",
                [
                    "in": try picture(3, 3), "matrix": .arrayDouble([1, 0, 0, 1]), "oarea": .arrayInt([0, 0, 0, 4]),
                ])
                == "'affine' cannot do this: 'oarea' has no size")
        let signed = try Pictures.smooth(3, 3).cast(.short)
        #expect(
            message("boolean_const", ["in": .image(signed), "boolean": .string("lshift"), "c": .int(2)])
                == "'boolean_const' cannot do this: char and short numbers cannot be shifted left")
        #expect(message("conva", ["in": try picture(3, 3)]).hasPrefix("'conva' cannot do this: approximate"))
        #expect(
            message("draw_line", [
                "image": try picture(3, 3), "ink": .double(1), "x1": .int(0), "y1": .int(0), "x2": .int(900_000_000),
                "y2": .int(0),
            ]) == "'draw_line' cannot do this: 'x2' is more than 1000000 pixels away")
    }

    @Test func complexNumbersGoOnlyWhereTheyMeanSomething() throws {
        let complex = try Pictures.smooth(4, 4).cast(.complex)
        #expect(
            message("hist_cum", ["in": .image(complex)])
                == "'hist_cum' cannot do this: complex numbers are not taken")
        #expect(message("abs", ["in": .image(complex)]) == "")
        #expect(message("invfft", ["in": .image(complex)]) == "")
    }

    @Test func theSameOperationsStillDoTheirWork() throws {
        let image = try Pictures.smooth(8, 6)
        let turned = try image.apply("similarity", ["scale": .double(2), "angle": .double(90)])
        #expect(turned.width == 12 && turned.height == 16)
        #expect(try image.apply("fwfft").format == .dpcomplex)
        #expect(try image.apply("remainder_const", ["c": .int(3)]).max() <= 2)
    }

    @Test func absurdlyLargeResultsAreRefused() {
        #expect(
            message("black", ["width": .int(10_000_000), "height": .int(10_000_000)])
                == "'black' would make 10000000 × 10000000 pixels; at most 10000000000 are made")
    }
}
