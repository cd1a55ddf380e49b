import Foundation
import Testing

/// Embeddings that are kept for the next process, as a user meets them.
@Suite struct CacheTests {
    private static let words = ["segment", "a.png", "--point", "30,20", "--candidates", "3", "--json"]

    private func cached(_ folder: Folder) -> [String: Data] {
        let place = folder.home + "/.cache/vipsam/embeddings"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return Dictionary(uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: place + "/" + $0) ?? Data()) })
    }

    private func masks(_ folder: Folder, _ name: String) -> [Data?] {
        (1...3).map { folder.data("\(name)/a_1_\($0).png") }
    }

    @Test func aSecondProcessFindsWhatTheFirstKept() throws {
        let folder = try Folder()
        try folder.picture("a.png")
        for (index, name) in ["miss", "hit"].enumerated() {
            let run = try Command.run(Self.words + ["-o", name], in: folder)
            #expect(run.code == 0, "\(run.errors)")
            #expect(cached(folder).count == 1, "after run \(index)")
        }
        let plain = try Command.run(Self.words + ["-o", "plain", "--no-cache"], in: folder)
        #expect(plain.code == 0)
        #expect(masks(folder, "hit") == masks(folder, "miss") && masks(folder, "hit") == masks(folder, "plain"))
        #expect(!masks(folder, "hit").contains(nil))
    }

    /// An entry that holds another picture's numbers gives itself away: with `--no-cache` it must not be seen.
    @Test func noCacheNeitherReadsNorWrites() throws {
        let folder = try Folder()
        try folder.picture("a.png")
        #expect(try Command.run(Self.words + ["-o", "plain", "--no-cache"], in: folder).code == 0)
        #expect(cached(folder).isEmpty)
        let other = try Folder()
        try other.picture("a.png", seed: 9)
        #expect(try Command.run(Self.words + ["-o", "masks"], in: folder).code == 0)
        #expect(try Command.run(Self.words + ["-o", "masks"], in: other).code == 0)
        let (mine, theirs) = (try #require(cached(folder).first), try #require(cached(other).first))
        try theirs.value.write(to: URL(filePath: folder.home + "/.cache/vipsam/embeddings/" + mine.key))
        #expect(try Command.run(Self.words + ["-o", "fooled"], in: folder).code == 0)
        #expect(try Command.run(Self.words + ["-o", "again", "--no-cache"], in: folder).code == 0)
        #expect(masks(folder, "fooled") != masks(folder, "plain"), "the entry was not read: the test shows nothing")
        #expect(masks(folder, "again") == masks(folder, "plain"))
        #expect(cached(folder).values.first == theirs.value)
    }

    @Test func twoProcessesShareAFolder() throws {
        let folder = try Folder()
        try folder.picture("a.png")
        let running = try (0..<3).map { try Command.start(Self.words + ["-o", "run\($0)"], in: folder) }
        let runs = running.map { $0.wait() }
        #expect(runs.allSatisfy { $0.code == 0 }, "\(runs.map(\.errors))")
        #expect(masks(folder, "run0") == masks(folder, "run1") && masks(folder, "run0") == masks(folder, "run2"))
        #expect(cached(folder).count == 1 && cached(folder).keys.allSatisfy { $0.hasSuffix(".embedding") })
    }
}
