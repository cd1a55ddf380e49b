import VipsamTensor

/// Linear layers with a ReLU between them.
struct MLP: Sendable {
    private let layers: [Linear]

    /// Reads `layers.0`, `layers.1`, … at this place; the widths between them are free.
    init(_ w: Weights, inputs: Int) throws(CheckpointError) {
        var layers: [Linear] = [], width = inputs
        repeat {
            let place = w["layers", layers.count]
            let outputs = try place.shape("weight", rank: 2)[0]
            layers.append(try Linear(place, width, outputs))
            width = outputs
        } while w.has("layers.\(layers.count).weight")
        self.layers = layers
    }

    /// Width of the result.
    var outputs: Int { layers.last?.outputs ?? 0 }

    func callAsFunction(
        _ rows: Int, _ x: Floats, _ xStride: Int, into y: MutableFloats, _ yStride: Int, _ scratch: Scratch
    ) {
        scratch.frame {
            var (from, fromStride) = (x, xStride)
            for (index, layer) in layers.enumerated() {
                let last = index + 1 == layers.count
                let to = last ? y : scratch.take(rows * layer.outputs), toStride = last ? yStride : layer.outputs
                layer(rows, from, fromStride, into: to, toStride, activation: last ? .none : .relu, scratch)
                (from, fromStride) = (Floats(to), toStride)
            }
        }
    }
}
