import Foundation
import Testing
import VipsamTensor

@Suite struct HostileTorchTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func message(_ file: [UInt8]) throws -> String {
        let path = try folder.write(file, as: "hostile.pth")
        do {
            _ = try Checkpoint.open(path)
            return "opened"
        } catch {
            return error.key.map { "'\($0)' \(error.message)" } ?? error.message
        }
    }

    @Test func theWritersOfThisTestAreHonestByDefault() throws {
        let pickle = PickleWriter.dictionary { $0.tensor(count: 4, offset: 1, shape: [2], strides: [2]) }
        let path = try folder.write(torchArchive(pickle))
        #expect(try Checkpoint.open(path).tensor("a")?.values == [2, 4])
    }

    @Test func readsArchivesAsLargeOnesAre() throws {
        let pickle = PickleWriter.dictionary { $0.tensor(count: 4, shape: [4], strides: [1]) }
        let entries = [("archive/data.pkl", pickle), ("archive/data/0", littleEndian([1, 2, 3, 4] as [Float]))]
        let path = try folder.write(zip64(entries))
        #expect(try Checkpoint.open(path).tensor("a")?.values == [1, 2, 3, 4])

        // The second end record, wherever its pointer is sent.
        let whole = zip64(entries)
        for position in (whole.count - 42)..<whole.count {
            for value in [UInt8(0), 0x7f, 0xff] {
                var bytes = whole
                bytes[position] = value
                _ = try message(bytes)
            }
        }
        var beyond = whole
        beyond.replaceSubrange((whole.count - 34)..<(whole.count - 26), with: littleEndian(UInt64.max))
        #expect(try message(beyond) == "the archive's directory is broken")
    }

    @Test func aViewMayRepeatItsStorage() throws {
        let pickle = PickleWriter.dictionary { $0.tensor(count: 4, shape: [3, 2], strides: [0, 1]) }
        let path = try folder.write(torchArchive(pickle))
        #expect(try Checkpoint.open(path).tensor("a")?.values == [1, 2, 1, 2, 1, 2])
    }

    @Test func aDimensionOfOneMayHaveAnyStride() throws {
        let pickle = PickleWriter.dictionary { $0.tensor(count: 4, shape: [2, 1, 2], strides: [2, .max, 1]) }
        let path = try folder.write(torchArchive(pickle))
        #expect(try Checkpoint.open(path).tensor("a")?.values == [1, 2, 3, 4])
    }

    struct View: Sendable {
        var count = 4
        var offset = 0
        var shape: [Int]
        var strides: [Int]
    }

    @Test(
        arguments: [
            (View(shape: [5], strides: [1]), "reaches beyond its storage"),
            (View(offset: 3, shape: [2], strides: [1]), "reaches beyond its storage"),
            (View(offset: -1, shape: [2], strides: [1]), "starts or steps backwards"),
            (View(offset: 3, shape: [2], strides: [-1]), "starts or steps backwards"),
            (View(offset: .max, shape: [2], strides: [1]), "reaches beyond its storage"),
            (View(shape: [2], strides: [.max]), "reaches beyond its storage"),
            (View(shape: [.max], strides: [.max]), "reaches beyond its storage"),
            (View(shape: [.max, .max], strides: [0, 0]), "more elements than any file holds"),
            (View(shape: [.max, .max, 0], strides: [0, 0, 0]), "more elements than any file holds"),
            (View(shape: [1 << 40], strides: [0]), "repeats 4 stored elements to 1099511627776"),
            (View(shape: [-4], strides: [1]), "with a negative dimension"),
            (View(shape: [2, 2], strides: [1]), "has 2 dimensions, but 1 strides"),
            (View(count: 5, shape: [5], strides: [1]), "wants 5 stored elements, but 'data/0' has 16 bytes"),
            (View(count: .max, shape: [5], strides: [1]), "wants 9223372036854775807 stored elements"),
            (View(count: -1, shape: [5], strides: [1]), "a storage of an unknown form"),
            (View(shape: Array(repeating: 1, count: 40), strides: Array(repeating: 1, count: 40)), "has 40 dimensions"),
        ] as [(View, String)])
    func refusesViewsThatLeaveTheirStorage(view: View, expected: String) throws {
        let pickle = PickleWriter.dictionary {
            $0.tensor(count: view.count, offset: view.offset, shape: view.shape, strides: view.strides)
        }
        let message = try message(torchArchive(pickle))
        #expect(message.contains(expected), "\(message)")
    }

    @Test(arguments: [
        ("os", "system"), ("builtins", "eval"), ("torch", "load"), ("torch._utils", "_rebuild_tensor_v2\u{1b}[31m"),
        ("numpy.core.multiarray", "_reconstruct"), ("segment_anything.modeling.sam", "Sam"), ("__torch__x", "A"),
    ])
    func refusesEveryOtherName(module: String, name: String) throws {
        let pickle = PickleWriter.dictionary {
            $0.global(module, name)
            $0.op(")")
            $0.op("R")
        }
        let message = try message(torchArchive(pickle))
        #expect(message.hasPrefix("the pickle wants to call '\(module).\(name.replacing("\u{1b}", with: "?"))'"))
    }

    @Test func refusesNamesFromTheStackToo() throws {
        let pickle = PickleWriter.dictionary {
            $0.text("os")
            $0.text("system")
            $0.raw([0x93])
        }
        #expect(try message(torchArchive(pickle)).hasPrefix("the pickle wants to call 'os.system'"))
    }

    @Test(
        arguments: [
            ([0x2e], "an empty stack"), ([0x74, 0x2e], "no mark"), ([0x28, 0x2e], "an empty stack"),
            ([0x68, 7, 0x2e], "a memory that was never filled"), ([0x4e, 0x61, 0x2e], "an empty stack"),
            ([0x4e, 0x4e, 0x61, 0x2e], "elements without a list"),
            ([0x4e, 0x28, 0x75, 0x2e], "entries without a dictionary"),
            ([0x7d, 0x28, 0x4e, 0x75, 0x2e], "entries without a dictionary"), ([0x4e, 0x29, 0x52], "not a function"),
            ([0x4e, 0x29, 0x81], "an object of an unknown kind"), ([0x4e, 0x7d, 0x62], "a state for something"),
            ([0x4e, 0x51], "a storage of an unknown form"), ([0x63, 0x61], "a name without end"),
            ([0x58, 0xff, 0xff, 0xff, 0xff, 0x61], "the file is cut off"), ([0x80, 5], "has protocol 5"),
            ([0x8a, 0xff], "the file is cut off"), ([0x58, 2, 0, 0, 0, 0xff, 0xfe], "not UTF-8"),
            ([0x69], "uses operation 105"), ([0x4e, 0x2e], "holds no table of tensors"),
            ([0x7d, 0x2e], "found nothing"), ([0x95] + Array(repeating: 0xff, count: 8), "a length beyond all files"),
        ] as [([UInt8], String)])
    func refusesBrokenPickles(bytes: [UInt8], expected: String) throws {
        let message = try message(torchArchive([0x80, 2] + bytes))
        #expect(message.contains(expected), "\(message)")
    }

    @Test func survivesDeepNesting() throws {
        var writer = PickleWriter()
        writer.op("N")
        for _ in 0..<1_000_000 { writer.raw([0x85]) }
        writer.op(".")
        #expect(try message(torchArchive(writer.bytes)).hasPrefix("the pickle holds no table of tensors"))

        var containers = PickleWriter()
        for _ in 0..<10_000 {
            containers.op("}")
            containers.text("model")
        }
        containers.op("N")
        for _ in 0..<10_000 { containers.op("s") }
        containers.op(".")
        #expect(try message(torchArchive(containers.bytes)).contains("found 'model'"))
    }

    @Test func survivesContainersThatHoldThemselves() throws {
        // x = {}; x["model"] = x
        let pickle: [UInt8] =
            [0x80, 2, 0x7d, 0x71, 0, 0x58, 5, 0, 0, 0] + Array("model".utf8) + [0x68, 0, 0x73, 0x2e]
        #expect(try message(torchArchive(pickle)).contains("found 'model'"))
    }

    @Test func survivesModulesThatHoldThemselves() throws {
        // An object with twenty attributes, each of which is the object itself.
        var writer = PickleWriter()
        writer.global("__torch__", "A")
        writer.op(")")
        writer.raw([0x81, 0x71, 0, 0x7d, 0x28])
        for index in 0..<20 {
            writer.text("\(index)")
            writer.raw([0x68, 0])
        }
        writer.op("u")
        writer.op("b")
        writer.op(".")
        #expect(try message(torchArchive(writer.bytes)) == "the archive's modules nest too deeply")
    }

    @Test func refusesStateDictsWhoseStoragesAreElsewhere() throws {
        let pickle = PickleWriter.dictionary { $0.tensor(key: "../1", count: 4, shape: [4], strides: [1]) }
        #expect(try message(torchArchive(pickle)) == "'a' has no data: the archive lacks 'data/../1'")
    }

    @Test func refusesBrokenArchives() throws {
        let pickle = PickleWriter.dictionary { $0.tensor(count: 4, shape: [4], strides: [1]) }
        let name = "archive/data.pkl"
        #expect(try message(zip([("notes.txt", [1])])).contains("it has no 'data.pkl'"))
        #expect(try message(zip([(name, pickle), (name, pickle)])) == "the archive has the entry '\(name)' twice")
        #expect(try message(zip([(name, pickle)], method: 8)) == "the archive's entry '\(name)' is compressed")
        #expect(
            try message(zip([(name, pickle)], claimedSize: 1 << 30))
                == "the archive's entry '\(name)' lies outside of the file")
        #expect(
            try message(zip([(name, pickle), ("archive/byteorder", Array("big".utf8))]))
                == "the numbers are in big-endian order; only little-endian files are read")
        #expect(try message(zip([(name, pickle)], claimedSize: .max)).contains("outside of the file"))
    }
}
