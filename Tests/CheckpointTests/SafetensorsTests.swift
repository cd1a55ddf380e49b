import Foundation
import Testing
import VipsamTensor

@Suite struct SafetensorsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ header: String, _ data: [UInt8] = []) throws -> Checkpoint {
        try Checkpoint.open(folder.write(safetensors(header, data)))
    }

    @Test func readsNamesShapesMetadataAndNumbers() throws {
        let checkpoint = try open(
            #"{"__metadata__":{"image_size":"256","née \u0041\ud83d\ude00":"x"},"#
                + #""b":{"dtype":"F32","shape":[2,3],"data_offsets":[4,28]},"#
                + #""a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"#
                + #""none":{"dtype":"F32","shape":[0,7],"data_offsets":[28,28]}}   "#,
            littleEndian([7, 1, 2, 3, 4, 5, 6]))
        #expect(checkpoint.keys == ["a", "b", "none"])
        #expect(checkpoint.metadata == ["image_size": "256", "née A😀": "x"])
        #expect(checkpoint.shape(of: "a") == [])
        #expect(checkpoint.shape(of: "b") == [2, 3])
        #expect(checkpoint.shape(of: "c") == nil)
        #expect(checkpoint.tensor("a")?.values == [7])
        #expect(checkpoint.tensor("b")?.values == [1, 2, 3, 4, 5, 6])
        #expect(checkpoint.tensor("none")?.values == [])
        #expect(checkpoint.tensor("c") == nil)
    }

    @Test func readsFloatsThatDoNotLieAtMultiplesOfFour() throws {
        for padding in 0..<4 {
            let spaces = String(repeating: " ", count: padding)
            let checkpoint = try open(
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"# + spaces, littleEndian([0.5, -3]))
            #expect(checkpoint.tensor("a")?.values == [0.5, -3])
        }
    }

    @Test(
        arguments: [
            ("F64", littleEndian(Double(-2.5).bitPattern), -2.5),
            ("F32", littleEndian(Float(0.1).bitPattern), 0.1),
            ("F16", littleEndian(UInt16(0xc100)), -2.5),
            ("F16", littleEndian(UInt16(0x0001)), 5.9604645e-8),
            ("F16", littleEndian(UInt16(0x03ff)), 6.097555e-5),
            ("F16", littleEndian(UInt16(0x7bff)), 65504),
            ("F16", littleEndian(UInt16(0xfc00)), -Float.infinity),
            ("BF16", littleEndian(UInt16(0xc020)), -2.5),
            ("F8_E4M3", [0xc2], -2.5), ("F8_E4M3", [0x01], 0.001953125), ("F8_E4M3", [0x7e], 448),
            ("F8_E5M2", [0xc1], -2.5), ("F8_E5M2", [0x7b], 57344),
            ("I64", littleEndian(Int64(-3)), -3), ("I32", littleEndian(Int32(-3)), -3),
            ("I16", littleEndian(Int16(-3)), -3), ("I8", [0xfd], -3),
            ("U64", littleEndian(UInt64.max), 1.8446744e19), ("U32", littleEndian(UInt32.max), 4.2949673e9),
            ("U16", littleEndian(UInt16.max), 65535), ("U8", [255], 255),
            ("BOOL", [1], 1), ("BOOL", [0], 0),
        ] as [(String, [UInt8], Float)])
    func convertsEveryNumberFormat(type: String, bytes: [UInt8], expected: Float) throws {
        let checkpoint = try open(
            #"{"a":{"dtype":"\#(type)","shape":[2],"data_offsets":[0,\#(2 * bytes.count)]}}"#, bytes + bytes)
        #expect(checkpoint.tensor("a")?.values == [expected, expected])
    }

    @Test func halfPrecisionNumbersThatAreNotNumbersStaySo() throws {
        let checkpoint = try open(
            #"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#, littleEndian(UInt16(0x7e01)))
        #expect(checkpoint.tensor("a")?.values.first?.isNaN == true)
    }

    @Test func knowsTheDigestOfTheFile() throws {
        // Computed with sha256sum.
        let checkpoint = try open(#"{"a":{"dtype":"U8","shape":[100],"data_offsets":[0,100]}}"#, Array(0..<100))
        #expect(checkpoint.digest == "50e2549199e93981fe12c965907193b8605fe0afd2ec42bdec2815c53de9b6c2")
        #expect(checkpoint.digest.count == 64)
    }

    // One entry that is right, for headers in which something else is wrong.
    private static let good = #""a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}"#

    @Test(arguments: [
        (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,5]}}"#, "lies at bytes 0 to 5, but the file has 4 of data"),
        (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[3,1]}}"#, "lies at bytes 3 to 1, but the file has 4 of data"),
        (#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,4]}}"#, "has 4 bytes of data, but shape 3 of U8 needs 3"),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}"#, "more than any file holds"),
        (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#, "than any file holds"),
        (#"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#, "a number too large for a file"),
        (#"{"a":{"dtype":"U8","shape":[1e2],"data_offsets":[0,4]}}"#, "should be a whole number"),
        (#"{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}"#, "should be a value"),
        (#"{"a":{"dtype":"C64","shape":[4],"data_offsets":[0,4]}}"#, "has the type 'C64'; types that can be read: F64"),
        (#"{"a":{"dtype":"U8","shape":[4]}}"#, "needs 'dtype', 'shape' and two 'data_offsets'"),
        (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"call":"x"}}"#, "has 'call'; allowed are 'dtype'"),
        (#"{"a":7}"#, "is not described by an object"),
        (#"{\#(good),"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#, "overlaps with the tensor before it"),
        (#"{"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#, "leaves 2 bytes before it"),
        (#"{"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, "2 bytes at the end belong to no tensor"),
        (#"{\#(good),\#(good)}"#, "the header has the name 'a' twice"),
        (#"{\#(good)} x"#, "should be the end"),
        (#"{\#(good)"#, "should be ',' or '}'"),
        (#"{"a\ud800":1}"#, "should be a whole character"),
        (#"{"a\q":1}"#, "should be an escape"),
        (#"{"a\u00"#, "should be four hexadecimal digits"),
        (#"{"a"#, #"should be '"'"#),
        (#"{"__metadata__":{"a":1}}"#, "the header's metadata 'a' is not a string"),
        (#"{"__metadata__":[]}"#, "the header's metadata is not an object"),
        (#"{"a":[[[[[[[[[]]]]]]]]]}"#, "nests too deeply"),
        (
            #"{"a":{"dtype":"U8","shape":[\#(String(repeating: "1,", count: 40))4],"data_offsets":[0,4]}}"#,
            "has 41 dimensions; at most 32 are read"
        ),
    ])
    func refusesAHeaderThatLies(header: String, message: String) throws {
        let path = try folder.write(safetensors(header, [1, 2, 3, 4]))
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
        #expect(error?.file == path)
    }

    @Test func namesDoNotReachTheTerminalRaw() throws {
        let long = String(repeating: "x", count: 5000)
        let path = try folder.write(safetensors(#"{"\u001b[31m\u202e\u000a\#(long)":7}"#))
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
        #expect(error?.key == "?[31m??" + long.prefix(1000 - 7) + "…")
    }

    @Test func refusesNamesThatAreNotText() throws {
        var bytes = safetensors(#"{"~":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#)
        bytes[10] = 0xff
        let path = try folder.write(bytes)
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
        #expect(error?.message == "the header has a name that is not UTF-8 text")
    }

    @Test(arguments: [UInt64(100_000_001), .max, UInt64(Int64.max), 60])
    func refusesAnAbsurdHeaderLength(length: UInt64) throws {
        let path = try folder.write(safetensors("{}", headerLength: length))
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
        #expect(error?.message.hasPrefix("the header claims \(length) bytes") == true)
    }

    @Test func refusesEveryTruncation() throws {
        let whole = safetensors(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, littleEndian([1, 2]))
        for length in 0..<whole.count {
            let path = try folder.write(Array(whole.prefix(length)))
            #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
        }
    }

    @Test func refusesEveryFlippedHeaderByteOrReadsIt() throws {
        // Whatever a byte becomes, the reader answers with tensors or an error, never with a trap.
        let whole = safetensors(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, littleEndian([1, 2]))
        var opened = 0
        for position in 0..<(whole.count - 8) {
            for mask in [UInt8(0x01), 0x10, 0x80, 0xff] {
                var bytes = whole
                bytes[position] ^= mask
                let path = try folder.write(bytes)
                if let checkpoint = try? Checkpoint.open(path) {
                    opened += 1
                    for key in checkpoint.keys { #expect(checkpoint.tensor(key) != nil) }
                }
            }
        }
        #expect(opened > 0 && opened < 20)
    }
}
