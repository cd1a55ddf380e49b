/// Where a tensor lies in a checkpoint file and how its elements are laid out; already checked against the file's size.
struct StoredTensor: Sendable {
    /// More dimensions than any network has; bounds the work on hostile shapes.
    static let maximumRank = 32
    /// A view with stride 0 repeats its storage. So many repeated elements are still read; more is a memory bomb.
    static let maximumRepeatedCount = 1 << 20

    let type: ElementType
    let shape: [Int]
    /// Distance of neighbours along each dimension, in elements.
    let strides: [Int]
    let count: Int
    /// Position of the tensor's first element in the file.
    let byteOffset: Int

    /// A dense row-major tensor that takes exactly `byteCount` bytes from `byteOffset` on.
    init(_ type: ElementType, _ shape: [Int], at byteOffset: Int, byteCount: Int) throws(FormatError) {
        let count = try Self.count(of: shape)
        let (bytes, overflow) = count.multipliedReportingOverflow(by: type.width)
        guard !overflow, bytes == byteCount else {
            throw FormatError(
                "has \(byteCount) bytes of data, but shape \(shape.dimensions) of \(type.rawValue) needs "
                    + (overflow ? "more than any file holds" : "\(bytes)"))
        }
        self.init(type: type, shape: shape, strides: Self.denseStrides(shape), count: count, byteOffset: byteOffset)
    }

    /// A view into a storage of `storageCount` elements that starts at `storageOffset` in the file.
    init(
        _ type: ElementType, _ shape: [Int], strides: [Int], elementOffset: Int, storageOffset: Int, storageCount: Int
    ) throws(FormatError) {
        guard shape.count == strides.count else {
            throw FormatError("has \(shape.count) dimensions, but \(strides.count) strides")
        }
        let count = try Self.count(of: shape)
        guard elementOffset >= 0, !strides.contains(where: { $0 < 0 }) else {
            throw FormatError("starts or steps backwards in its storage")
        }
        var last = elementOffset
        var overflow = false
        if count > 0 {
            for (extent, stride) in zip(shape, strides) {
                let (reach, tooFar) = (extent - 1).multipliedReportingOverflow(by: stride)
                let (sum, beyond) = last.addingReportingOverflow(reach)
                last = sum
                overflow = overflow || tooFar || beyond
            }
        }
        guard !overflow, count == 0 || last < storageCount else {
            throw FormatError(
                "reaches beyond its storage: shape \(shape.dimensions) from element \(elementOffset) on, "
                    + "with \(storageCount) elements stored")
        }
        guard count <= max(storageCount, Self.maximumRepeatedCount) else {
            throw FormatError("repeats \(storageCount) stored elements to \(count)")
        }
        // No overflow: the first element lies inside a storage whose byte range has been checked.
        let start = count == 0 ? storageOffset : storageOffset + elementOffset * type.width
        self.init(type: type, shape: shape, strides: strides, count: count, byteOffset: start)
    }

    private init(type: ElementType, shape: [Int], strides: [Int], count: Int, byteOffset: Int) {
        self.type = type
        self.shape = shape
        self.strides = strides
        self.count = count
        self.byteOffset = byteOffset
    }

    /// The tensor as float32, dense and row-major: the file's own memory where it fits, a converted copy otherwise.
    func read(_ file: MappedFile) -> Tensor {
        guard count > 0 else { return Tensor(shape) { _ in } }
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[byteOffset...])
        let isDense = strides == Self.denseStrides(shape)
        #if _endian(little)
            if type == .float32, isDense, let start = bytes.baseAddress, Int(bitPattern: start) % 4 == 0 {
                return Tensor(shape, at: start.bindMemory(to: Float.self, capacity: count), ownedBy: file)
            }
        #endif
        return Tensor(shape) { output in
            if isDense {
                type.convert(bytes, at: 0..<count, into: output)
            } else {
                type.convert(bytes, at: StridedIndices(shape: shape, strides: strides), into: output)
            }
        }
    }

    private static func count(of shape: [Int]) throws(FormatError) -> Int {
        guard shape.count <= maximumRank else {
            throw FormatError("has \(shape.count) dimensions; at most \(maximumRank) are read")
        }
        guard !shape.contains(where: { $0 < 0 }) else {
            throw FormatError("has the shape \(shape.dimensions), with a negative dimension")
        }
        var count = 1
        for extent in shape where extent > 0 {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else {
                throw FormatError("has the shape \(shape.dimensions), more elements than any file holds")
            }
            count = product
        }
        return shape.contains(0) ? 0 : count
    }

    private static func denseStrides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        return strides
    }
}

/// Element indices of a strided view in row-major order.
private struct StridedIndices: Sequence, IteratorProtocol {
    let shape: [Int]
    let strides: [Int]
    private var position: [Int]
    private var index = 0
    private var done = false

    init(shape: [Int], strides: [Int]) {
        self.shape = shape
        self.strides = strides
        position = Array(repeating: 0, count: shape.count)
    }

    mutating func next() -> Int? {
        if done { return nil }
        defer { advance() }
        return index
    }

    /// Steps are only made where there is a neighbour: the stride of a dimension of size 1 may be any number.
    private mutating func advance() {
        for axis in shape.indices.reversed() {
            if position[axis] + 1 < shape[axis] {
                position[axis] += 1
                index += strides[axis]
                return
            }
            index -= strides[axis] * position[axis]
            position[axis] = 0
        }
        done = true
    }
}

extension [Int] {
    /// A shape as people write it: `3×1024×1024`; a single number has the shape `()`.
    var dimensions: String { isEmpty ? "()" : map(String.init).joined(separator: "×") }
}
