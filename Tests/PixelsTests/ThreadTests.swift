import Foundation
import Synchronization
import Testing
import VipsamKit

@Suite struct ThreadTests {
    @Test func oneImageMayBeReadFromEightThreads() throws {
        let folder = TestFolder()
        try ImageWriter.write(Pictures.smooth(200, 150), to: folder.file("a.jpg"))
        let image = try ImageFile.open(folder.file("a.jpg"), access: .random).pixels.gaussblur(sigma: 2)
        let expected = try image.bytes()
        let results = Results()
        DispatchQueue.concurrentPerform(iterations: 16) { index in
            let bytes = try? image.bytes()
            let written: Void? = try? ImageWriter.write(image, to: folder.file("\(index).png"))
            results.add(bytes == expected && written != nil)
        }
        #expect(results.all.count == 16 && results.all.allSatisfy { $0 })
        let first = try folder.read("0.png")
        for index in 1..<16 { #expect(try folder.read("\(index).png") == first) }
        #expect(folder.names.count == 17)
    }

    /// FFTW's planner is one for all threads.
    @Test func transformsDoNotDisturbEachOther() throws {
        let results = Results()
        let pictures = try (0..<8).map { try Pictures.smooth(61 + 7 * $0, 47 + 3 * $0) }
        DispatchQueue.concurrentPerform(iterations: 64) { index in
            let picture = pictures[index % 8]
            let back = try? picture.apply("fwfft").apply("invfft", ["real": .bool(true)]).cast(.uchar).bytes()
            let before = try? picture.bytes()
            // there and back again, up to rounding
            let isClose = back.flatMap { back in before.map { zip(back, $0).allSatisfy { abs(Int($0) - Int($1)) <= 1 } } }
            results.add(isClose == true)
        }
        #expect(results.all.count == 64 && results.all.allSatisfy { $0 })
    }

    @Test func failuresOnEightThreadsAreAllFailures() throws {
        let folder = TestFolder()
        try ImageWriter.write(Pictures.smooth(300, 300), to: folder.file("a.png"))
        let whole = try folder.read("a.png")
        let path = try folder.write(Array(whole.prefix(whole.count / 2)), "half.png")
        let results = Results()
        DispatchQueue.concurrentPerform(iterations: 16) { index in
            let good = (try? ImageFile.working(folder.file("a.png")))?.width == 300
            let message = Pictures.message { _ = try ImageFile.working(path) }
            results.add(good && message.hasPrefix("'\(path)' is damaged or cut off"))
        }
        #expect(results.all.count == 16 && results.all.allSatisfy { $0 })
        #expect(VipsLog.drain().allSatisfy { $0.count >= 1 })
    }

    private final class Results: Sendable {
        private let values = Mutex<[Bool]>([])
        func add(_ value: Bool) { values.withLock { $0.append(value) } }
        var all: [Bool] { values.withLock { $0 } }
    }
}
