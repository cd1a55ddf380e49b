/// A block of 32-bit floats with a shape: row-major, immutable once made, shared by reference.
///
/// A tensor is written exactly once, in the closure of its initializer; after that every copy of the value refers to
/// the same memory. That is what makes it safe to hand to other threads. Memory of our own is aligned to 64 bytes.
public struct Tensor: Sendable {
    /// Size of each axis, outermost first. An empty shape is a single number.
    public let shape: [Int]
    private let storage: TensorStorage

    /// Makes a tensor of the given shape; `fill` must write every element.
    public init<E: Error>(
        _ shape: [Int], filling fill: (UnsafeMutableBufferPointer<Float>) throws(E) -> Void
    ) throws(E) {
        self.shape = shape
        self.storage = try TensorStorage(count: shape.reduce(1, *), filling: fill)
    }

    /// Makes a tensor from values in row-major order; their number must fit the shape.
    public init(_ shape: [Int], _ values: [Float]) {
        precondition(values.count == shape.reduce(1, *), "\(values.count) values for shape \(shape)")
        self.init(shape) { target in
            _ = target.initialize(from: values)
        }
    }

    /// Refers to floats that something else owns (such as a mapped file), and keeps the owner alive.
    ///
    /// The floats must not change as long as the owner lives.
    public init(_ shape: [Int], at floats: UnsafePointer<Float>, ownedBy owner: any Sendable) {
        self.shape = shape
        self.storage = TensorStorage(at: floats, count: shape.reduce(1, *), ownedBy: owner)
    }

    private init(_ shape: [Int], sharing storage: TensorStorage) {
        self.shape = shape
        self.storage = storage
    }

    /// Number of elements.
    public var count: Int { storage.count }

    /// The elements in row-major order, copied.
    public var values: [Float] { withUnsafeBufferPointer { Array($0) } }

    /// The same elements under another shape with as many elements.
    public func reshaped(_ shape: [Int]) -> Tensor {
        precondition(shape.reduce(1, *) == count, "\(self.shape) cannot be seen as \(shape)")
        return Tensor(shape, sharing: storage)
    }

    /// One part along the first axis, without a copy.
    public func part(_ index: Int) -> Tensor {
        let rest = Array(shape.dropFirst()), size = rest.reduce(1, *)
        precondition(shape.first.map { 0..<$0 ~= index } ?? false, "no part \(index) in \(shape)")
        return Tensor(rest, at: storage.floats + index * size, ownedBy: storage)
    }

    /// Gives access to the elements in row-major order for the duration of `body`.
    public func withUnsafeBufferPointer<R, E: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
    ) throws(E) -> R {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: storage.floats, count: storage.count))
    }

    /// The first element. Only valid while this value (or a copy) is alive: for layers, which own their tensors.
    package var base: UnsafePointer<Float> { storage.floats }
}
