package import VipsamTensor

/// Sees what comes out of each stage of a network, under the stage's name in the original code. For tests: a
/// difference from the original then names the stage.
package struct StageWatch {
    private let see: (String, Tensor) -> Void

    package init(_ see: @escaping (String, Tensor) -> Void) {
        self.see = see
    }

    /// Passes on a copy of `rows` rows of `columns` numbers; rows are `stride` apart (nil: one after the other).
    func callAsFunction(_ name: String, _ rows: Int, _ columns: Int, _ numbers: Floats, _ stride: Int? = nil) {
        let copy = Tensor([rows, columns]) { target in
            for index in 0..<rows * columns {
                target[index] = numbers[index / columns * (stride ?? columns) + index % columns]
            }
        }
        see(name, copy)
    }
}

extension Sam {
    /// `encode`, with every stage of the encoder shown to `watch`.
    package func encode(_ image: Tensor, threads: Threads, watch: StageWatch) -> ImageEmbedding {
        ImageEmbedding(imageEncoder.encode(image, threads: threads, watch: watch))
    }

    /// Tokens of a prompt, [tokens, channels].
    package func sparsePrompt(_ prompt: SamPrompt) -> Tensor {
        Tensor([promptEncoder.tokenCount(prompt), promptEncoder.channels]) { memory in
            guard let tokens = memory.baseAddress else { return }
            promptEncoder.encode(prompt, into: tokens)
        }
    }

    /// Dense term of a mask prompt (nil: of none), [gridSize², channels].
    package func densePrompt(_ mask: Tensor?) -> Tensor {
        let nothing = Tensor([gridSize * gridSize, promptEncoder.channels]) { $0.initialize(repeating: 0) }
        return promptEncoder.addDense(mask, to: nothing, grid: gridSize)
    }

    /// Positional encoding of the embedding's cells, [gridSize², channels].
    package var densePositions: Tensor { positions }
}
