import Foundation
import Testing
import VipsamKit
import VipsamSegment
import VipsamTensor

@Suite("Evaluations against true masks")
struct EvaluationTests {
    private static let header = "set,image,mask,instance_id,x0,y0,x1,y1,licence\n"

    @Test("manifests: quotes, several objects per photo; nonsense is refused with the row")
    func manifests() throws {
        let good = try EvaluationManifest(
            folder: "f",
            text: Self.header + "a,a/1.png,m/1.png,3,0,0,4,5,\"free, with \"\"quotes\"\"\"\r\n"
                + "a,a/1.png,m/1.png,4,1,1,2,2,x\nb,b/2.png,m/2.png,1,0,0,1,1,x\n")
        #expect(good.photos.map(\.instances.count) == [2, 1])
        #expect(good.photos[0].instances[0].box == Box(x: 0, y: 0, width: 4, height: 5))
        for row in [
            "a,i,m,x,0,0,1,1", "a,i,m,1,0,0,0,1", "a,i,m,1,0,0,99999999999999999999,1", "a,i", ",i,m,1,0,0,1,1", "",
        ] {
            let problem = #expect(throws: Diagnostic.self) {
                try EvaluationManifest(folder: "f", text: Self.header + row)
            }
            #expect(problem?.cause == .noInput)
        }
        #expect(throws: Diagnostic.self) { try EvaluationManifest(folder: "/nowhere") }
    }

    @Test("every task on two small pictures; the same report twice", arguments: Evaluator.Task.allCases)
    func tasks(task: Evaluator.Task) throws {
        let folder = try Fixtures.Folder()
        var rows = Self.header
        for (index, center) in [(60, 50), (100, 70)].enumerated() {
            let bytes = (0..<(163 * 121)).map { pixel -> UInt8 in
                let x = pixel % 163 - center.0, y = pixel / 163 - center.1
                return x * x + y * y < 900 ? 7 : 0
            }
            try ImageWriter.write(
                Pixels.from(bytes: bytes, width: 163, height: 121, bands: 1), to: folder.path + "/mask\(index).png")
            try Fixtures.data("goldens/everything/picture.png")
                .write(to: URL(filePath: folder.path + "/picture\(index).png"))
            rows += "weizmann,picture\(index).png,mask\(index).png,7,\(center.0 - 29),\(center.1 - 29),"
                + "\(center.0 + 30),\(center.1 + 30),ours\n"
        }
        try Data(rows.utf8).write(to: URL(filePath: folder.path + "/manifest.csv"))
        let search = WeightSearch(environment: [:], executable: "/nowhere/vipsam")
        let model = try ModelStore(search: search).model(Fixtures.folder + "/checkpoints/small-vit.safetensors")
        let manifest = try EvaluationManifest(folder: folder.path)
        let report = try Evaluator(model, threads: .one).run(task, on: manifest)
        let line = try #require(report.lines.first)
        #expect(report.lines.count == 1 && line.objects == 2 && line.photos == 2)
        let iou = try #require(line.iou)
        #expect((0...1).contains(iou.mean) && iou.low <= iou.mean && iou.mean <= iou.high)
        #expect((line.boundary != nil) == (task != .everything))
        #expect((line.byClick?.count == Evaluator.clicks) == (task == .clicks))
        #expect((line.recall != nil) == (task == .everything))
        let again = try Evaluator(model, threads: Threads(2)).run(task, on: manifest)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(report) == encoder.encode(again))
        #expect(report.table == again.table && report.table.contains("weizmann"))
    }

    @Test("a mask of another size is an error, not a result")
    func mismatch() throws {
        let folder = try Fixtures.Folder()
        try ImageWriter.write(
            Pixels.from(bytes: [1, 1, 0, 0], width: 2, height: 2, bands: 1), to: folder.path + "/mask.png")
        try Fixtures.data("goldens/everything/picture.png").write(to: URL(filePath: folder.path + "/picture.png"))
        try Data((Self.header + "a,picture.png,mask.png,1,0,0,2,1,x\n").utf8)
            .write(to: URL(filePath: folder.path + "/manifest.csv"))
        let search = WeightSearch(environment: [:], executable: "/nowhere/vipsam")
        let model = try ModelStore(search: search).model(Fixtures.folder + "/checkpoints/small-vit.safetensors")
        #expect(throws: Diagnostic.self) {
            try Evaluator(model, threads: .one).run(.box, on: EvaluationManifest(folder: folder.path))
        }
    }
}
