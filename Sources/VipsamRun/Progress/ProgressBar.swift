internal import Synchronization

/// One line of a terminal that is written again and again, at most ten times a second.
public final class ProgressBar: RunObserver {
    private static let leastSeconds = 0.1
    private static let barWidth = 20

    private let descriptor: Int32
    private let isColoured: Bool
    private let shown = Mutex((time: 0.0, isVisible: false))

    public init(_ descriptor: Int32, isColoured: Bool) {
        self.descriptor = descriptor
        self.isColoured = isColoured
    }

    public func began(_ progress: Progress) { draw(progress) }

    public func tick(_ progress: Progress) { draw(progress) }

    public func ended(_ result: RunResult) { clear() }

    /// Makes room for other lines; the bar comes back with the next tick.
    public func clear() {
        shown.withLock { shown in
            if shown.isVisible { Descriptor.write("\r\u{1B}[2K", to: descriptor) }
            shown.isVisible = false
        }
    }

    private func draw(_ progress: Progress) {
        let now = RunClock.seconds
        shown.withLock { shown in
            guard now - shown.time >= Self.leastSeconds else { return }
            shown = (now, true)
            Descriptor.write("\r\u{1B}[2K" + line(progress), to: descriptor)
        }
    }

    private func line(_ progress: Progress) -> String {
        let text = progress.text
        // A line that wraps could not be taken back.
        let columns = (Descriptor.columns(descriptor) ?? 80) - 1
        guard text.count + Self.barWidth + 1 <= columns else { return String(text.prefix(columns)) }
        let filled = Int(progress.fraction * Double(Self.barWidth))
        let bar = String(repeating: "━", count: filled)
        let rest = String(repeating: "─", count: Self.barWidth - filled)
        let colour = isColoured ? (progress.failed > 0 ? "33" : "32") : nil
        return (colour.map { "\u{1B}[\($0)m\(bar)\u{1B}[0m" } ?? bar) + rest + " " + text
    }
}
