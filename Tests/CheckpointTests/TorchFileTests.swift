import Foundation
import Testing
import VipsamTensor

/// Files that PyTorch itself wrote; see `scripts/goldens/containers.py` for their content.
@Suite struct TorchFileTests {
    private static func fixture(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/checkpoints/\(name)").path
    }

    @Test(arguments: ["torch-zip.pth", "torch-zip-model.pth", "torch-zip-state-dict.pth", "torch-legacy.pth"])
    func readsEveryKindOfTensor(name: String) throws {
        let checkpoint = try Checkpoint.open(Self.fixture(name))
        let base = Pattern.floats(48)
        let expected: [String: ([Int], [Float])] = [
            "dense": ([6, 8], base),
            "transposed": ([8, 6], (0..<8).flatMap { x in (0..<6).map { base[$0 * 8 + x] } }),
            "rows": ([2, 8], Array(base[16..<32])),
            "column": ([6], (0..<6).map { base[$0 * 8 + 3] }),
            "scalar": ([], [2.5]),
            "empty": ([0, 3], []),
            "parameter": ([8], Array(base[0..<8])),
            "double": ([6, 8], base),
            "half": ([6, 8], base),
            "bfloat16": ([6, 8], base.map { rounded($0 * 0.5) }),
            "count": ([], [-7]),
            "ints": ([6], [-3, -2, -1, 0, 1, 2]),
            "shorts": ([6], [-3, -2, -1, 0, 1, 2]),
            "chars": ([6], [-3, -2, -1, 0, 1, 2]),
            "bytes": ([6], [250, 251, 252, 253, 254, 255]),
            "flags": ([3], [1, 0, 1]),
        ]
        #expect(checkpoint.keys == expected.keys.sorted())
        #expect(checkpoint.metadata.isEmpty)
        for (key, (shape, values)) in expected {
            #expect(checkpoint.shape(of: key) == shape, "\(key)")
            #expect(checkpoint.tensor(key)?.values == values, "\(key)")
        }
    }

    /// Rounded to the upper 16 bits, ties to even.
    private func rounded(_ value: Float) -> Float {
        let bits = value.bitPattern
        return Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000)
    }

    @Test func readsTheStateOfAModule() throws {
        let checkpoint = try Checkpoint.open(Self.fixture("torch-zip-module.pth"))
        #expect(
            checkpoint.keys == [
                "0.bias", "0.weight", "1.bias", "1.num_batches_tracked", "1.running_mean", "1.running_var", "1.weight",
            ])
        #expect(checkpoint.tensor("1.running_var")?.values == [1, 1])
        #expect(checkpoint.tensor("1.num_batches_tracked")?.values == [0])
    }

    @Test func readsTensorsOfATorchScriptArchive() throws {
        let checkpoint = try Checkpoint.open(Self.fixture("torch-script.pt"))
        #expect(checkpoint.keys == ["blocks.0.mean", "blocks.0.weight", "blocks.1.mean", "blocks.1.weight", "scale"])
        #expect(checkpoint.tensor("blocks.1.weight")?.values == Pattern.floats(6))
        #expect(checkpoint.tensor("blocks.0.mean")?.values == Pattern.floats(3, seed: 1))
        #expect(checkpoint.tensor("scale")?.values == [0.5])
    }

    @Test(arguments: ["torch-zip-caller.pth", "torch-legacy-caller.pth"])
    func namesWhatAPickleWantsToCall(name: String) throws {
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(Self.fixture(name)) }
        #expect(
            error?.message
                == "the pickle wants to call 'posix.system'; nothing in a checkpoint is executed, and only tables of "
                + "tensors are read, as saved by 'torch.save(model.state_dict(), …)'")
    }

    @Test func tellsAPlainPickleFromPyTorchs() {
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(Self.fixture("plain-pickle.pth")) }
        #expect(error?.message == "this is a pickle, but not one that PyTorch saved")
    }

    @Test(arguments: ["torch-zip.pth", "torch-legacy.pth", "torch-script.pt"])
    func refusesEveryTruncation(name: String) throws {
        let folder = try TemporaryFolder()
        let whole = Array(try Data(contentsOf: URL(filePath: Self.fixture(name))))
        for length in stride(from: 1, to: whole.count, by: 7) {
            let path = try folder.write(Array(whole.prefix(length)), as: "cut.pth")
            #expect(throws: CheckpointError.self, "\(length)") { try Checkpoint.open(path) }
        }
    }

    /// Whatever a byte becomes, the answer is tensors or an error, never a trap.
    @Test(arguments: ["torch-zip.pth", "torch-zip-model.pth", "torch-legacy.pth", "torch-script.pt"])
    func survivesFlippedBytes(name: String) throws {
        let folder = try TemporaryFolder()
        let whole = Array(try Data(contentsOf: URL(filePath: Self.fixture(name))))
        var refused = 0
        var unreadable = 0
        for position in stride(from: 0, to: whole.count, by: 7) {
            var bytes = whole
            bytes[position] ^= [0x01, 0x80, 0xff, 0x10][position % 4]
            let path = try folder.write(bytes, as: "flipped.pth")
            if let checkpoint = try? Checkpoint.open(path) {
                unreadable += checkpoint.keys.count { checkpoint.tensor($0) == nil }
            } else {
                refused += 1
            }
        }
        #expect(unreadable == 0)
        #expect(refused > 20)
    }
}
