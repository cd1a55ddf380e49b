package import VipsamTensor

/// What turns a picture into an embedding: the ViT of the original code, or MobileSAM's TinyViT.
package protocol ImageEncoder: Sendable {
    /// `vit_b`, `vit_l`, `vit_h`, `vit` for other widths, or `tiny_vit`.
    var name: String { get }
    /// Side of the square input, in pixels.
    var imageSize: Int { get }
    /// Side of the square embedding, in cells.
    var gridSize: Int { get }
    /// Channels of the embedding.
    var channels: Int { get }

    /// Normalised RGB [3, imageSize, imageSize] to an embedding [gridSize², channels].
    func encode(_ image: Tensor, threads: Threads, watch: StageWatch?) -> Tensor
}

extension ImageEncoder {
    package func encode(_ image: Tensor, threads: Threads) -> Tensor { encode(image, threads: threads, watch: nil) }
}
