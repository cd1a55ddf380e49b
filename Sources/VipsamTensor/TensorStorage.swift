/// The memory behind a tensor.
///
/// `@unchecked Sendable` because the compiler cannot see that the floats are written only in `init`, before any other
/// thread can hold the object, and only read afterwards.
final class TensorStorage: @unchecked Sendable {
    let floats: UnsafePointer<Float>
    let count: Int
    private let owned: UnsafeMutableRawPointer?
    private let owner: (any Sendable)?

    init<E: Error>(count: Int, filling fill: (UnsafeMutableBufferPointer<Float>) throws(E) -> Void) throws(E) {
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let memory = LargeMemory.allocate(bytes: bytes)
        let target = memory.bindMemory(to: Float.self, capacity: max(count, 1))
        do {
            try fill(UnsafeMutableBufferPointer(start: target, count: count))
        } catch {
            memory.deallocate()
            throw error
        }
        self.floats = UnsafePointer(target)
        self.count = count
        self.owned = memory
        self.owner = nil
    }

    init(at floats: UnsafePointer<Float>, count: Int, ownedBy owner: any Sendable) {
        self.floats = floats
        self.count = count
        self.owned = nil
        self.owner = owner
    }

    deinit {
        owned?.deallocate()
    }
}
