/// Number formats that a checkpoint may store, all little-endian; each is converted to float32 when it is read.
///
/// Raw values are the names of the safetensors format.
enum ElementType: String, CaseIterable, Sendable {
    case float64 = "F64"
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    /// 8-bit floats: 4 exponent and 3 fraction bits (no infinities), and 5 exponent and 2 fraction bits.
    case float8e4m3 = "F8_E4M3"
    case float8e5m2 = "F8_E5M2"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint64 = "U64"
    case uint32 = "U32"
    case uint16 = "U16"
    case uint8 = "U8"
    case bool = "BOOL"

    /// Bytes per element.
    var width: Int {
        switch self {
        case .float64, .int64, .uint64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .float8e4m3, .float8e5m2, .int8, .uint8, .bool: 1
        }
    }

    /// Converts the elements at the given indices of `bytes` into `output`, one after the other.
    func convert(
        _ bytes: UnsafeRawBufferPointer, at indices: some Sequence<Int>, into output: UnsafeMutableBufferPointer<Float>
    ) {
        func each<Stored: BitwiseCopyable>(_: Stored.Type, _ float: (Stored) -> Float) {
            let stride = MemoryLayout<Stored>.size
            var target = 0
            for index in indices {
                output[target] = float(bytes.loadUnaligned(fromByteOffset: index * stride, as: Stored.self))
                target += 1
            }
        }
        switch self {
        case .float64: each(UInt64.self) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
        case .float32: each(UInt32.self) { Float(bitPattern: UInt32(littleEndian: $0)) }
        case .float16: each(UInt16.self) { Self.float(half: UInt16(littleEndian: $0)) }
        case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
        case .float8e4m3: each(UInt8.self, Self.float(e4m3:))
        case .float8e5m2: each(UInt8.self) { Self.float(half: UInt16($0) << 8) }
        case .int64: each(Int64.self) { Float(Int64(littleEndian: $0)) }
        case .int32: each(Int32.self) { Float(Int32(littleEndian: $0)) }
        case .int16: each(Int16.self) { Float(Int16(littleEndian: $0)) }
        case .int8: each(Int8.self) { Float($0) }
        case .uint64: each(UInt64.self) { Float(UInt64(littleEndian: $0)) }
        case .uint32: each(UInt32.self) { Float(UInt32(littleEndian: $0)) }
        case .uint16: each(UInt16.self) { Float(UInt16(littleEndian: $0)) }
        case .uint8: each(UInt8.self) { Float($0) }
        case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }

    /// IEEE half precision by bits: the platform's own type is missing on some, and calls out to a function on others.
    ///
    /// Moving exponent and fraction into place and multiplying by 2¹¹² is exact, for subnormal numbers too.
    static func float(half bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let magnitude = UInt32(bits & 0x7fff) << 13
        if bits & 0x7c00 == 0x7c00 {
            return Float(bitPattern: sign | 0x7f80_0000 | magnitude)
        }
        let scaled = Float(bitPattern: magnitude) * Float(sign: .plus, exponent: 112, significand: 1)
        return Float(bitPattern: sign | scaled.bitPattern)
    }

    private static func float(e4m3 bits: UInt8) -> Float {
        let sign = UInt32(bits & 0x80) << 24
        if bits & 0x7f == 0x7f {
            return Float(bitPattern: sign | 0x7fc0_0000)
        }
        let magnitude = Float(bitPattern: UInt32(bits & 0x7f) << 20) * Float(sign: .plus, exponent: 120, significand: 1)
        return Float(bitPattern: sign | magnitude.bitPattern)
    }
}
