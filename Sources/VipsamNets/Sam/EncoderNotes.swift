import VipsamTensor

/// Whole numbers from the metadata of a checkpoint.
struct EncoderNotes {
    private let checkpoint: Checkpoint

    init(_ checkpoint: Checkpoint) {
        self.checkpoint = checkpoint
    }

    /// A number; nil when the checkpoint does not say.
    func number(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int? {
        guard let numbers = try numbers(key, in: range) else { return nil }
        guard numbers.count == 1 else { throw fault(key, "one whole number", range) }
        return numbers[0]
    }

    /// Numbers separated by commas; nil when the checkpoint does not say.
    func numbers(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> [Int]? {
        guard let text = checkpoint.metadata[key] else { return nil }
        var numbers: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int(part.filter { $0 != " " }), range.contains(number) else {
                throw fault(key, "whole numbers", range)
            }
            numbers.append(number)
        }
        return numbers
    }

    /// A fraction; nil when the checkpoint does not say.
    func fraction(_ key: String) throws(CheckpointError) -> Double? {
        guard let text = checkpoint.metadata[key] else { return nil }
        guard let value = Double(text), (0...1).contains(value) else {
            throw CheckpointError(
                file: checkpoint.path, "metadata '\(key)' must be a number from 0 to 1, not '\(text)'")
        }
        return value
    }

    private func fault(_ key: String, _ wanted: String, _ range: ClosedRange<Int>) -> CheckpointError {
        let text = checkpoint.metadata[key] ?? ""
        return CheckpointError(
            file: checkpoint.path,
            "metadata '\(key)' must be \(wanted) from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
}
