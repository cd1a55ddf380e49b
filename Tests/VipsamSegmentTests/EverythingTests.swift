import Foundation
import Synchronization
import Testing
import VipsamKit
import VipsamSegment
import VipsamTensor

@Suite("Segmenting everything finds what the original generator finds")
struct EverythingTests {
    struct Golden: Decodable {
        struct Record: Decodable {
            struct Segmentation: Decodable {
                var size: [Int]
                var counts: String
            }
            var segmentation: Segmentation
            var area: Int
            var bbox: [Double]
            var predicted_iou: Double
            var stability_score: Double
            var point_coords: [[Double]]
            var crop_box: [Double]
        }
        var settings: [String: Double]
        var records: [Record]
    }

    @Test("same masks in the same order", arguments: ["plain", "crops", "regions"])
    func goldens(name: String) throws {
        let golden = try JSONDecoder().decode(
            Golden.self, from: Fixtures.data("goldens/everything/\(name).json"))
        #expect(golden.records.count > 10)
        let picture = try Self.picture()
        let found = try MaskGenerator(Self.predictor(), options: MaskGenerator.Options(golden.settings))
            .generate(picture, threads: .one)
        try #require(found.count == golden.records.count)
        for (mask, record) in zip(found, golden.records) {
            let size = record.segmentation.size
            let runs = try RunLengths(cocoText: record.segmentation.counts, width: size[1], height: size[0])
            #expect(mask.runs.overlap(runs) > 0.99)
            #expect(abs(Double(mask.runs.area - record.area)) <= 0.01 * Double(record.area))
            let box = try #require(mask.runs.box)
            for (side, wanted) in zip([box.x, box.y, box.width, box.height], record.bbox) { #expect(abs(side - wanted) <= 1) }
            #expect(abs(Double(mask.predictedIoU) - record.predicted_iou) < 1e-4)
            #expect(abs(Double(mask.stability) - record.stability_score) < 5e-3)
            #expect(mask.point == Point(x: record.point_coords[0][0], y: record.point_coords[0][1]))
            #expect(Double(mask.crop.x) == record.crop_box[0] && Double(mask.crop.height) == record.crop_box[3])
        }
    }

    @Test("the same masks with one thread and with three; progress reaches the end")
    func threads() throws {
        let picture = try Self.picture()
        var options = MaskGenerator.Options()
        options.pointsPerSide = 6
        options.predIoUThreshold = 0.2
        options.stabilityScoreThreshold = 0.3
        options.cropLayers = 1
        let generator = MaskGenerator(try Self.predictor(), options: options)
        let last = Highest()
        let one = generator.generate(picture, threads: .one) { done, all in last.see(done, of: all) }
        let three = generator.generate(picture, threads: Threads(3))
        #expect(!one.isEmpty)
        #expect(one.map(\.runs) == three.map(\.runs))
        #expect(one.map(\.predictedIoU) == three.map(\.predictedIoU))
        #expect(last.value == (5 * 36, 5 * 36))
    }

    static func predictor(cache: EmbeddingCache? = nil) throws -> Predictor {
        let checkpoint = try Fixtures.checkpoint("checkpoints/small-vit.safetensors")
        return Predictor(try SamModel(checkpoint), digest: checkpoint.digest, cache: cache)
    }

    static func picture() throws -> RGBRaster {
        let opened = try ImageFile.open(Fixtures.folder + "/goldens/everything/picture.png", access: .random)
        let pixels = try ImageFile.model(of: opened.pixels)
        return RGBRaster(width: pixels.width, height: pixels.height, bytes: try pixels.bytes())
    }
}

private final class Highest: Sendable {
    private let seen = Mutex((0, 0))

    var value: (Int, Int) { seen.withLock { $0 } }

    func see(_ done: Int, of all: Int) {
        seen.withLock { $0 = (max($0.0, done), all) }
    }
}

extension MaskGenerator.Options {
    /// The original parameters by name.
    init(_ settings: [String: Double]) {
        self.init()
        func whole(_ key: String, _ standard: Int) -> Int { settings[key].map { Int($0) } ?? standard }
        pointsPerSide = whole("points_per_side", pointsPerSide)
        predIoUThreshold = settings["pred_iou_thresh"] ?? predIoUThreshold
        stabilityScoreThreshold = settings["stability_score_thresh"] ?? stabilityScoreThreshold
        stabilityScoreOffset = settings["stability_score_offset"] ?? stabilityScoreOffset
        boxNMSThreshold = settings["box_nms_thresh"] ?? boxNMSThreshold
        cropLayers = whole("crop_n_layers", cropLayers)
        cropNMSThreshold = settings["crop_nms_thresh"] ?? cropNMSThreshold
        cropOverlapRatio = settings["crop_overlap_ratio"] ?? cropOverlapRatio
        cropPointsDownscaleFactor = whole("crop_n_points_downscale_factor", cropPointsDownscaleFactor)
        minMaskRegionArea = whole("min_mask_region_area", minMaskRegionArea)
    }
}
