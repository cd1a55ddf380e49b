package import VipsamTensor

/// The image encoder of the original Segment Anything: a plain vision transformer with windowed and global blocks.
///
/// Its configuration follows from the shapes of the tensors. Tokens are kept channels last throughout.
package struct ImageEncoderViT: ImageEncoder {
    /// Tokens per piece of work: 18 tiles of 14 rows.
    private static let rows = 252

    package let imageSize: Int, gridSize: Int
    private let width: Int, patch: Int
    private let patchEmbed: Linear, positions: Tensor
    private let blocks: [Block]
    private let neck: Neck

    /// Reads everything at this place (`image_encoder`).
    package init(_ w: Weights) throws(CheckpointError) {
        let positions = try w.shape("pos_embed", rank: 4)
        let kernel = try w.shape("patch_embed.proj.weight", rank: 4)
        let grid = positions[1], width = positions[3]
        gridSize = grid
        self.width = width
        patch = kernel[3]
        imageSize = grid * kernel[3]
        self.positions = try w.tensor("pos_embed", 1, grid, grid, width)
        patchEmbed = Linear(
            weight: try w.tensor("patch_embed.proj.weight", width, 3, patch, patch),
            bias: try w.tensor("patch_embed.proj.bias", width))
        var blocks: [Block] = []
        while w.has("blocks.\(blocks.count).norm1.weight") {
            blocks.append(try Block(w["blocks", blocks.count], width: width))
        }
        self.blocks = blocks
        neck = try Neck(w["neck"], width: width)
    }

    package var channels: Int { neck.channels }

    package var name: String {
        switch (width, blocks.count) {
        case (768, 12): "vit_b"
        case (1024, 24): "vit_l"
        case (1280, 32): "vit_h"
        default: "vit"
        }
    }

    package func encode(_ image: Tensor, threads: Threads, watch: StageWatch?) -> Tensor {
        precondition(image.shape == [3, imageSize, imageSize], "an image of shape \(image.shape)")
        return withExtendedLifetime(image) {
            let cells = gridSize * gridSize
            let memory = Scratch()
            let x = memory.take(cells * width), attended = memory.take(cells * width)
            let qkv = memory.take(cells * 3 * width)
            // once for all global blocks: fresh memory costs as much as packing into it
            let packed = memory.take(blocks.reduce(0) { max($0, $1.attentionMemory(grid: gridSize)) })
            threads.spreadRows(cells, by: Self.rows) { first, count, scratch in
                embed(first, count, image.base, into: x, scratch)
                blocks.first?.project(count, x + first * width, into: qkv + first * 3 * width, scratch)
            }
            watch?("patch_embed", cells, width, x)
            for (index, block) in blocks.enumerated() {
                block.attend(qkv, grid: gridSize, into: attended, memory: packed, threads: threads)
                threads.spreadRows(cells, by: Self.rows) { first, count, scratch in
                    block.finish(count, attended + first * width, x + first * width, scratch)
                    if index + 1 < blocks.count {
                        let next = qkv + first * 3 * width
                        blocks[index + 1].project(count, x + first * width, into: next, scratch)
                    }
                }
                watch?("blocks.\(index)", cells, width, x)
            }
            return neck(x, grid: gridSize, threads: threads)
        }
    }

    /// Patches as rows (channel, ky, kx) times the kernel, plus the position embedding.
    private func embed(_ first: Int, _ count: Int, _ image: Floats, into x: MutableFloats, _ scratch: Scratch) {
        scratch.frame {
            let length = 3 * patch * patch
            let patches = scratch.take(count * length)
            for token in 0..<count {
                let (row, column) = (first + token).quotientAndRemainder(dividingBy: gridSize)
                for channel in 0..<3 {
                    for y in 0..<patch {
                        let from = image + (channel * imageSize + row * patch + y) * imageSize + column * patch
                        (patches + token * length + (channel * patch + y) * patch).update(from: from, count: patch)
                    }
                }
            }
            patchEmbed(
                count, patches, length, into: x + first * width, width, residual: positions.base + first * width,
                residualStride: width, scratch)
        }
    }
}
