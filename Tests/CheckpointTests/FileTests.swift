import Foundation
import Testing
import VipsamTensor

@Suite struct FileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func namesWhatIsWrongWithAPath() throws {
        let missing = folder.url.appending(path: "none.pth").path
        #expect(throws: CheckpointError(file: missing, "cannot be opened: no such file or directory")) {
            try Checkpoint.open(missing)
        }
        #expect(throws: CheckpointError(file: folder.url.path, "is a folder, not a checkpoint file")) {
            try Checkpoint.open(folder.url.path)
        }
        let empty = try folder.write([], as: "empty")
        #expect(throws: CheckpointError(file: empty, "is empty")) { try Checkpoint.open(empty) }
        #expect(throws: CheckpointError(file: "/dev/null", "is not a regular file")) {
            try Checkpoint.open("/dev/null")
        }
    }

    @Test func doesNotWaitForAPipe() throws {
        let path = folder.url.appending(path: "pipe").path
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: CheckpointError(file: path, "is not a regular file")) { try Checkpoint.open(path) }
    }

    @Test(arguments: [
        ("<!DOCTYPE html><html>", "this is a web page; the download went wrong"),
        ("version https://git-lfs.github.com/spec/v1", "this is a Git LFS pointer"),
        ("hello", "this is not a checkpoint; a safetensors file or a PyTorch .pth or .pt file is needed"),
    ])
    func saysWhatIsThereInstead(content: String, message: String) throws {
        let path = try folder.write(Array(content.utf8), as: "model.pth")
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
        #expect(error?.message.hasPrefix(message) == true)
    }
}
