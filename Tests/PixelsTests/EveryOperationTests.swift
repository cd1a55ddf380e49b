import Testing
import VipsamKit

/// Every operation that recipes may call is called, on small pictures and with odd ones.
@Suite struct EveryOperationTests {
    private func value(for argument: VipsArgument, _ image: Pixels, _ matrix: Pixels) -> VipsValue? {
        func clamped(_ number: Double) -> Double {
            guard let range = argument.range else { return number }
            return min(range.upperBound, max(range.lowerBound, number))
        }
        switch argument.kind {
        case .image: return .image(["mask", "m"].contains(argument.name) ? matrix : image)
        case .arrayImage: return .arrayImage([image, image])
        case .double: return .double(clamped(2))
        case .int: return .int(Int(clamped(2)))
        case .bool: return .bool(true)
        case .choice(let words), .flags(let words), .interpolate(let words): return words.first.map { .string($0) }
        case .string: return .string("abc")
        case .arrayDouble: return .arrayDouble(argument.name == "matrix" ? [1, 0, 0, 1] : [2])
        case .arrayInt: return .arrayInt([1])
        case .arrayChoice(let choices): return choices.first.map { .arrayInt([$0.number]) }
        default: return nil
        }
    }

    /// Calls with all required arguments, and reads every pixel of what comes out.
    private func run(_ operation: VipsOperation, _ image: Pixels, _ matrix: Pixels) throws {
        var inputs: [String: VipsValue] = [:]
        for argument in operation.inputs where argument.isRequired {
            inputs[argument.name] = value(for: argument, image, matrix)
        }
        for case .image(let result) in try Pixels.call(operation.name, inputs: inputs).values {
            _ = try result.floats(left: 0, top: 0, width: min(64, result.width), height: min(64, result.height))
        }
    }

    @Test func mostWorkAndNoneEndsTheProcess() throws {
        let square = try Pixels.matrix([0, 1, 0, 1, -4, 1, 0, 1, 0], width: 3, height: 3)
        let pictures = [
            try Pictures.smooth(7, 5), try Pictures.smooth(7, 5, bands: 1), try Pictures.smooth(1, 1),
            try Pictures.smooth(7, 5, bands: 4), try Pictures.smooth(7, 5).cast(.float),
            try Pictures.smooth(7, 5, bands: 2).cast(.complex),
        ]
        var worked: Set<String> = []
        for operation in VipsCatalog.shared.callable {
            for picture in pictures {
                do {
                    try run(operation, picture, square)
                    worked.insert(operation.name)
                } catch let error as PixelsError {
                    #expect(!error.message.isEmpty)
                }
            }
        }
        #expect(worked.count > 140, "\(VipsCatalog.shared.callable.map(\.name).filter { !worked.contains($0) })")
    }

    @Test func theUsualFormatsAreThere() {
        let readers = Vips.readers
        for name in ["jpeg", "png", "tiff", "webp", "heif", "gif"] {
            let format = readers.first { $0.name == name }
            #expect(format?.isUntrusted == false, "\(name)")
        }
        #expect(readers.first { $0.name == "svg" }?.isUntrusted ?? true)
        #expect(Vips.writers.contains { $0.name == "png" && $0.endings == [".png"] })
    }
}
