import Foundation
import VipsamTensor

/// Positions as sines and cosines of random frequencies; the matrix comes with the checkpoint.
struct PositionEmbeddingRandom: Sendable {
    /// Values per position.
    let channels: Int
    private let matrix: [Float]

    /// Reads `positional_encoding_gaussian_matrix` [2, channels / 2] at this place.
    init(_ w: Weights, channels: Int) throws(CheckpointError) {
        self.channels = channels
        matrix = try w.tensor("positional_encoding_gaussian_matrix", 2, channels / 2).values
    }

    /// The encoding of a position, each coordinate from 0 to 1 across the square input.
    func encode(x: Float, y: Float, into target: MutableFloats) {
        let half = channels / 2
        for i in 0..<half {
            let angle = 2 * Float.pi * ((2 * x - 1) * matrix[i] + (2 * y - 1) * matrix[half + i])
            target[i] = sin(angle)
            target[half + i] = cos(angle)
        }
    }

    /// The encodings of the centres of a grid's cells, [grid², channels].
    func grid(_ grid: Int) -> Tensor {
        Tensor([grid * grid, channels]) { target in
            guard let target = target.baseAddress else { return }
            for row in 0..<grid {
                for column in 0..<grid {
                    encode(
                        x: (Float(column) + 0.5) / Float(grid), y: (Float(row) + 0.5) / Float(grid),
                        into: target + (row * grid + column) * channels)
                }
            }
        }
    }
}
