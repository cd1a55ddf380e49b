import Synchronization

/// Results of pieces of work that end in any order, kept in the order of the pieces.
final class Slots<Element: Sendable>: Sendable {
    private let slots: Mutex<[Element]>

    init(count: Int, _ empty: Element) {
        slots = Mutex([Element](repeating: empty, count: count))
    }

    subscript(index: Int) -> Element {
        get { slots.withLock { $0[index] } }
        set { slots.withLock { $0[index] = newValue } }
    }

    var values: [Element] { slots.withLock { $0 } }
}
