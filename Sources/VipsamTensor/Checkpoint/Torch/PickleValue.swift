/// A value on the pickle machine's stack. Containers are numbers into the machine's `PickleHeap`.
///
/// Numbers instead of references: a file can nest containers as deep as it is long and make them contain themselves,
/// and neither may cost stack or leak when values are freed.
enum PickleValue: Sendable {
    case none
    case bool(Bool)
    case integer(Int)
    /// An integer of more than 64 bits, little-endian two's complement.
    case longInteger([UInt8])
    case float(Double)
    case string(String)
    case global(PickleGlobal)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    /// An inert bag of attributes, which is all that a class of a TorchScript archive becomes.
    case object(Int)
    case storage(PickledStorage)
    case tensor(Int)
}

/// The contents of all containers that a pickle has made.
struct PickleHeap: Sendable {
    /// Elements of tuples and lists.
    var sequences: [[PickleValue]] = []
    /// Entries of dictionaries, in the file's order.
    var tables: [[(key: PickleValue, value: PickleValue)]] = []
    /// For each object the dictionary that holds its attributes.
    var attributes: [Int?] = []
    var tensors: [PickledTensor] = []

    mutating func tuple(_ elements: [PickleValue]) -> PickleValue {
        sequences.append(elements)
        return .tuple(sequences.count - 1)
    }

    mutating func list() -> PickleValue {
        sequences.append([])
        return .list(sequences.count - 1)
    }

    mutating func dictionary() -> PickleValue {
        tables.append([])
        return .dictionary(tables.count - 1)
    }

    mutating func object() -> PickleValue {
        attributes.append(nil)
        return .object(attributes.count - 1)
    }

    mutating func tensor(_ tensor: PickledTensor) -> PickleValue {
        tensors.append(tensor)
        return .tensor(tensors.count - 1)
    }

    /// Entries of a dictionary by their text keys; the last of equal keys counts. Nil for anything but a dictionary.
    func entries(_ value: PickleValue) -> [String: PickleValue]? {
        guard case .dictionary(let index) = value else { return nil }
        var entries: [String: PickleValue] = [:]
        for (key, value) in tables[index] {
            if case .string(let name) = key { entries[name] = value }
        }
        return entries
    }
}

/// A block of numbers that the file keeps outside of the pickle.
struct PickledStorage: Sendable, Hashable {
    let type: ElementType
    let key: String
    /// Number of elements.
    let count: Int
}

/// A view into a storage, not yet checked against the file.
struct PickledTensor: Sendable {
    let storage: PickledStorage
    /// In elements.
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}
