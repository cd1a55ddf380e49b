/// Finds out a file's format from its first bytes and reads its table of tensors.
enum CheckpointFormat {
    static func read(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> CheckpointContent {
        let content: CheckpointContent
        if SafetensorsReader.recognises(bytes) {
            content = try SafetensorsReader.read(bytes)
        } else if TorchArchive.recognises(bytes) {
            content = try TorchArchive.read(bytes)
        } else if LegacyTorchFile.recognises(bytes) {
            content = try LegacyTorchFile.read(bytes)
        } else {
            throw unknown(bytes)
        }
        return try TensorNames.official(content)
    }

    /// Names what people often have instead of a checkpoint: a web page, or the stand-in of a file kept elsewhere.
    private static func unknown(_ bytes: UnsafeRawBufferPointer) -> FormatError {
        let start = String(decoding: bytes.prefix(64), as: UTF8.self).lowercased()
        let found =
            if start.hasPrefix("version https://git-lfs") {
                "this is a Git LFS pointer; the checkpoint itself was not downloaded"
            } else if start.contains("<html") || start.hasPrefix("<!doctype") {
                "this is a web page; the download went wrong"
            } else {
                "this is not a checkpoint"
            }
        return FormatError("\(found); a safetensors file or a PyTorch .pth or .pt file is needed")
    }
}
