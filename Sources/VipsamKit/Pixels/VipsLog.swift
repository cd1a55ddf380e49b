import CVipsShim
import Synchronization

/// Collects what libvips and the libraries under it would print on standard error.
///
/// One damaged file can give thousands of equal warnings: equal ones of one thread are counted, and beyond `limit`
/// different ones only the number of the rest is kept.
public enum VipsLog {
    public struct Message: Sendable, Equatable {
        /// The library: "VIPS", "GLib-GObject", …
        public let domain: String
        public let text: String
        /// How often it came.
        public var count: Int
        /// The thread that warned, as in `thread`. libvips decodes on threads of its own as well.
        public let thread: UInt64

        package init(domain: String, text: String, count: Int, thread: UInt64) {
            (self.domain, self.text, self.count, self.thread) = (domain, text, count, thread)
        }
    }

    /// Different messages kept between two drains.
    public static let limit = 256

    private struct State {
        var messages: [Message] = []
        var dropped = 0
    }

    private static let state = Mutex(State())

    /// A number for the calling thread.
    public static var thread: UInt64 { vipsam_thread_number() }

    /// Takes the messages of one thread, or of all (nil), in the order of their first coming.
    public static func drain(thread: UInt64? = nil) -> [Message] {
        state.withLock { state in
            let taken = state.messages.filter { thread == nil || $0.thread == thread }
            state.messages.removeAll { thread == nil || $0.thread == thread }
            return taken
        }
    }

    /// Takes the number of messages that found no room.
    public static func drainDropped() -> Int {
        state.withLock { state in
            defer { state.dropped = 0 }
            return state.dropped
        }
    }

    static let receive: vipsam_log_handler = { domain, _, message, thread in
        guard let domain, let message else { return }
        // Some warnings carry all of libvips' error text, a line for each earlier one.
        for line in Set(String(cString: message).split(separator: "\n")).sorted() {
            record(domain: String(cString: domain), text: String(line), thread: thread)
        }
    }

    private static func record(domain: String, text: String, thread: UInt64) {
        state.withLock { state in
            let known = state.messages.firstIndex { $0.thread == thread && $0.text == text && $0.domain == domain }
            if let known {
                state.messages[known].count += 1
            } else if state.messages.count < limit {
                state.messages.append(Message(domain: domain, text: text, count: 1, thread: thread))
            } else {
                state.dropped += 1
            }
        }
    }
}
