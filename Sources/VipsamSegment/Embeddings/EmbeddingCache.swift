import Foundation
public import VipsamTensor

/// Embeddings on disk, so that a picture seen before needs no encoder, in this process or another.
///
/// A file's name is a digest of what decides its content: the pixels that the model saw, the model, the processor's
/// vector instructions (with others sums are added in another order), and the version of this format. Files are written
/// under another name and renamed, so two processes may share a folder; one that is damaged counts as not there. The
/// folder is kept below a size: what was not used for longest goes first.
public struct EmbeddingCache: Sendable {
    /// Raised whenever the same picture and model would give other numbers on the same processor.
    static let formatVersion = 2

    /// Bytes that a cache may take when nothing else is said: some 500 pictures of a 1024-pixel model.
    public static let standardSize = 2 << 30

    public let folder: String
    private let limit: Int

    /// - Parameters:
    ///   - folder: made when the first embedding is kept.
    ///   - limit: bytes of all files together.
    public init(folder: String, limit: Int = standardSize) {
        self.folder = folder
        self.limit = limit
    }

    /// The user's cache folder: `$XDG_CACHE_HOME/vipsam/embeddings`, or under `~/.cache`; nil without a home.
    public static func standard(environment: [String: String]) -> EmbeddingCache? {
        if let root = environment["XDG_CACHE_HOME"], root.hasPrefix("/") {
            return EmbeddingCache(folder: root + "/vipsam/embeddings")
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return EmbeddingCache(folder: home + "/.cache/vipsam/embeddings")
    }

    /// What an embedding depends on.
    public struct Key: Sendable, Hashable {
        let name: String

        /// - Parameter picture: resized to the valid part of `frame`: all of a picture that the model sees.
        init(_ picture: RGBRaster, _ frame: ModelFrame, model: String) {
            let pixels = picture.bytes.withUnsafeBytes(SHA256.hexadecimal)
            let facts = [
                "embedding \(EmbeddingCache.formatVersion)", Kernels.levelName, model, "\(frame.side)",
                "\(picture.width)x\(picture.height)", pixels,
            ]
            name = Array(facts.joined(separator: "\n").utf8).withUnsafeBytes(SHA256.hexadecimal)
        }
    }

    /// The embedding, bit for bit as it was stored; nil when it is not there or damaged.
    public func features(for key: Key) -> Tensor? {
        let path = path(of: key)
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        guard let tensor = StoredEmbedding.read(data) else {
            unlink(path)
            return nil
        }
        // The time of the last use decides what goes first.
        utimes(path, nil)
        return tensor
    }

    /// Keeps an embedding. A cache that cannot be written is no error: the next run encodes again.
    public func store(_ features: Tensor, for key: Key) {
        let data = StoredEmbedding.write(features)
        guard data.count <= limit, makeFolder() else { return }
        let target = path(of: key)
        let temporary = (target as NSString).deletingLastPathComponent + "/.\(UUID().uuidString)" + Self.partSuffix
        // Not `.atomic`: that would write to a name of its own, which nobody clears away when the process is killed.
        guard (try? data.write(to: URL(filePath: temporary), options: .withoutOverwriting)) != nil,
            rename(temporary, target) == 0
        else {
            unlink(temporary)
            return
        }
        EmbeddingEviction(folder: folder, limit: limit).run()
    }

    static let suffix = ".embedding"
    static let partSuffix = ".part"

    private func path(of key: Key) -> String { "\(folder)/\(key.name)\(Self.suffix)" }

    private func makeFolder() -> Bool {
        (try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)) != nil
    }
}
