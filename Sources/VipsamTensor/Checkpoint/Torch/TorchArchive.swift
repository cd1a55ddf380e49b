/// Reads what PyTorch 1.6 and later save: a ZIP of one pickle and the storages it refers to. TorchScript archives too,
/// whose pickle holds a tree of modules; their code is never looked at.
enum TorchArchive {
    /// The pickle of a table of tensors has some 100 bytes for each. Values take more room than their bytes do.
    static let maximumPickle = 8 << 20

    static func recognises(_ file: UnsafeRawBufferPointer) -> Bool {
        file.starts(with: [0x50, 0x4b, 0x03, 0x04])
    }

    static func read(_ file: UnsafeRawBufferPointer) throws(FormatError) -> CheckpointContent {
        let archive = try ZipArchive(file)
        let folder = try topFolder(archive)
        if let entry = archive.entries[folder + "byteorder"] {
            let range = try archive.range(entry)
            guard file[range].elementsEqual("little".utf8) else {
                throw FormatError("the numbers are in big-endian order; only little-endian files are read")
            }
        }
        guard let entry = archive.entries[folder + "data.pkl"] else { throw .noPickle }
        let range = try archive.range(entry)
        guard range.count <= maximumPickle else {
            throw FormatError("the pickle has \(range.count) bytes; at most \(maximumPickle) are read")
        }
        var position = 0
        let (root, heap) = try PickleMachine.run(UnsafeRawBufferPointer(rebasing: file[range]), at: &position)
        var content = CheckpointContent()
        for (name, tensor) in try StateDict.tensors(root, heap) {
            do {
                content.tensors.append((name, try locate(tensor, in: archive, folder)))
            } catch {
                throw FormatError(key: name, error.message)
            }
        }
        return content
    }

    private static func locate(
        _ tensor: PickledTensor, in archive: ZipArchive, _ folder: String
    ) throws(FormatError) -> StoredTensor {
        let storage = tensor.storage
        guard let entry = archive.entries["\(folder)data/\(storage.key)"] else {
            throw FormatError("has no data: the archive lacks 'data/\(storage.key)'")
        }
        let range = try archive.range(entry)
        guard storage.count <= range.count / storage.type.width else {
            throw FormatError(
                "wants \(storage.count) stored elements, but 'data/\(storage.key)' has \(range.count) bytes")
        }
        return try StoredTensor(
            storage.type, tensor.shape, strides: tensor.strides, elementOffset: tensor.offset,
            storageOffset: range.lowerBound, storageCount: storage.count)
    }

    /// Everything lies in one folder, named after the file.
    private static func topFolder(_ archive: ZipArchive) throws(FormatError) -> String {
        let names = archive.entries.keys.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
        guard let shortest = names.min(by: { ($0.count, $0) < ($1.count, $1) }) else { throw .noPickle }
        return String(shortest.dropLast("data.pkl".count))
    }
}

extension FormatError {
    fileprivate static var noPickle: FormatError {
        FormatError("this ZIP file was not saved by PyTorch: it has no 'data.pkl'")
    }
}
