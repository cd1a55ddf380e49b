import Foundation
import Synchronization
import Testing
import VipsamSegment
import VipsamTensor

@Suite("Embeddings on disk")
struct CacheTests {
    private func files(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    /// Embeds a small picture with a cache in a folder.
    private func embed(_ seed: Int, _ model: any MaskModel, in folder: Fixtures.Folder, limit: Int) {
        let cache = EmbeddingCache(folder: folder.path, limit: limit)
        _ = Predictor(model, digest: "m", cache: cache).embed(
            Fixtures.picture(width: 20, height: 20, seed: seed), threads: .one)
    }

    @Test("a hit gives the same bytes as a miss, and is a hit")
    func hit() throws {
        let folder = try Fixtures.Folder()
        let cache = EmbeddingCache(folder: folder.path + "/embeddings")
        let picture = Fixtures.picture(width: 90, height: 70, seed: 3)
        let plain = try EverythingTests.predictor().embed(picture, threads: .one).features
        let miss = try EverythingTests.predictor(cache: cache).embed(picture, threads: .one).features
        #expect(files(cache.folder).count == 1)
        let hit = Predictor(NeverEncodes(try EverythingTests.predictor().model),
            digest: try EverythingTests.predictor().digest, cache: cache).embed(picture, threads: .one).features
        #expect(hit.shape == plain.shape)
        #expect(hit.values.map(\.bitPattern) == plain.values.map(\.bitPattern))
        #expect(miss.values.map(\.bitPattern) == plain.values.map(\.bitPattern))
    }

    @Test("other pixels, another model, another precision: other entries")
    func keys() throws {
        let folder = try Fixtures.Folder()
        let cache = EmbeddingCache(folder: folder.path)
        let model = try EverythingTests.predictor().model
        _ = Predictor(model, digest: "a", cache: cache).embed(
            Fixtures.picture(width: 40, height: 30, seed: 1), threads: .one)
        _ = Predictor(model, digest: "a", cache: cache).embed(
            Fixtures.picture(width: 40, height: 30, seed: 2), threads: .one)
        _ = Predictor(model, digest: "b", cache: cache).embed(
            Fixtures.picture(width: 40, height: 30, seed: 1), threads: .one)
        _ = Predictor(model, digest: "a", precision: .int8, cache: cache).embed(
            Fixtures.picture(width: 40, height: 30, seed: 1), threads: .one)
        #expect(files(folder.path).count == 4)
    }

    @Test("a damaged entry is a miss and is replaced", arguments: [0, 1, 2, 3, 4])
    func damaged(way: Int) throws {
        let folder = try Fixtures.Folder()
        let cache = EmbeddingCache(folder: folder.path)
        let predictor = try EverythingTests.predictor(cache: cache)
        let picture = Fixtures.picture(width: 33, height: 50, seed: 4)
        let before = predictor.embed(picture, threads: .one).features.values
        let path = folder.path + "/" + (try #require(files(folder.path).first))
        var data = try Data(contentsOf: URL(filePath: path))
        let whole = data
        switch way {
        case 0: data = Data()
        case 1: data = data.prefix(data.count / 2)
        case 2: data[data.count - 5] ^= 1
        case 3: data = Data("vipsam-embedding 2 9223372036854775807x9223372036854775807 00\n".utf8)
        default: data.append(0)
        }
        try data.write(to: URL(filePath: path))
        #expect(predictor.embed(picture, threads: .one).features.values == before)
        #expect(try Data(contentsOf: URL(filePath: path)) == whole)
    }

    @Test("what was not used for longest goes first")
    func eviction() throws {
        let folder = try Fixtures.Folder()
        let model = try EverythingTests.predictor().model
        func embed(_ seed: Int, limit: Int) { self.embed(seed, model, in: folder, limit: limit) }
        embed(1, limit: 1 << 30)
        let first = try #require(files(folder.path).first)
        let size = try Data(contentsOf: URL(filePath: folder.path + "/" + first)).count
        embed(2, limit: 1 << 30)
        let second = try #require(files(folder.path).first { $0 != first })
        for (name, age) in [(first, 50.0), (second, 100.0)] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: folder.path + "/" + name)
        }
        embed(3, limit: size * 5 / 2)
        #expect(files(folder.path).count == 2)
        #expect(files(folder.path).contains(first))
        embed(4, limit: size / 2)
        #expect(files(folder.path).count == 2, "an embedding larger than the cache is not kept")
    }

    @Test("a hit counts as a use")
    func lastUse() throws {
        let folder = try Fixtures.Folder()
        let model = try EverythingTests.predictor().model
        func embed(_ seed: Int, limit: Int) { self.embed(seed, model, in: folder, limit: limit) }
        var names: [String] = []
        for seed in 1...3 {
            embed(seed, limit: 1 << 30)
            names += files(folder.path).filter { !names.contains($0) }
        }
        try #require(names.count == 3)
        for (index, name) in names.enumerated() {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: Double(index - 100))], ofItemAtPath: folder.path + "/" + name)
        }
        let size = try Data(contentsOf: URL(filePath: folder.path + "/" + names[0])).count
        // The oldest is used again, so that the second oldest has to go when a fourth comes.
        embed(1, limit: 1 << 30)
        embed(4, limit: size * 7 / 2)
        let left = files(folder.path)
        #expect(left.contains(names[0]) && !left.contains(names[1]) && left.contains(names[2]))
    }

    @Test("writers and readers at the same time lose nothing and leave nothing behind")
    func together() throws {
        let folder = try Fixtures.Folder()
        let model = try EverythingTests.predictor().model
        let pictures = (0..<4).map { Fixtures.picture(width: 24, height: 20, seed: $0) }
        let plain = pictures.map { Predictor(model, digest: "m").embed($0, threads: .one).features.values }
        // room for two of four, so that what one needs another throws away
        let one = EmbeddingCache(folder: folder.path + "/one")
        _ = Predictor(model, digest: "m", cache: one).embed(pictures[0], threads: .one)
        let size = try Data(contentsOf: URL(filePath: one.folder + "/" + files(one.folder)[0])).count
        let cache = EmbeddingCache(folder: folder.path + "/many", limit: size * 5 / 2)
        let wrong = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 48) { turn in
            let found = Predictor(model, digest: "m", cache: cache).embed(pictures[turn % 4], threads: .one).features
            if found.values != plain[turn % 4] { wrong.withLock { $0 += 1 } }
        }
        #expect(wrong.withLock { $0 } == 0)
        let left = files(cache.folder)
        #expect(left.allSatisfy { $0.hasSuffix(".embedding") } && left.count <= 3, "\(left)")
    }

    @Test("no home is no cache; a folder that cannot be made is no error")
    func homeless() throws {
        #expect(EmbeddingCache.standard(environment: [:]) == nil)
        #expect(EmbeddingCache.standard(environment: ["HOME": "/h"])?.folder == "/h/.cache/vipsam/embeddings")
        #expect(
            EmbeddingCache.standard(environment: ["HOME": "/h", "XDG_CACHE_HOME": "/c"])?.folder
                == "/c/vipsam/embeddings")
        let folder = try Fixtures.Folder()
        let file = folder.path + "/file"
        try Data("x".utf8).write(to: URL(filePath: file))
        let predictor = try EverythingTests.predictor(cache: EmbeddingCache(folder: file + "/below"))
        let features = predictor.embed(Fixtures.picture(width: 9, height: 9, seed: 1), threads: .one).features
        #expect(features.count > 0)
    }
}

/// A model that must not be asked to encode.
private struct NeverEncodes: MaskModel {
    let model: any MaskModel

    init(_ model: any MaskModel) { self.model = model }

    var inputSide: Int { model.inputSide }
    var maskSide: Int { model.maskSide }

    func encode(_ input: Tensor, threads: Threads) -> Tensor {
        Issue.record("the encoder was asked although the cache had the embedding")
        return model.encode(input, threads: threads)
    }

    func prepare(_ features: Tensor, threads: Threads) -> (any PreparedPicture)? {
        model.prepare(features, threads: threads)
    }
}
