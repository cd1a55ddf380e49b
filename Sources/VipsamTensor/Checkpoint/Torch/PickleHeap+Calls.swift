/// What the few allowed names do with their arguments. None does more work than reading a few bytes again would: a
/// short pickle can ask for the same call a million times.
extension PickleHeap {
    mutating func reduce(_ function: PickleValue, _ arguments: PickleValue) throws(FormatError) -> PickleValue {
        guard case .global(let global) = function, case .tuple(let index) = arguments else {
            throw .broken("a call of something that is not a function")
        }
        let arguments = sequences[index]
        switch global {
        case .orderedDictionary:
            guard arguments.isEmpty else { throw .broken("a dictionary in the form of Python 2") }
            return dictionary()
        case .rebuildTensor: return tensor(try rebuildTensor(arguments))
        case .rebuildParameter:
            guard case .tensor? = arguments.first else { throw .broken("a parameter without a tensor") }
            return arguments[0]
        case .size, .identity:
            guard let value = arguments.first else { throw .broken("a size without numbers") }
            return value
        case .storage, .scriptClass: throw .broken("a call of a class")
        }
    }

    mutating func newObject(_ type: PickleValue, _ arguments: PickleValue) throws(FormatError) -> PickleValue {
        guard case .global(.scriptClass) = type, case .tuple(let index) = arguments, sequences[index].isEmpty else {
            throw .broken("an object of an unknown kind")
        }
        return object()
    }

    /// Objects take a dictionary as their attributes; what a dictionary is given beside its entries is notes.
    mutating func build(_ target: PickleValue, _ state: PickleValue) throws(FormatError) {
        switch (target, state) {
        case (.object(let index), .dictionary(let table)): attributes[index] = table
        case (.object, _), (.dictionary, _): break
        default: throw .broken("a state for something that has none")
        }
    }

    /// Source of the order of the parts: torch/serialization.py, `persistent_id`.
    func persistent(_ id: PickleValue) throws(FormatError) -> PickleValue {
        guard case .tuple(let index) = id, (5...6).contains(sequences[index].count) else {
            throw .broken("a storage of an unknown form")
        }
        let parts = sequences[index]
        guard case .string("storage") = parts[0], case .global(.storage(let type)) = parts[1],
            case .string(let key) = parts[2], case .integer(let count) = parts[4], count >= 0
        else { throw .broken("a storage of an unknown form") }
        if parts.count == 6 {
            guard case .none = parts[5] else { throw .broken("a view of a storage, as written before PyTorch 0.4") }
        }
        return .storage(PickledStorage(type: type, key: key, count: count))
    }

    /// Source of the order of the arguments: torch/_utils.py, `_rebuild_tensor_v2`.
    private func rebuildTensor(_ arguments: [PickleValue]) throws(FormatError) -> PickledTensor {
        guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1]
        else { throw .broken("a tensor of an unknown form") }
        return PickledTensor(
            storage: storage, offset: offset, shape: try integers(arguments[2]), strides: try integers(arguments[3]))
    }

    private func integers(_ value: PickleValue) throws(FormatError) -> [Int] {
        switch value {
        case .tuple(let index), .list(let index):
            guard sequences[index].count <= StoredTensor.maximumRank else {
                throw FormatError(
                    "a tensor has \(sequences[index].count) dimensions; at most \(StoredTensor.maximumRank) are read")
            }
            var numbers: [Int] = []
            for element in sequences[index] {
                guard case .integer(let number) = element else { throw .broken("a shape that is not numbers") }
                numbers.append(number)
            }
            return numbers
        default: throw .broken("a shape that is not numbers")
        }
    }
}
