import Synchronization
import VipsamTensor

/// Collects answers from several threads.
final class Answers: Sendable {
    private let answers = Mutex<[Int: (iou: [Float], masks: [Tensor])]>([:])

    func take(_ index: Int, _ iou: [Float], _ masks: [Tensor]) {
        answers.withLock { $0[index] = (iou, masks) }
    }

    subscript(_ index: Int) -> (iou: [Float], masks: [Tensor])? { answers.withLock { $0[index] } }
}
