internal import Glibc
internal import VipsamRun

/// A model of an official layout with random weights: fast and slow are the same as with real ones,
/// its masks mean nothing. For `bench` where no file is there.
struct RandomWeights {
    private enum Filling { case spread(fanIn: Int), one, zero }

    private var tensors: [(key: String, shape: [Int], filling: Filling)] = []

    /// Width of the embedding and of the decoder, in the official models.
    private static let channels = 256

    /// Nil for a name without an official layout here.
    init?(_ name: String) {
        switch name {
        case "vit_b": addViT(width: 768, depth: 12, heads: 12, global: [2, 5, 8, 11])
        case "vit_l": addViT(width: 1024, depth: 24, heads: 16, global: [5, 11, 17, 23])
        case "vit_h": addViT(width: 1280, depth: 32, heads: 16, global: [7, 15, 23, 31])
        case "mobile_sam": addTinyViT(widths: [64, 128, 160, 320], depths: [2, 2, 6, 2], heads: [2, 4, 5, 10])
        default: return nil
        }
        addPromptEncoder()
        addMaskDecoder()
    }

    /// Writes a safetensors file: a header of JSON, then the tensors one after the other.
    func write(to path: String) throws {
        var offset = 0
        let entries = tensors.map { key, shape, _ -> JSON.Entry in
            let bytes = 4 * shape.reduce(1, *)
            defer { offset += bytes }
            return JSON.Entry(key, .object([
                "dtype": .text("F32"), "shape": .list(shape.map(JSON.integer)),
                "data_offsets": .list([.integer(offset), .integer(offset + bytes)]),
            ]))
        }
        var header = Array(JSON.object(entries).line.utf8)
        header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("'\(path)' cannot be written", .io) }
        defer { close(descriptor) }
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        guard Descriptor.write(length + header, to: descriptor) else { throw Failure("'\(path)' cannot be written", .io) }
        var random = Random()
        for (_, shape, filling) in tensors {
            let values = (0..<shape.reduce(1, *)).map { _ in random.value(filling) }
            let bytes = values.withUnsafeBytes { [UInt8]($0) }
            guard Descriptor.write(bytes, to: descriptor) else { throw Failure("'\(path)' cannot be written", .io) }
        }
    }

    /// The same numbers every time (splitmix64, Steele et al. 2014).
    private struct Random {
        private var state: UInt64 = 1

        mutating func value(_ filling: Filling) -> Float {
            switch filling {
            case .one: return 1
            case .zero: return 0
            case .spread(let fanIn):
                state &+= 0x9E37_79B9_7F4A_7C15
                var z = state
                z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
                z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
                let unit = Float((z ^ (z >> 31)) >> 40) / Float(1 << 24)
                return (2 * unit - 1) / Float(fanIn).squareRoot()
            }
        }
    }

    // MARK: - Layers

    private mutating func add(_ key: String, _ shape: [Int], _ filling: Filling? = nil) {
        tensors.append((key, shape, filling ?? .spread(fanIn: max(1, shape.dropFirst().reduce(1, *)))))
    }

    private mutating func addLinear(_ key: String, _ inputs: Int, _ outputs: Int) {
        add(key + ".weight", [outputs, inputs])
        add(key + ".bias", [outputs], .zero)
    }

    private mutating func addNorm(_ key: String, _ width: Int) {
        add(key + ".weight", [width], .one)
        add(key + ".bias", [width], .zero)
    }

    private mutating func addConvolution(_ key: String, _ shape: [Int], bias: Int) {
        add(key + ".weight", shape)
        add(key + ".bias", [bias], .zero)
    }

    private mutating func addConvBN(_ key: String, _ outputs: Int, _ inputs: Int, _ side: Int) {
        add(key + ".c.weight", [outputs, inputs, side, side])
        addNorm(key + ".bn", outputs)
        add(key + ".bn.running_mean", [outputs], .zero)
        add(key + ".bn.running_var", [outputs], .one)
    }

    private mutating func addNeck(_ width: Int) {
        let channels = Self.channels
        add("image_encoder.neck.0.weight", [channels, width, 1, 1])
        addNorm("image_encoder.neck.1", channels)
        add("image_encoder.neck.2.weight", [channels, channels, 3, 3])
        addNorm("image_encoder.neck.3", channels)
    }

    // MARK: - Encoders

    private mutating func addViT(width: Int, depth: Int, heads: Int, global: Set<Int>) {
        let e = "image_encoder."
        add(e + "pos_embed", [1, 64, 64, width], .spread(fanIn: width))
        addConvolution(e + "patch_embed.proj", [width, 3, 16, 16], bias: width)
        for index in 0..<depth {
            let b = e + "blocks.\(index)."
            let span = global.contains(index) ? 127 : 27
            addNorm(b + "norm1", width)
            addLinear(b + "attn.qkv", width, 3 * width)
            addLinear(b + "attn.proj", width, width)
            for axis in ["h", "w"] { add(b + "attn.rel_pos_" + axis, [span, width / heads]) }
            addNorm(b + "norm2", width)
            addLinear(b + "mlp.lin1", width, 4 * width)
            addLinear(b + "mlp.lin2", 4 * width, width)
        }
        addNeck(width)
    }

    private mutating func addTinyViT(widths: [Int], depths: [Int], heads: [Int]) {
        let e = "image_encoder.", windows = [7, 7, 14, 7]
        addConvBN(e + "patch_embed.seq.0", widths[0] / 2, 3, 3)
        addConvBN(e + "patch_embed.seq.2", widths[0], widths[0] / 2, 3)
        for layer in widths.indices {
            let l = e + "layers.\(layer).", width = widths[layer]
            for index in 0..<depths[layer] {
                let b = l + "blocks.\(index)."
                if layer == 0 {
                    addConvBN(b + "conv1", 4 * width, width, 1)
                    addConvBN(b + "conv2", 4 * width, 1, 3)
                    addConvBN(b + "conv3", width, 4 * width, 1)
                    continue
                }
                addNorm(b + "attn.norm", width)
                addLinear(b + "attn.qkv", width, 3 * width)
                addLinear(b + "attn.proj", width, width)
                add(b + "attn.attention_biases", [heads[layer], windows[layer] * windows[layer]])
                addConvBN(b + "local_conv", width, 1, 3)
                addNorm(b + "mlp.norm", width)
                addLinear(b + "mlp.fc1", width, 4 * width)
                addLinear(b + "mlp.fc2", 4 * width, width)
            }
            guard layer + 1 < widths.count else { continue }
            let next = widths[layer + 1]
            addConvBN(l + "downsample.conv1", next, width, 1)
            addConvBN(l + "downsample.conv2", next, 1, 3)
            addConvBN(l + "downsample.conv3", next, next, 1)
        }
        addNeck(widths.last ?? 0)
    }

    // MARK: - Prompts and masks

    private mutating func addPromptEncoder() {
        let p = "prompt_encoder.", channels = Self.channels
        add(p + "pe_layer.positional_encoding_gaussian_matrix", [2, channels / 2], .spread(fanIn: 1))
        for index in 0..<4 { add(p + "point_embeddings.\(index).weight", [1, channels]) }
        add(p + "not_a_point_embed.weight", [1, channels])
        add(p + "no_mask_embed.weight", [1, channels])
        addConvolution(p + "mask_downscaling.0", [4, 1, 2, 2], bias: 4)
        addNorm(p + "mask_downscaling.1", 4)
        addConvolution(p + "mask_downscaling.3", [16, 4, 2, 2], bias: 16)
        addNorm(p + "mask_downscaling.4", 16)
        addConvolution(p + "mask_downscaling.6", [channels, 16, 1, 1], bias: channels)
    }

    private mutating func addMaskDecoder() {
        let m = "mask_decoder.", channels = Self.channels
        add(m + "iou_token.weight", [1, channels])
        add(m + "mask_tokens.weight", [4, channels])
        for index in 0..<2 {
            let l = m + "transformer.layers.\(index)."
            addAttention(l + "self_attn", channels)
            addAttention(l + "cross_attn_token_to_image", channels / 2)
            addAttention(l + "cross_attn_image_to_token", channels / 2)
            for norm in 1...4 { addNorm(l + "norm\(norm)", channels) }
            addLinear(l + "mlp.lin1", channels, 2048)
            addLinear(l + "mlp.lin2", 2048, channels)
        }
        addAttention(m + "transformer.final_attn_token_to_image", channels / 2)
        addNorm(m + "transformer.norm_final_attn", channels)
        addConvolution(m + "output_upscaling.0", [channels, 64, 2, 2], bias: 64)
        addNorm(m + "output_upscaling.1", 64)
        addConvolution(m + "output_upscaling.3", [64, 32, 2, 2], bias: 32)
        for index in 0..<4 { addMLP(m + "output_hypernetworks_mlps.\(index)", outputs: 32) }
        addMLP(m + "iou_prediction_head", outputs: 4)
    }

    private mutating func addAttention(_ key: String, _ inner: Int) {
        for part in ["q", "k", "v"] { addLinear(key + ".\(part)_proj", Self.channels, inner) }
        addLinear(key + ".out_proj", inner, Self.channels)
    }

    private mutating func addMLP(_ key: String, outputs: Int) {
        addLinear(key + ".layers.0", Self.channels, Self.channels)
        addLinear(key + ".layers.1", Self.channels, Self.channels)
        addLinear(key + ".layers.2", Self.channels, outputs)
    }
}
