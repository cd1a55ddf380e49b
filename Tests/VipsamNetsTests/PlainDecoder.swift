import Foundation
import VipsamTensor

/// The mask decoder in its straightforward form: every projection of every cell, one prompt at a time, in doubles.
/// It shares nothing with the decoder it is held against but the checkpoint.
struct PlainDecoder {
    typealias Matrix = [[Double]]

    let checkpoint: Checkpoint
    let grid: Int
    private let heads = 8
    private let place = "mask_decoder."

    /// Scores of the four masks, and their logits [4·grid, 4·grid].
    func callAsFunction(sparse: Tensor, embedding: Tensor, dense: Tensor, positions: Tensor) -> (Matrix, Matrix) {
        let own = rows("iou_token.weight") + rows("mask_tokens.weight")
        let initial = own + Self.rows(sparse, width: own[0].count)
        let channels = own[0].count
        let positions = Self.rows(positions, width: channels)
        var q = initial
        var cells = Self.sum(Self.rows(embedding, width: channels), Self.rows(dense, width: channels))
        for layer in 0..<2 {
            let at = "transformer.layers.\(layer)."
            if layer == 0 {
                q = attend(at + "self_attn", q, q, q)
            } else {
                let positioned = Self.sum(q, initial)
                q = Self.sum(q, attend(at + "self_attn", positioned, positioned, q))
            }
            q = norm(at + "norm1", q, 1e-5)
            q = Self.sum(
                q,
                attend(at + "cross_attn_token_to_image", Self.sum(q, initial), Self.sum(cells, positions), cells))
            q = norm(at + "norm2", q, 1e-5)
            let hidden = linear(at + "mlp.lin1", q).map { $0.map { max($0, 0) } }
            q = norm(at + "norm3", Self.sum(q, linear(at + "mlp.lin2", hidden)), 1e-5)
            cells = Self.sum(
                cells,
                attend(at + "cross_attn_image_to_token", Self.sum(cells, positions), Self.sum(q, initial), q))
            cells = norm(at + "norm4", cells, 1e-5)
        }
        q = Self.sum(
            q,
            attend(
                "transformer.final_attn_token_to_image", Self.sum(q, initial), Self.sum(cells, positions), cells))
        q = norm("transformer.norm_final_attn", q, 1e-5)
        let masks = (0..<4).map { draw($0, q[1 + $0], upscale(cells)) }
        return (mlp("iou_prediction_head", [q[0]]), masks)
    }

    /// Logits of a mask from the fourfold picture [16·grid², outputs], row by row.
    private func draw(_ mask: Int, _ token: [Double], _ picture: Matrix) -> [Double] {
        let vector = mlp("output_hypernetworks_mlps.\(mask)", [token])[0]
        return picture.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    private func upscale(_ cells: Matrix) -> Matrix {
        let twice = norm("output_upscaling.1", double("output_upscaling.0", cells, side: grid), 1e-6)
        return double("output_upscaling.3", twice.map { $0.map(Self.gelu) }, side: 2 * grid).map { $0.map(Self.gelu) }
    }

    /// A transposed convolution with kernel and stride 2.
    private func double(_ name: String, _ x: Matrix, side: Int) -> Matrix {
        let weight = tensor(name + ".weight"), bias = tensor(name + ".bias")
        let inputs = weight.shape[0], outputs = weight.shape[1], values = weight.values.map(Double.init)
        var y = Matrix(repeating: [], count: 4 * side * side)
        for row in 0..<side {
            for column in 0..<side {
                for corner in 0..<4 {
                    let to = (2 * row + corner / 2) * 2 * side + 2 * column + corner % 2
                    y[to] = (0..<outputs).map { o in
                        (0..<inputs).reduce(Double(bias.values[o])) {
                            $0 + x[row * side + column][$1] * values[($1 * outputs + o) * 4 + corner]
                        }
                    }
                }
            }
        }
        return y
    }

    private func attend(_ name: String, _ queries: Matrix, _ keys: Matrix, _ values: Matrix) -> Matrix {
        let q = linear(name + ".q_proj", queries), k = linear(name + ".k_proj", keys)
        let v = linear(name + ".v_proj", values)
        let inner = q[0].count, depth = inner / heads
        let mixed = q.map { query in
            (0..<heads).flatMap { head -> [Double] in
                let part = head * depth..<(head + 1) * depth
                let scores = k.map { key in
                    part.reduce(0) { $0 + query[$1] * key[$1] } / Double(depth).squareRoot()
                }
                let greatest = scores.max() ?? 0, weights = scores.map { exp($0 - greatest) }
                let total = weights.reduce(0, +)
                return part.map { j in zip(weights, v).reduce(0) { $0 + $1.0 * $1.1[j] } / total }
            }
        }
        return linear(name + ".out_proj", mixed)
    }

    private func mlp(_ name: String, _ x: Matrix) -> Matrix {
        let hidden = linear(name + ".layers.0", x).map { $0.map { max($0, 0) } }
        let more = linear(name + ".layers.1", hidden).map { $0.map { max($0, 0) } }
        return linear(name + ".layers.2", more)
    }

    private func linear(_ name: String, _ x: Matrix) -> Matrix {
        let weight = rows(name + ".weight"), bias = tensor(name + ".bias").values
        return x.map { row in
            weight.indices.map { o in zip(weight[o], row).reduce(Double(bias[o])) { $0 + $1.0 * $1.1 } }
        }
    }

    private func norm(_ name: String, _ x: Matrix, _ eps: Double) -> Matrix {
        let weight = tensor(name + ".weight").values, bias = tensor(name + ".bias").values
        return x.map { row in
            let mean = row.reduce(0, +) / Double(row.count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            return row.indices.map {
                (row[$0] - mean) / (variance + eps).squareRoot() * Double(weight[$0]) + Double(bias[$0])
            }
        }
    }

    private func tensor(_ name: String) -> Tensor {
        guard let tensor = checkpoint.tensor(place + name) else { preconditionFailure("no '\(name)' in the fixture") }
        return tensor
    }

    private func rows(_ name: String) -> Matrix {
        let tensor = tensor(name)
        return Self.rows(tensor, width: tensor.shape.last ?? 1)
    }

    private static func rows(_ tensor: Tensor, width: Int) -> Matrix {
        let values = tensor.values.map(Double.init)
        return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }

    private static func sum(_ a: Matrix, _ b: Matrix) -> Matrix {
        zip(a, b).map { zip($0, $1).map { $0 + $1 } }
    }

    private static func gelu(_ x: Double) -> Double { 0.5 * x * (1 + erf(x / 2.0.squareRoot())) }
}
