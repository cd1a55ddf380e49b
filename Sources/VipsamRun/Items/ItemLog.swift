internal import VipsamKit

/// What libvips and the libraries under it said while an item was in work.
///
/// It is attached to the item where the thread tells which one it was; a decoder's own threads tell
/// nothing, unless there is only one worker.
enum ItemLog {
    static func drain(isAlone: Bool) -> [String] {
        VipsLog.drain(thread: isAlone ? nil : VipsLog.thread).map(text)
    }

    static func drainRest() -> [String] {
        let dropped = VipsLog.drainDropped()
        return VipsLog.drain().map(text) + (dropped > 0 ? ["\(dropped) more warnings of libraries"] : [])
    }

    private static func text(_ message: VipsLog.Message) -> String {
        "\(message.domain): \(message.text.trimmed)" + (message.count > 1 ? " (\(message.count) times)" : "")
    }
}
