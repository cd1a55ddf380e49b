internal import Glibc

/// A thread of the operating system: libvips and BLAS block, so tasks would starve each other.
package struct SystemThread {
    private let handle: pthread_t

    /// Enough for deep pipelines of libvips; the main thread's limit on most systems.
    private static let stackBytes = 8 << 20

    /// - Returns: nil when the system gives no thread.
    package init?(_ body: @escaping @Sendable () -> Void) {
        // Not `pthread_attr_t()`: which module owns that initializer depends on what was imported first.
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { attributes.deallocate() }
        pthread_attr_init(attributes)
        defer { pthread_attr_destroy(attributes) }
        pthread_attr_setstacksize(attributes, Self.stackBytes)
        let box = Unmanaged.passRetained(Body(body))
        var handle: pthread_t = 0
        let code = pthread_create(&handle, attributes, { raw in
            guard let raw else { return nil }
            Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run()
            return nil
        }, box.toOpaque())
        guard code == 0 else {
            box.release()
            return nil
        }
        self.handle = handle
    }

    /// Waits for its end.
    package func join() { pthread_join(handle, nil) }

    /// Nobody will wait for it.
    package func detach() { pthread_detach(handle) }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
