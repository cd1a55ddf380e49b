/// Reads what PyTorch saved before 1.6: five pickles in a row, then the storages.
enum LegacyTorchFile {
    /// 0x1950a86a20f9469cfc6c, little-endian.
    static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
    static let formatVersion = 1001

    static func recognises(_ file: UnsafeRawBufferPointer) -> Bool { file.first == 0x80 }

    static func read(_ file: UnsafeRawBufferPointer) throws(FormatError) -> CheckpointContent {
        let start = UnsafeRawBufferPointer(rebasing: file.prefix(TorchArchive.maximumPickle))
        var position = 0
        guard case .longInteger(magic) = try PickleMachine.run(start, at: &position).value else {
            throw FormatError("this is a pickle, but not one that PyTorch saved")
        }
        guard case .integer(formatVersion) = try PickleMachine.run(start, at: &position).value else {
            throw FormatError("this file of PyTorch has an unknown version")
        }
        let (system, systemHeap) = try PickleMachine.run(start, at: &position)
        guard case .bool(true)? = systemHeap.entries(system)?["little_endian"] else {
            throw FormatError("the numbers are in big-endian order; only little-endian files are read")
        }
        let (root, heap) = try PickleMachine.run(start, at: &position)
        let (keyList, keyHeap) = try PickleMachine.run(start, at: &position)

        let offsets = try storages(file, at: position, order: keys(keyList, keyHeap), of: heap.tensors.map(\.storage))
        var content = CheckpointContent()
        for (name, tensor) in try StateDict.tensors(root, heap) {
            guard let offset = offsets[tensor.storage] else { throw FormatError(key: name, "has no data in the file") }
            do {
                let stored = try StoredTensor(
                    tensor.storage.type, tensor.shape, strides: tensor.strides, elementOffset: tensor.offset,
                    storageOffset: offset, storageCount: tensor.storage.count)
                content.tensors.append((name, stored))
            } catch {
                throw FormatError(key: name, error.message)
            }
        }
        return content
    }

    private static func keys(_ list: PickleValue, _ heap: PickleHeap) throws(FormatError) -> [String] {
        guard case .list(let index) = list else { throw .broken("no list of storages") }
        var keys: [String] = []
        for element in heap.sequences[index] {
            guard case .string(let key) = element else { throw .broken("a storage without a name") }
            keys.append(key)
        }
        return keys
    }

    /// Storages follow one another: a count of 8 bytes, then so many elements. Returns where elements begin.
    private static func storages(
        _ file: UnsafeRawBufferPointer, at start: Int, order keys: [String], of known: [PickledStorage]
    ) throws(FormatError) -> [PickledStorage: Int] {
        var byKey: [String: PickledStorage] = [:]
        for storage in known {
            guard byKey[storage.key] == nil || byKey[storage.key] == storage else {
                throw FormatError("the storage '\(storage.key)' is described in two ways")
            }
            byKey[storage.key] = storage
        }
        var offsets: [PickledStorage: Int] = [:]
        var position = start
        for key in keys {
            guard let storage = byKey[key] else { throw FormatError("the storage '\(key)' belongs to no tensor") }
            guard file.count - position >= 8 else { throw .cutOff }
            let count = Int64(littleEndian: file.loadUnaligned(fromByteOffset: position, as: Int64.self))
            position += 8
            guard count == storage.count else {
                throw FormatError("the storage '\(key)' has \(count) elements, not \(storage.count)")
            }
            guard storage.count <= (file.count - position) / storage.type.width else { throw .cutOff }
            offsets[storage] = position
            position += storage.count * storage.type.width
        }
        return offsets
    }
}

extension FormatError {
    fileprivate static var cutOff: FormatError { FormatError("the file ends before its last tensor; it is cut off") }
}
