import Foundation
import Testing
import VipsamKit
import VipsamSegment
import VipsamTensor
import VipsamYAML

@Suite("Models are found by name")
struct CatalogTests {
    private static let digest = String(repeating: "0a", count: 32)

    private func text(_ changes: [String: String] = [:], default name: String = "small") -> String {
        var fields = [
            "file": "small.safetensors", "encoder": "vit_b", "image-size": "192", "size": "10", "sha256": Self.digest,
            "source": "https://example.org/small", "licence": "ours",
        ]
        fields.merge(changes) { $1 }
        let lines = fields.sorted { $0.key < $1.key }.filter { $0.value != "-" }.map { "    \($0.key): \($0.value)" }
        return "default: \(name)\ncheckpoints:\n  small:\n" + lines.joined(separator: "\n") + "\n"
    }

    @Test("the catalog of the repository")
    func shipped() throws {
        let root = URL(filePath: Fixtures.folder).deletingLastPathComponent().deletingLastPathComponent().path
        let catalog = try WeightCatalog.read(root + "/weights/catalog.yaml")
        #expect(catalog[catalog.defaultName] != nil)
        for name in ["vit_b", "vit_l", "vit_h", "mobile_sam"] {
            #expect(catalog[name]?.canBeFetched == true, "\(name)")
        }
        let search = WeightSearch(environment: [:], executable: root + "/.build/x/release/vipsam")
        let found = try search.find(catalog.defaultName, in: search.catalog())
        #expect(try Checkpoint.open(found.path).digest == found.entry?.sha256)
    }

    @Test("a malformed catalog is refused with the place", arguments: [
        ["sha256": "abc"], ["sha256": String(repeating: "AB", count: 32)], ["size": "0"],
        ["size": "99999999999999999999999"], ["size": "-1"], ["image-size": "a"], ["file": "../../etc/passwd"],
        ["file": ".hidden"], ["licence": "-"], ["encoder": "[1, 2]"],
    ])
    func hostile(changes: [String: String]) throws {
        let tree = try YAML.read(text: text(changes), name: "catalog.yaml")
        let problems = #expect(throws: Diagnostics.self) { try WeightCatalog(tree) }
        #expect(problems?.all.allSatisfy { $0.mark != nil && $0.cause == .model } == true)
    }

    @Test("texts that are no catalog are refused", arguments: [
        "", "default: x", "checkpoints: 3", "checkpoints: {}", "checkpoints: {a: 1}", "[1, 2]",
    ])
    func noCatalog(text: String) throws {
        let tree = try YAML.read(text: text, name: "catalog.yaml")
        #expect(throws: Diagnostics.self) { try WeightCatalog(tree) }
    }

    @Test("an unknown default is refused")
    func unknownDefault() throws {
        let tree = try YAML.read(text: text(default: "large"), name: "catalog.yaml")
        let problems = #expect(throws: Diagnostics.self) { try WeightCatalog(tree) }
        #expect(problems?.all.first?.message == "'default' must be one of small, not 'large'")
    }

    @Test("a missing model: where was looked, how to get it; a slip of the pen: a suggestion")
    func missing() throws {
        let folder = try Fixtures.Folder()
        let catalog = try WeightCatalog(YAML.read(text: text(), name: "catalog.yaml"))
        let search = WeightSearch(
            environment: ["VIPSAM_MODELS": folder.path, "HOME": "/nowhere/home"], executable: "/nowhere/bin/vipsam")
        let missing = #expect(throws: Diagnostic.self) { try search.find("small", in: catalog) }
        #expect(missing?.cause == .model)
        let notes = missing?.notes.map(\.message).joined(separator: "\n") ?? ""
        #expect(notes.contains(folder.path) && notes.contains("/nowhere/home/.local/share/vipsam/models"))
        #expect(notes.contains("vipsam weights get small"))
        let slip = #expect(throws: Diagnostic.self) { try search.find("smal", in: catalog) }
        #expect(slip?.message == "there is no model 'smal'; did you mean 'small'?")
        try Data("x".utf8).write(to: URL(filePath: folder.path + "/small.safetensors"))
        #expect(try search.find("small", in: catalog).path == folder.path + "/small.safetensors")
        try Data("x".utf8).write(to: URL(filePath: folder.path + "/mine.pth"))
        #expect(try search.find("mine", in: catalog).path == folder.path + "/mine.pth")
        #expect(try search.find(folder.path + "/mine.pth", in: catalog).entry == nil)
    }

    @Test("a file of the current directory needs no catalog; its ending tells it from a name of the catalog")
    func files() throws {
        let folder = try Fixtures.Folder()
        let nowhere = ModelStore(search: WeightSearch(environment: [:], executable: "/nowhere/vipsam"))
        let search = WeightSearch(environment: ["VIPSAM_MODELS": folder.path], executable: "/nowhere/vipsam")
        // Tests run in a directory that is not theirs alone: the name is nobody else's.
        let name = "vipsam-test-" + UUID().uuidString, endings = [".safetensors", ".pth", ".pt"]
        defer { for ending in endings + [""] { try? FileManager.default.removeItem(atPath: name + ending) } }
        for ending in endings + [""] { try Data("x".utf8).write(to: URL(filePath: name + ending)) }
        for ending in endings {
            #expect(try nowhere.find(name + ending).path == name + ending)
            #expect(try nowhere.find("./" + name + ending).path == "./" + name + ending)
        }
        #expect(try nowhere.find(name).path == name)

        // The catalog's own name goes first without an ending, the file goes first with one.
        let called = text().replacing("  small:", with: "  \(name):").replacing("lt: small", with: "lt: \(name)")
        let catalog = try WeightCatalog(YAML.read(text: called, name: "catalog.yaml"))
        try Data("x".utf8).write(to: URL(filePath: folder.path + "/small.safetensors"))
        #expect(try search.find(name, in: catalog).path == folder.path + "/small.safetensors")
        #expect(try search.find(name + ".pth", in: catalog).path == name + ".pth")
        #expect(try search.find("./" + name, in: catalog).path == "./" + name)
    }

    @Test("what is no model's file is called what it is")
    func noFiles() throws {
        let folder = try Fixtures.Folder()
        let search = WeightSearch(environment: ["VIPSAM_MODELS": folder.path], executable: "/nowhere/vipsam")
        let store = ModelStore(search: search)
        func problem(_ name: String) -> Diagnostic? {
            let thrown = #expect(throws: Diagnostic.self) { try store.find(name) }
            return thrown
        }
        #expect(problem("mine.pth")?.message == "there is no file 'mine.pth'")
        #expect(problem("mine.pth")?.notes.map(\.message) == ["looked in the current folder, \(folder.path)"])
        #expect(problem("./mine")?.message == "there is no file './mine'")
        let path = folder.path + "/folder.pth"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(problem(path)?.message == "'\(path)' is a folder; a model is one file, or a name of the catalog")
        #expect(problem("mine")?.message == "the catalog of models ('catalog.yaml') is nowhere")
        try Data("x".utf8).write(to: URL(filePath: folder.path + "/mine.pth"))
        #expect(try store.find("mine").path == folder.path + "/mine.pth")
        #expect(try store.find("mine.pth").path == folder.path + "/mine.pth")

        let catalog = try WeightCatalog(YAML.read(text: text(), name: "catalog.yaml"))
        let missing = #expect(throws: Diagnostic.self) { try search.find("small.safetensors", in: catalog) }
        #expect(missing?.message == "the file 'small.safetensors' of the model 'small' is missing")
    }

    @Test("a model is loaded once; one that is not the catalog's is refused")
    func store() throws {
        let folder = try Fixtures.Folder()
        try Data(text().utf8).write(to: URL(filePath: folder.path + "/catalog.yaml"))
        let file = folder.path + "/small.safetensors"
        try Fixtures.data("checkpoints/small-vit.safetensors").write(to: URL(filePath: file))
        let search = WeightSearch(environment: ["VIPSAM_MODELS": folder.path], executable: "/nowhere/vipsam")
        let store = ModelStore(search: search)
        let wrong = #expect(throws: Diagnostic.self) { try store.model(nil) }
        #expect(wrong?.cause == .model)
        #expect(wrong?.message.contains(Self.digest) == true)

        let digest = try Checkpoint.open(file).digest
        try Data(text(["sha256": digest]).utf8).write(to: URL(filePath: folder.path + "/catalog.yaml"))
        #expect(try store.model(nil).predictor.digest == digest)
        #expect(try store.model("small").path == file)
        #expect(try store.model(file).name == file)
        #expect(try store.model(nil).predictor.model.inputSide == 192)

        let coarse = try store.model(nil, precision: .int8)
        #expect(coarse.precision == .int8 && coarse.predictor.digest == digest)
        let picture = Fixtures.picture(width: 60, height: 50, seed: 2)
        let exact = try store.model(nil).predictor.embed(picture, threads: .one).features.values
        let rounded = coarse.predictor.embed(picture, threads: .one).features.values
        let again = coarse.predictor.embed(picture, threads: Threads(3)).features.values
        #expect(rounded != exact && rounded == again)
        let error = zip(rounded, exact).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let size = exact.reduce(Float(0)) { $0 + $1 * $1 }
        #expect(error < 0.01 * size)
        let broken = folder.path + "/broken.safetensors"
        try Data([1, 2, 3]).write(to: URL(filePath: broken))
        #expect(throws: Diagnostic.self) { try store.model(broken) }
    }

    @Test("thresholds that a checkpoint recommends; nonsense is not believed")
    func thresholds() {
        let good = RecommendedThresholds(["pred_iou_thresh": "0.5", "stability_score_thresh": "0.8"])
        #expect(good.predIoUThreshold == 0.5 && good.stabilityScoreThreshold == 0.8)
        let bad = RecommendedThresholds(["pred_iou_thresh": "nan", "stability_score_thresh": "7"])
        #expect(bad.predIoUThreshold == nil && bad.stabilityScoreThreshold == nil)
    }
}
