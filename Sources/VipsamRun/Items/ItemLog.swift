package import VipsamKit

/// What libvips and the libraries under it said while an item was in work.
///
/// It is attached to the item where the thread tells which one it was; a decoder's own threads tell
/// nothing, unless there is only one worker.
package enum ItemLog {
    static func drain(isAlone: Bool) -> [String] {
        texts(VipsLog.drain(thread: isAlone ? nil : VipsLog.thread))
    }

    static func drainRest() -> [String] {
        let dropped = VipsLog.drainDropped()
        return texts(VipsLog.drain()) + (dropped > 0 ? ["\(dropped) more warnings of libraries"] : [])
    }

    /// libvips names every tile that it could not compute; how many there are is enough, the item says why.
    package static func texts(_ messages: [VipsLog.Message]) -> [String] {
        let tiles = messages.filter { $0.text.hasPrefix("error in tile") }
        let count = tiles.reduce(0) { $0 + $1.count }
        return messages.filter { !tiles.contains($0) }.map(text)
            + (count > 0 ? ["VIPS: \(count) \(count == 1 ? "tile" : "tiles") of a picture could not be computed"] : [])
    }

    private static func text(_ message: VipsLog.Message) -> String {
        "\(message.domain): \(message.text.trimmed)" + (message.count > 1 ? " (\(message.count) times)" : "")
    }
}
