import Testing
import VipsamKit
import VipsamSegment

@Suite("Grids, crops, boxes, small regions")
struct GeometryTests {
    @Test("the crops of a picture of 1200 × 1800")
    func crops() {
        let crops = CropLayout.crops(width: 1800, height: 1200, layers: 2, overlap: 512.0 / 1500)
        #expect(crops.count == 21)
        let corners = crops.map { [$0.rect.x, $0.rect.y, $0.rect.maxX, $0.rect.maxY] }
        #expect(corners[0] == [0, 0, 1800, 1200])
        #expect(
            Array(corners[1...4])
                == [[0, 0, 1105, 805], [0, 396, 1105, 1200], [696, 0, 1800, 805], [696, 396, 1800, 1200]])
        #expect(corners[5] == [0, 0, 603, 453])
        for crop in CropLayout.crops(width: 3, height: 1, layers: 4, overlap: 0.9) {
            #expect(crop.rect.area > 0 && crop.rect.maxX <= 3 && crop.rect.maxY <= 1)
        }
    }

    @Test("grids: rows from the top, points in the middle of their cells")
    func grid() {
        #expect(PointGrid.points(side: 1) == [Point(x: 0.5, y: 0.5)])
        let points = PointGrid.points(side: 4)
        #expect(points.count == 16)
        #expect(points[0] == Point(x: 0.125, y: 0.125) && points[1].y == 0.125 && points[15].x == 0.875)
        #expect(abs(points[1].x - 0.375) < 1e-15)
    }

    @Test("suppression: strictly above the threshold, better first, boxes without area stay")
    func suppression() {
        func box(_ minX: Int, _ minY: Int, _ maxX: Int, _ maxY: Int) -> PixelBounds {
            PixelBounds(minX: minX, minY: minY, maxX: maxX, maxY: maxY)
        }
        let boxes = [box(0, 0, 10, 10), box(0, 0, 10, 5), box(0, 0, 10, 10), box(3, 3, 3, 3), box(3, 3, 3, 3)]
        #expect(NonMaximumSuppression.keep(boxes, scores: [1, 2, 3, 0, 0], threshold: 0.5) == [2, 1, 3, 4])
        #expect(NonMaximumSuppression.keep(boxes, scores: [1, 2, 3, 0, 0], threshold: 0.4) == [2, 3, 4])
        #expect(NonMaximumSuppression.keep(boxes, scores: [1, 1, 1, 1, 1], threshold: 0.5) == [0, 1, 3, 4])
        #expect(NonMaximumSuppression.keep([], scores: [], threshold: 0.5).isEmpty)
    }

    @Test("small regions: corners connect, border holes count, the largest island stays")
    func regions() {
        func mask(_ rows: [String]) -> RunLengths {
            RunLengths(
                bytes: rows.joined().utf8.map { $0 == UInt8(ascii: "#") ? 1 : 0 }, width: rows[0].count,
                height: rows.count)
        }
        let start = mask(["##.##", "#.###", "#####", ".####"])
        let filled = SmallRegions.fillingHoles(of: start, below: 2)
        #expect(filled.changed && filled.mask == mask(["##.##", "#.###", "#####", "#####"]))
        let all = SmallRegions.fillingHoles(of: start, below: 3)
        #expect(all.mask == mask(["#####", "#####", "#####", "#####"]))
        let islands = mask(["#...#", ".#...", "....#", "#...."])
        let kept = SmallRegions.removingIslands(of: islands, below: 2)
        #expect(kept.changed && kept.mask == mask(["#....", ".#...", ".....", "....."]))
        let largest = SmallRegions.removingIslands(of: islands, below: 100)
        #expect(largest.mask == kept.mask)
        let none = SmallRegions.removingIslands(of: islands, below: 1)
        #expect(!none.changed && none.mask == islands)
    }

    @Test("logits keep their edge when only what is around the mask is kept")
    func logits() {
        let side = 12
        var values = [Float](repeating: -9, count: side * side)
        values[5 * side + 6] = 4
        values[5 * side + 7] = 2
        let kept = MaskLogits(values, side: side)
        let grid = kept.grid
        for index in values.indices {
            let (x, y) = (index % side, index / side)
            if (4...9).contains(x), (3...7).contains(y) {
                #expect(grid[index] == values[index])
            } else {
                #expect(grid[index] < 0)
            }
        }
        #expect(kept.edgeSlope == 11 || kept.edgeSlope == 13)
        #expect(MaskLogits([Float](repeating: -1, count: 4), side: 2).edgeSlope == nil)
    }
}
