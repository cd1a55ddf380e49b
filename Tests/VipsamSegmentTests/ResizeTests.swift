import Testing
import VipsamSegment
import VipsamTensor

@Suite("Pictures are resized as Pillow does it")
struct ResizeTests {
    @Test("bit for bit, up and down, odd sizes, both filters")
    func goldens() throws {
        let goldens = try Fixtures.checkpoint("goldens/resize.safetensors")
        #expect(goldens.keys.count >= 16)
        for key in goldens.keys {
            let parts = key.split(separator: ".")
            let before = Fixtures.size(parts[2]), after = Fixtures.size(parts[3])
            let seed = try #require(Int(parts[1]))
            let picture = Fixtures.picture(width: before.width, height: before.height, seed: seed)
            let resized = PillowResize.resize(
                picture, width: after.width, height: after.height, filter: parts[0] == "bicubic" ? .bicubic : .bilinear)
            let expected = try #require(goldens.tensor(key)).values.map { UInt8($0) }
            #expect(resized.bytes == expected, "\(key)")
        }
    }

    @Test("the same with one thread and with three")
    func threads() {
        let picture = Fixtures.picture(width: 211, height: 173, seed: 5)
        let one = PillowResize.resize(picture, width: 64, height: 99)
        #expect(one == PillowResize.resize(picture, width: 64, height: 99, threads: Threads(3)))
    }

    @Test("the model's frame: longer side filled, rounded halves up, never empty")
    func frames() {
        func valid(_ width: Int, _ height: Int, _ side: Int) -> [Int] {
            let frame = ModelFrame(width: width, height: height, side: side)
            return [frame.validWidth, frame.validHeight]
        }
        #expect(valid(1800, 1200, 1024) == [1024, 683])
        #expect(valid(1200, 1800, 1024) == [683, 1024])
        #expect(valid(10, 10, 256) == [256, 256])
        #expect(valid(100_000, 3, 1024) == [1024, 1])
    }
}
