import VipsamTensor

/// From the image side to mask logits: two transposed 2×2 convolutions with norm and GELU, then for each mask a product
/// with its vector of weights. With stride = kernel, each cell becomes a square of 4×4 logits on its own.
struct OutputUpscaling: Sendable {
    private static let eps: Float = 1e-6
    /// Cells per piece of work, whose first convolution reads its weights once; and cells that go through the rest at a
    /// time, so that their 16-fold stays in the cache.
    private static let band = 126, block = 24

    private let channels: Int, middle: Int
    /// Channels per logit.
    let outputs: Int
    private let conv0: Linear, norm1: LayerNorm, conv3: Linear

    /// Reads `0`, `1` and `3` at this place.
    init(_ w: Weights, channels: Int) throws(CheckpointError) {
        let middle = try w.shape("0.weight", rank: 4)[1], outputs = try w.shape("3.weight", rank: 4)[1]
        (self.channels, self.middle, self.outputs) = (channels, middle, outputs)
        let first = try Self.first(w, channels: channels)
        conv0 = Linear(weight: first.weight, bias: first.bias)
        norm1 = try LayerNorm(w["1"], middle, eps: Self.eps)
        let second = Self.transposed(
            try w.tensor("3.weight", middle, outputs, 2, 2), try w.tensor("3.bias", outputs))
        conv3 = Linear(weight: second.weight, bias: second.bias)
    }

    /// The first transposed convolution as a weight [4·middle, channels] and a bias [4·middle].
    static func first(_ w: Weights, channels: Int) throws(CheckpointError) -> (weight: Tensor, bias: Tensor) {
        let middle = try w.shape("0.weight", rank: 4)[1]
        return transposed(try w.tensor("0.weight", channels, middle, 2, 2), try w.tensor("0.bias", middle))
    }

    /// The image side of a prompt after the transformer: cells [grid², channels] in rows of `stride`, or factored.
    enum Cells {
        case formed(Floats, stride: Int)
        case factored(FactoredCells, FactoredImage)
    }

    /// The logits of some masks, each [4·grid, 4·grid] into `logits[i]`, from the cells and the masks' vectors
    /// [count, outputs].
    func callAsFunction(
        _ cells: Cells, grid: Int, vectors: Floats, into logits: [MutableFloats], _ crew: Crew
    ) {
        let count = logits.count, all = grid * grid
        crew.spread((all + Self.band - 1) / Self.band) { index, scratch in
            let first = index * Self.band, past = min(first + Self.band, all)
            let twice = scratch.take((past - first) * 4 * middle)
            switch cells {
            case .formed(let cells, let stride):
                conv0(past - first, cells + first * stride, stride, into: twice, 4 * middle, scratch)
            case .factored(let cells, let image):
                cells.upscale(first, past - first, of: image, into: twice, scratch)
            }
            let fourfold = scratch.take(Self.block * 16 * outputs), results = scratch.take(16 * Self.block * count)
            for start in Swift.stride(from: first, to: past, by: Self.block) {
                let here = min(Self.block, past - start), from = twice + (start - first) * 4 * middle
                norm1(4 * here, from, middle, into: from, middle)
                Kernels.gelu(4 * here * middle, from)
                conv3(4 * here, from, middle, into: fourfold, 4 * outputs, activation: .gelu, scratch)
                Kernels.dotRows(16 * here, outputs, fourfold, outputs, count, vectors, outputs, into: results, 16 * here)
                for (mask, target) in logits.enumerated() {
                    Self.scatter(start, here, grid: grid, results + mask * 16 * here, into: target)
                }
            }
        }
    }

    /// A transposed convolution as a linear layer whose outputs are (dy, dx, channel).
    private static func transposed(_ weight: Tensor, _ bias: Tensor) -> (weight: Tensor, bias: Tensor) {
        let inputs = weight.shape[0], outputs = weight.shape[1]
        let ordered = Tensor([4 * outputs, inputs]) { target in
            weight.withUnsafeBufferPointer { source in
                for i in 0..<inputs {
                    for o in 0..<outputs {
                        for k in 0..<4 { target[(k * outputs + o) * inputs + i] = source[(i * outputs + o) * 4 + k] }
                    }
                }
            }
        }
        let values = bias.values
        return (ordered, Tensor([4 * outputs], values + values + values + values))
    }

    /// Results in the order (cell, dy, dx, dy', dx') to their places in the picture.
    private static func scatter(
        _ first: Int, _ count: Int, grid: Int, _ results: Floats, into logits: MutableFloats
    ) {
        for cell in 0..<count {
            let (row, column) = (first + cell).quotientAndRemainder(dividingBy: grid)
            let from = results + cell * 16, target = logits + (row * 4 * grid + column) * 4
            for line in 0..<4 {
                let pair = from + (line >> 1) * 8 + (line & 1) * 2, place = target + line * 4 * grid
                (place[0], place[1], place[2], place[3]) = (pair[0], pair[1], pair[4], pair[5])
            }
        }
    }
}
