import Foundation
import Testing
import VipsamKit

@Suite("Run lengths are COCO's")
struct RunLengthTests {
    private struct Golden: Decodable {
        var size: [Int]
        var counts: [Int]
        var string: String
    }

    @Test("the texts of pycocotools, written and read")
    func goldens() throws {
        let goldens = try JSONDecoder().decode([Golden].self, from: Fixtures.data("goldens/run-lengths.json"))
        #expect(goldens.count > 30)
        for golden in goldens {
            let runs = try RunLengths(width: golden.size[1], height: golden.size[0], counts: golden.counts)
            #expect(runs.cocoText == golden.string)
            #expect(try RunLengths(cocoText: golden.string, width: runs.width, height: runs.height) == runs)
            #expect(RunLengths(bytes: runs.bytes(), width: runs.width, height: runs.height) == runs)
        }
    }

    @Test("a point lies on the pixel that its whole part names, and nowhere beyond the raster")
    func contains() throws {
        let bytes: [UInt8] = [1, 0, 1, 0, 1, 1]
        let runs = RunLengths(bytes: bytes, width: 3, height: 2)
        for y in 0..<2 {
            for x in 0..<3 {
                #expect(runs.contains(Point(x: Double(x) + 0.9, y: Double(y))) == (bytes[y * 3 + x] == 1))
            }
        }
        for beyond in [Point(x: -0.1, y: 0), Point(x: 3, y: 1), Point(x: 2, y: 2), Point(x: .nan, y: 0)] {
            #expect(!runs.contains(beyond))
        }
    }

    @Test("texts that are no run lengths are refused, not believed", arguments: [
        "", "0", "P", "ooooooooooooooo", "é", "1 2", "o", "6O", "3000000000000", "5/5", "\u{0}", "9", "4",
    ])
    func hostile(text: String) {
        // The picture has 2 × 5 pixels; "6O" holds a negative run, "o" breaks off.
        #expect(throws: Diagnostic.self) { try RunLengths(cocoText: text, width: 2, height: 5) }
    }

    @Test("counts that overflow, are negative or do not add up are refused")
    func hostileCounts() {
        for counts in [[Int.max, Int.max], [-1, 11], [3, 3], [], [20]] {
            #expect(throws: Diagnostic.self) { try RunLengths(width: 2, height: 5, counts: counts) }
        }
        #expect(throws: Diagnostic.self) { try RunLengths(width: Int.max, height: 2, counts: [1]) }
        #expect(throws: Diagnostic.self) { try RunLengths(width: 0, height: 2, counts: []) }
    }

    @Test("area, box, overlap and placing agree with the pixels")
    func geometry() {
        let a: [UInt8] = [0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0]
        let b: [UInt8] = [0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0]
        let first = RunLengths(bytes: a, width: 3, height: 4), second = RunLengths(bytes: b, width: 3, height: 4)
        #expect(first.area == 4)
        #expect(first.box == Box(x: 0, y: 1, width: 2, height: 2))
        #expect(first.intersectionArea(second) == 2)
        #expect(first.overlap(second) == 2.0 / 6)
        let placed = first.placed(x: 1, y: 2, inWidth: 5, height: 6)
        #expect(placed.box == Box(x: 1, y: 3, width: 2, height: 2))
        #expect(placed.area == 4)
        #expect(RunLengths(bytes: [0, 0], width: 1, height: 2).box == nil)
    }
}
