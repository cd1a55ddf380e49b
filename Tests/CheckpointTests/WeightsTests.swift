import Testing
import VipsamTensor

@Suite struct WeightsTests {
    let folder: TemporaryFolder
    let weights: Weights

    init() throws {
        folder = try TemporaryFolder()
        let names = ["net.blocks.0.bias", "net.blocks.0.weight", "net.head.bias", "other"]
        let entries = names.enumerated().map { index, name in
            #""\#(name)":{"dtype":"F32","shape":[1,2],"data_offsets":[\#(8 * index),\#(8 * index + 8)]}"#
        }
        let file = safetensors("{\(entries.joined(separator: ","))}", littleEndian([0, 1, 2, 3, 4, 5, 6, 7]))
        weights = Weights(try Checkpoint.open(folder.write(file)))
    }

    @Test func findsTensorsByScope() throws {
        let block = weights["net", "blocks", 0]
        #expect(block.path == "net.blocks.0")
        #expect(block.has("bias"))
        #expect(!block.has("norm"))
        #expect(block.shape("weight") == [1, 2])
        #expect(try block.tensor("weight", 1, 2).values == [2, 3])
        #expect(try weights.scope("net").tensor("head.bias", [1, 2]).values == [4, 5])
    }

    @Test func namesMissingAndMisshapenTensorsInFull() {
        let block = weights["net", "blocks", 0]
        let file = weights.checkpoint.path
        #expect(throws: CheckpointError(file: file, key: "net.blocks.0.norm", "is missing")) {
            try block.tensor("norm", 2)
        }
        #expect(throws: CheckpointError(file: file, key: "net.blocks.0.bias", "has the shape 1×2, not 3×2")) {
            try block.tensor("bias", 3, 2)
        }
        #expect(
            throws: CheckpointError(file: file, key: "net.blocks.0.bias", "has the shape 1×2; 3 dimensions are needed")
        ) {
            try block.shape("bias", rank: 3)
        }
    }

    @Test func listsWhatNobodyRead() throws {
        _ = try weights["net"]["blocks"].tensor("0.bias", 1, 2)
        let error = #expect(throws: CheckpointError.self) { try weights.finish() }
        #expect(
            error?.message
                == "3 tensors not known to this network: 'net.blocks.0.weight', 'net.head.bias', 'other'")
        weights.skip("other")
        weights.skip("absent")
        try weights.finish(ignoring: ["net.blocks.", "net.head"])
    }

    @Test func aShapeThatWasAskedForIsNotRead() {
        _ = weights.shape("other")
        #expect(throws: CheckpointError.self) { try weights.finish(ignoring: ["net."]) }
    }
}
