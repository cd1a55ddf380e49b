import Synchronization
import VipsamKit

/// The embeddings of the pictures that were used last, in memory.
final class RecentEmbeddings: Sendable {
    /// Pictures are kept with their embeddings, so an identifier is not used again by another one.
    private struct Entry {
        let pixels: Pixels
        let embedding: Embedding
    }

    private let capacity: Int
    /// The last one was used last.
    private let entries = Mutex<[Entry]>([])

    init(capacity: Int) { self.capacity = max(1, capacity) }

    func embedding(of pixels: Pixels, _ model: String) -> Embedding? {
        entries.withLock { entries in
            guard
                let index = entries.firstIndex(where: {
                    $0.pixels === pixels && $0.embedding.model == model
                })
            else { return nil }
            let entry = entries.remove(at: index)
            entries.append(entry)
            return entry.embedding
        }
    }

    func keep(_ embedding: Embedding, of pixels: Pixels) {
        entries.withLock { entries in
            entries.append(Entry(pixels: pixels, embedding: embedding))
            if entries.count > capacity { entries.removeFirst() }
        }
    }
}
