import Foundation

/// Keeps a folder of embeddings below its size.
struct EmbeddingEviction {
    /// A write that was interrupted leaves its temporary file; after so many seconds nobody is writing it any more.
    private static let abandonedAfter = 3600.0
    /// Goes a little below the limit, so that not every write has to make room.
    private static let aim = 0.9

    let folder: String
    let limit: Int

    /// Removes what was not used for longest. Other processes may do the same at the same time.
    func run() {
        var entries: [(path: String, size: Int, used: Date)] = []
        var total = 0
        let now = Date()
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let path = folder + "/" + name
            guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
                let size = facts[.size] as? Int, let used = facts[.modificationDate] as? Date
            else { continue }
            if name.hasSuffix(EmbeddingCache.partSuffix) {
                if now.timeIntervalSince(used) > Self.abandonedAfter { unlink(path) }
            } else if name.hasSuffix(EmbeddingCache.suffix) {
                entries.append((path, size, used))
                total += size
            }
        }
        guard total > limit else { return }
        entries.sort { $0.used == $1.used ? $0.path < $1.path : $0.used < $1.used }
        for entry in entries where total > Int(Double(limit) * Self.aim) {
            unlink(entry.path)
            total -= entry.size
        }
    }
}
