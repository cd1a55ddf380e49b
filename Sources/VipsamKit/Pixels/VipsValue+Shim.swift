import CVipsShim

extension VipsValue {
    /// Sets the value on a call: as what it is, then as what it may stand for. The answer is one of `vipsam_set`.
    func set(_ name: String, on call: OpaquePointer) -> Int32 {
        var answer = VIPSAM_SET_KIND.rawValue
        for reading in readings {
            answer = reading(name, call)
            if answer != VIPSAM_SET_KIND.rawValue { break }
        }
        return answer
    }

    /// The value in words, for messages.
    var shown: String {
        switch self {
        case .image: "an image"
        case .double(let value): "\(value)"
        case .int(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .string(let value), .interpolate(let value): "'\(value)'"
        case .arrayDouble(let values): "\(values)"
        case .arrayInt(let values): "\(values)"
        case .arrayImage(let images): "\(images.count) images"
        case .blob(let bytes): "\(bytes.count) bytes"
        }
    }

    init?(_ value: vipsam_value) {
        switch vipsam_kind(UInt32(value.kind)) {
        case VIPSAM_IMAGE:
            guard let image = value.image else { return nil }
            self = .image(Pixels(sharing: image))
        case VIPSAM_DOUBLE: self = .double(value.number)
        case VIPSAM_INT, VIPSAM_ENUM, VIPSAM_FLAGS: self = .int(Int(value.integer))
        case VIPSAM_BOOL: self = .bool(value.integer != 0)
        case VIPSAM_STRING: self = .string(value.text.map { String(cString: $0) } ?? "")
        case VIPSAM_ARRAY_DOUBLE:
            self = .arrayDouble(Array(UnsafeBufferPointer(start: value.doubles, count: value.count)))
        case VIPSAM_ARRAY_INT:
            self = .arrayInt(UnsafeBufferPointer(start: value.integers, count: value.count).map(Int.init))
        case VIPSAM_BLOB:
            self = .blob(Array(UnsafeRawBufferPointer(start: value.data, count: value.count)))
        default: return nil
        }
    }

    private typealias Reading = (String, OpaquePointer) -> Int32

    private var readings: [Reading] {
        switch self {
        case .image(let image): [single(VIPSAM_IMAGE) { $0.image = image.handle }, list([image])]
        case .arrayImage(let images): [list(images)]
        case .double(let value): [single(VIPSAM_DOUBLE) { $0.number = value }, list([value])]
        case .int(let value):
            [
                single(VIPSAM_INT) { $0.integer = Int64(value) }, single(VIPSAM_DOUBLE) { $0.number = Double(value) },
                list([value]), list([Double(value)]),
            ]
        case .bool(let value): [single(VIPSAM_BOOL) { $0.integer = value ? 1 : 0 }]
        case .string(let words):
            [
                text(VIPSAM_ENUM, words), text(VIPSAM_FLAGS, words), text(VIPSAM_STRING, words),
                text(VIPSAM_INTERPOLATE, words),
            ]
        case .interpolate(let name): [text(VIPSAM_INTERPOLATE, name)]
        case .arrayDouble(let values): [list(values)]
        case .arrayInt(let values): [list(values), list(values.map(Double.init))]
        case .blob(let bytes): [blob(bytes)]
        }
    }

    private func single(_ kind: vipsam_kind, _ fill: @escaping (inout vipsam_value) -> Void) -> Reading {
        { name, call in
            var value = vipsam_value()
            value.kind = Int32(kind.rawValue)
            fill(&value)
            return vipsam_call_set(call, name, &value)
        }
    }

    private func text(_ kind: vipsam_kind, _ text: String) -> Reading {
        { name, call in
            text.withCString { pointer in single(kind) { $0.text = pointer }(name, call) }
        }
    }

    private func list(_ values: [Double]) -> Reading {
        { name, call in
            values.withUnsafeBufferPointer { buffer in
                single(VIPSAM_ARRAY_DOUBLE) {
                    $0.doubles = buffer.baseAddress
                    $0.count = buffer.count
                }(name, call)
            }
        }
    }

    private func list(_ values: [Int]) -> Reading {
        { name, call in
            let narrow = values.compactMap { Int32(exactly: $0) }
            guard narrow.count == values.count else { return VIPSAM_SET_RANGE.rawValue }
            return narrow.withUnsafeBufferPointer { buffer in
                single(VIPSAM_ARRAY_INT) {
                    $0.integers = buffer.baseAddress
                    $0.count = buffer.count
                }(name, call)
            }
        }
    }

    private func list(_ images: [Pixels]) -> Reading {
        { name, call in
            images.map { Optional($0.handle) }.withUnsafeBufferPointer { buffer in
                single(VIPSAM_ARRAY_IMAGE) {
                    $0.images = buffer.baseAddress
                    $0.count = buffer.count
                }(name, call)
            }
        }
    }

    private func blob(_ bytes: [UInt8]) -> Reading {
        { name, call in
            bytes.withUnsafeBytes { buffer in
                single(VIPSAM_BLOB) {
                    $0.data = buffer.baseAddress
                    $0.count = buffer.count
                }(name, call)
            }
        }
    }
}
