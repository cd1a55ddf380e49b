import VipsamTensor

/// Multi-head attention inside square windows, with a learned bias per distance; TinyViT's `Attention`.
///
/// The original code pads the picture before the norm inside: a padded token is the norm of zeros, so its key and value
/// are constants. They take part in every softmax; as queries they are left out.
struct WindowAttention: Sendable {
    let width: Int, heads: Int, window: Int
    private let depth: Int
    private let norm: LayerNorm, qkv: Linear, proj: Linear
    /// [heads, window², window²]
    private let biases: Tensor
    /// Queries, keys and values [3·width] of a padded token.
    private let padding: Tensor

    /// Reads `norm`, `qkv`, `proj` and `attention_biases` at this place.
    init(_ w: Weights, width: Int, heads: Int, window: Int) throws(CheckpointError) {
        (self.width, self.heads, self.window) = (width, heads, window)
        depth = width / heads
        norm = try LayerNorm(w["norm"], width, eps: 1e-5)
        qkv = try Linear(w["qkv"], width, 3 * width)
        proj = try Linear(w["proj"], width, width)
        let cells = window * window
        let table = try w.tensor("attention_biases", heads, cells).values
        biases = Tensor([heads, cells, cells]) { target in
            var at = 0
            for head in 0..<heads {
                for query in 0..<cells {
                    for key in 0..<cells {
                        let down = abs(query / window - key / window), across = abs(query % window - key % window)
                        target[at] = table[head * cells + down * window + across]
                        at += 1
                    }
                }
            }
        }
        let (norm, qkv) = (norm, qkv)
        padding = Tensor([3 * width]) { target in
            guard let target = target.baseAddress else { return }
            qkv(1, norm.outputForZeros, width, into: target, 3 * width, Scratch())
        }
    }

    /// Windows that are worked off together, so that the products have enough rows.
    var windowsPerPiece: Int { max(1, 196 / (window * window)) }

    /// Adds the attention of `count` windows side by side, the first at (top, left), of x [side², width], giving y.
    func callAsFunction(
        top: Int, left: Int, windows count: Int, _ x: Floats, side: Int, into y: MutableFloats, _ scratch: Scratch
    ) {
        let high = min(window, side - top), wide = min(count * window, side - left)
        let tokens = high * wide
        let gathered = scratch.take(tokens * width), normed = scratch.take(tokens * width)
        let parts = scratch.take(tokens * 3 * width)
        // window by window, so that the tokens of each stand one behind the other
        func eachRun(_ body: (_ inWindows: Int, _ inPicture: Int, _ floats: Int) -> Void) {
            for at in Swift.stride(from: 0, to: wide, by: window) {
                let across = min(window, wide - at)
                for row in 0..<high {
                    body((at * high + row * across) * width, ((top + row) * side + left + at) * width, across * width)
                }
            }
        }
        eachRun { inWindows, inPicture, floats in (gathered + inWindows).update(from: x + inPicture, count: floats) }
        norm(tokens, gathered, width, into: normed, width)
        qkv(tokens, normed, width, into: parts, 3 * width, scratch)
        for at in Swift.stride(from: 0, to: wide, by: window) {
            for head in 0..<heads {
                scratch.frame {
                    attend(
                        head: head, high: high, wide: min(window, wide - at), parts + at * high * 3 * width,
                        into: normed + at * high * width + head * depth, scratch)
                }
            }
        }
        proj(tokens, normed, width, into: gathered, width, residual: gathered, residualStride: width, scratch)
        eachRun { inWindows, inPicture, floats in (y + inPicture).update(from: gathered + inWindows, count: floats) }
    }

    /// One head in one window of `high` × `wide` real tokens, rows of parts [3·width] and of y [width].
    private func attend(
        head: Int, high: Int, wide: Int, _ parts: Floats, into y: MutableFloats, _ scratch: Scratch
    ) {
        let tokens = high * wide, cells = window * window, row = 3 * width
        let queries = parts + head * 3 * depth
        let other =
            tokens == cells
            ? (keys: queries + depth, values: queries + 2 * depth, stride: row)
            : padded(head: head, high: high, wide: wide, parts, scratch)
        let keyPanels = Panels(
            rows: depth, columns: cells, other.keys, rowStride: 1, columnStride: other.stride,
            scale: 1 / Float(depth).squareRoot(), in: scratch)
        let valuePanels = Panels(
            rows: cells, columns: depth, other.values, rowStride: other.stride, columnStride: 1, in: scratch)
        let scores = scratch.take(tokens * cells), inverse = scratch.take(tokens)
        keyPanels.multiply(tokens, queries, row, into: scores, cells, scratch)
        for i in 0..<high {
            Kernels.softmax(
                wide, cells, scores + i * wide * cells, cells,
                bias: biases.base + (head * cells + i * window) * cells, biasStride: cells, inverse: inverse + i * wide)
        }
        valuePanels.multiply(tokens, scores, cells, into: y, width, scratch)
        Kernels.scaleRows(tokens, depth, y, width, by: inverse)
    }

    /// Keys and values [window², depth] of a window that reaches beyond the picture: those of its tokens and of padding.
    private func padded(
        head: Int, high: Int, wide: Int, _ parts: Floats, _ scratch: Scratch
    ) -> (keys: Floats, values: Floats, stride: Int) {
        let cells = window * window, from = head * 3 * depth
        let keys = scratch.take(cells * depth), values = scratch.take(cells * depth)
        for i in 0..<window {
            for j in 0..<window {
                let token = (i < high && j < wide ? parts + (i * wide + j) * 3 * width : padding.base) + from
                (keys + (i * window + j) * depth).update(from: token + depth, count: depth)
                (values + (i * window + j) * depth).update(from: token + 2 * depth, count: depth)
            }
        }
        return (Floats(keys), Floats(values), depth)
    }
}
