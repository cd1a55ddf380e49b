package import VipsamTensor

/// The image encoder of MobileSAM: convolutions at first, then windowed transformer stages, then SAM's neck.
///
/// Widths, depths and heads follow from the shapes; window sizes from the bias tables. What shapes do not tell is the
/// size of the input and where the picture shrinks: the checkpoint's metadata says (`image_size`, `strides`), else
/// 1024 and the rule of the original code (stride 1 before a stage of width 320, 448 or 576).
package struct TinyViT: ImageEncoder {
    private static let widthsWithoutShrinking: Set<Int> = [320, 448, 576]

    private struct Stage: Sendable {
        let width: Int
        let blocks: [TinyViTBlock]
        let downsample: InvertedBottleneck?
        let stride: Int
    }

    package let name = "tiny_vit"
    package let imageSize: Int, gridSize: Int
    private let patchEmbed: PatchEmbed
    private let convolutions: [InvertedBottleneck], firstDownsample: InvertedBottleneck?, firstStride: Int
    private let stages: [Stage]
    private let neck: Neck

    /// Reads everything at this place (`image_encoder`).
    package init(_ w: Weights) throws(CheckpointError) {
        let notes = EncoderNotes(w.checkpoint)
        let imageSize = try notes.number("image_size", in: 32...8192) ?? 1024
        let strides = try notes.numbers("strides", in: 1...2)
        patchEmbed = try PatchEmbed(w["patch_embed"])
        var width = patchEmbed.channels, side = ((imageSize + 1) / 2 + 1) / 2

        var convolutions: [InvertedBottleneck] = []
        while w.has("layers.0.blocks.\(convolutions.count).conv1.c.weight") {
            let place = w["layers.0.blocks", convolutions.count]
            convolutions.append(try InvertedBottleneck(place, inputs: width, stride: 1, shortcut: true))
        }
        self.convolutions = convolutions
        let first = try Self.downsample(w["layers.0"], 0, width: width, strides: strides)
        firstDownsample = first?.layer
        firstStride = first?.stride ?? 1
        if let first { (width, side) = (first.layer.channels, (side + first.stride - 1) / first.stride) }

        var stages: [Stage] = []
        while w.has("layers.\(stages.count + 1).blocks.0.attn.qkv.weight") {
            let index = stages.count + 1, place = w["layers", index]
            var blocks: [TinyViTBlock] = []
            while place.has("blocks.\(blocks.count).attn.qkv.weight") {
                let block = place["blocks", blocks.count]
                let (heads, window) = try Self.attentionShape(block, width: width)
                blocks.append(try TinyViTBlock(block, width: width, heads: heads, window: window))
            }
            let down = try Self.downsample(place, index, width: width, strides: strides)
            stages.append(Stage(width: width, blocks: blocks, downsample: down?.layer, stride: down?.stride ?? 1))
            if let down { (width, side) = (down.layer.channels, (side + down.stride - 1) / down.stride) }
        }
        self.stages = stages
        self.imageSize = imageSize
        gridSize = side
        neck = try Neck(w["neck"], width: width)
        for key in ["norm_head.weight", "norm_head.bias", "head.weight", "head.bias"] { w.skip(key) }
    }

    package var channels: Int { neck.channels }

    package func encode(_ image: Tensor, threads: Threads, watch: StageWatch?) -> Tensor {
        precondition(image.shape == [3, imageSize, imageSize], "an image of shape \(image.shape)")
        return withExtendedLifetime(image) {
            var side = ((imageSize + 1) / 2 + 1) / 2
            // the widest tensor is that of the first stage; all others are no larger
            let size = stages.reduce(side * side * patchEmbed.channels) { largest, stage in
                max(largest, side * side * stage.width)
            }
            let memory = Scratch()
            var x = memory.take(size), other = memory.take(size)
            patchEmbed(image.base, size: imageSize, into: x, threads: threads)
            watch?("patch_embed", side * side, patchEmbed.channels, x)
            for (index, layer) in convolutions.enumerated() {
                layer(x, side: side, into: other, threads: threads)
                swap(&x, &other)
                watch?("layers.0.blocks.\(index)", side * side, patchEmbed.channels, x)
            }
            if let firstDownsample {
                firstDownsample(x, side: side, into: other, threads: threads)
                swap(&x, &other)
                side = (side + firstStride - 1) / firstStride
                watch?("layers.0.downsample", side * side, firstDownsample.channels, x)
            }
            for (number, stage) in stages.enumerated() {
                for (index, block) in stage.blocks.enumerated() {
                    block(x, side: side, between: other, threads: threads)
                    watch?("layers.\(number + 1).blocks.\(index)", side * side, stage.width, x)
                }
                if let downsample = stage.downsample {
                    downsample(x, side: side, into: other, threads: threads)
                    swap(&x, &other)
                    side = (side + stage.stride - 1) / stage.stride
                    watch?("layers.\(number + 1).downsample", side * side, downsample.channels, x)
                }
            }
            return neck(x, grid: side, threads: threads)
        }
    }

    /// The layer between a stage and the next, if there is one, and its stride.
    private static func downsample(
        _ w: Weights, _ index: Int, width: Int, strides: [Int]?
    ) throws(CheckpointError) -> (layer: InvertedBottleneck, stride: Int)? {
        guard w.has("downsample.conv1.c.weight") else { return nil }
        let next = try w.shape("downsample.conv3.c.weight", rank: 4)[0]
        let byWidth = widthsWithoutShrinking.contains(next) ? 1 : 2
        let stride = strides.map { index < $0.count ? $0[index] : byWidth } ?? byWidth
        return (try InvertedBottleneck(w["downsample"], inputs: width, stride: stride, shortcut: false), stride)
    }

    /// Heads and window of a block, from its table of biases [heads, window²].
    private static func attentionShape(
        _ w: Weights, width: Int
    ) throws(CheckpointError) -> (heads: Int, window: Int) {
        let table = try w.shape("attn.attention_biases", rank: 2)
        let window = Int(Double(table[1]).squareRoot().rounded())
        guard window * window == table[1] else {
            throw w.fault("attn.attention_biases", "has \(table[1]) columns, which is no square of a window's side")
        }
        guard table[0] > 0, width % table[0] == 0 else {
            throw w.fault("attn.attention_biases", "has \(table[0]) heads, which do not divide the width \(width)")
        }
        return (table[0], window)
    }
}
